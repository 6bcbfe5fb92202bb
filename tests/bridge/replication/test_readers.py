"""What this node knows of how far its peers have read."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from jumelage.bridge.feeds.write import publish
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Node, Reader
from jumelage.bridge.replication import readers
from jumelage.components.practices.records import PracticeShared
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


@pytest.fixture
def three(here: Node, opened: None, sheet: Sheet) -> None:
    """Publish three records on the public feed."""
    for _ in range(3):
        publish(sheet(here.origin))


def _held() -> dict[str, int]:
    return dict(Reader.objects.values_list("feed__name", "seq"))


def test_the_last_word_of_a_reader_is_kept_even_when_it_holds_less(peer: Peer, three: None) -> None:
    readers.write({(peer.origin, "public"): 3})
    readers.write({(peer.origin, "public"): 1})

    assert _held() == {"public": 1}


def test_claims_beyond_the_head_of_unknown_feeds_and_nodes_are_left_out(
    peer: Peer, three: None
) -> None:
    heard = {(peer.origin, "public"): 4, (peer.origin, "network"): 0, ("x" * 32, "public"): 1}

    assert readers.write(heard) == 0
    assert _held() == {}


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/bridge/feeds", {}),
        ("/bridge/feeds?public=2", {"public": 2}),
        ("/bridge/feed?name=public&after=2", {}),
        ("/bridge/feed?name=public&after=2&held=1", {"public": 1}),
        ("/bridge/feed?name=public&after=2&wait=1", {"public": 2}),
    ],
)
def test_only_what_a_request_says_is_held_counts(
    peer: Peer, three: None, path: str, kept: dict[str, int]
) -> None:
    headers = Signer(peer.origin, peer.key).headers("GET", "http://127.0.0.1:8075" + path)

    async def ask() -> int:
        answer = await AsyncClient().get(path, headers=headers)
        await asyncio.sleep(readers.WRITE_EVERY_SECONDS + 0.2)
        return int(answer.status_code)

    assert async_to_sync(ask)() == 200
    assert _held() == kept
