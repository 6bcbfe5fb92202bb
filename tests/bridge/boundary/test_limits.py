"""What one peer may ask at once; who asks more is told when to come back."""

import asyncio
import time
from contextlib import ExitStack

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from jumelage.bridge.boundary import limits
from jumelage.bridge.boundary.limits import Limits
from jumelage.bridge.errors import RateLimitError
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Node
from tests.factories.bridge import Peer


def test_pages_in_flight_are_bounded_per_peer_and_given_back() -> None:
    async def ask() -> None:
        mine = Limits(rate=0)
        places = [await mine.page("a") for _ in range(limits.MOST_PAGES)]
        with pytest.raises(RateLimitError) as caught:
            await mine.page("a")
        assert caught.value.facts["retry_after"] == 1
        await mine.page("b")
        places[0].free()
        places[0].free()
        await mine.page("a")

    async_to_sync(ask)()


def test_a_place_that_becomes_free_in_a_moment_is_waited_for() -> None:
    async def ask() -> None:
        mine = Limits(rate=0)
        places = [await mine.page("a") for _ in range(limits.MOST_PAGES)]
        asyncio.get_running_loop().call_later(0.1, places[0].free)
        await mine.page("a")

    async_to_sync(ask)()


def test_bytes_are_bounded_per_peer() -> None:
    async def ask() -> None:
        mine = Limits(rate=1000)
        mine.bucket("a").spend(5000)
        with pytest.raises(RateLimitError) as caught:
            await mine.page("a")
        assert caught.value.facts["retry_after"] == 3
        await mine.page("b")

    async_to_sync(ask)()


def test_a_bucket_fills_again_up_to_its_burst() -> None:
    bucket = limits.Bucket(rate=1000, at=time.monotonic() - 3600)
    assert bucket.wait() == 0
    bucket.spend(2500)
    assert 0.4 < bucket.wait() <= 0.5
    bucket.at -= 0.5
    assert bucket.wait() == 0


def test_a_third_stream_ends_the_oldest_of_the_same_peer() -> None:
    mine = Limits(rate=0)
    first, second, third = (mine.stream("a") for _ in range(3))
    assert [first.ended, second.ended, third.ended] == [True, False, False]
    assert not mine.stream("b").ended


def test_streams_that_hang_are_bounded_per_peer() -> None:
    mine = Limits(rate=0)
    hanging = [mine.stream("a") for _ in range(limits.MOST_HANGING)]
    with pytest.raises(RateLimitError):
        mine.stream("a")
    hanging[0].free()
    mine.stream("a")


def test_streams_are_bounded_in_all_but_nobody_is_locked_out_by_his_own() -> None:
    mine = Limits(rate=0)
    first = mine.stream("0")
    for number in range(1, limits.MOST_STREAMS):
        mine.stream(str(number))
    with pytest.raises(RateLimitError):
        mine.stream("a newcomer")
    mine.stream("0")
    assert (first.ended, mine.streams) == (True, limits.MOST_STREAMS + 1)


@pytest.mark.parametrize("path", ["feed", "copy", "snapshot/list", "snapshot/entries", "keys"])
def test_whoever_took_too_much_is_told_when_to_come_back_wherever_he_asks(
    here: Node, peer: Peer, client: Client, path: str
) -> None:
    limits.limits().bucket(peer.origin).spend(10**12)
    address = f"/bridge/{path}?name=public"
    headers = Signer(peer.origin, peer.key).headers("GET", f"{here.url}{address}")

    answer = client.get(address, headers=headers)

    limits.limits.cache_clear()
    assert (answer.status_code, int(answer["Retry-After"]) > 1) == (429, True)


def test_strangers_who_read_keys_share_a_limit_and_take_nothing_from_a_peer(
    here: Node, peer: Peer, client: Client
) -> None:
    limits.limits().bucket("").spend(10**12)
    headers = Signer(peer.origin, peer.key).headers("GET", f"{here.url}/bridge/keys")

    answers = [client.get("/bridge/keys"), client.get("/bridge/keys", headers=headers)]

    limits.limits.cache_clear()
    assert [answer.status_code for answer in answers] == [429, 200]


def test_answers_at_once_are_bounded_per_peer_and_given_back() -> None:
    mine = Limits(rate=0)
    with ExitStack() as held:
        for _ in range(limits.MOST_PAGES):
            held.enter_context(mine.answer("a"))
        with pytest.raises(RateLimitError), mine.answer("a"):
            pass
        with mine.answer("b"):
            pass
    with mine.answer("a"):
        pass
