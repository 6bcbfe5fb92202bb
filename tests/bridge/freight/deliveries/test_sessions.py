"""The receiver's sessions, against a sender with its own key that carries over real TLS."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jumelage.bridge.freight.carriers.base import Unlimited
from jumelage.bridge.freight.deliveries.limits import DeliveryPace, Limits, Rule
from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.deliveries.receiving.checkout import check_out
from jumelage.bridge.freight.deliveries.receiving.sessions import QUIET_SECONDS, Sessions
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.errors import (
    FolderTakenError,
    NotDeliveredError,
    SessionRefusedError,
)
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.store.references import Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery, DeliveryFile, DeliveryOffer, DeliveryReceipt
from tests.bridge.freight.deliveries.senders import Sender, accepted

pytestmark = pytest.mark.django_db(transaction=True)

Offered = Callable[..., tuple[DeliveryOffer, Packed]]


def test_what_is_carried_is_verified_landed_and_receipted(
    sessions: Sessions, store: Store, offered: Offered, media: Path, tmp_path: Path
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.carry()
    found = sender.landed()

    assert (found.state, found.done, found.files_done) == ("delivered", 512_005, 3)
    receipt = DeliveryReceipt.objects.get(delivery=found.uri)
    assert (receipt.bytes, receipt.files, receipt.carrier) == (512_005, 3, "tls")
    assert receipt.moved < 300_000  # two files hold the same, which crossed once
    assert receipt.moved + receipt.held == 512_005
    assert not (store.home / "quarantine" / found.slug).exists()
    assert store.references.reservations() == {}
    check_out(found, tmp_path / "out")
    for name in ("a.mov", "b.mov", "notes.txt"):
        assert (tmp_path / "out" / "shots" / name).read_bytes() == (media / name).read_bytes()
    assert len(list((tmp_path / "out" / "ascmhl").glob("*.mhl"))) == 1


def test_delivered_again_nothing_crosses(
    sessions: Sessions, store: Store, offered: Offered, media: Path
) -> None:
    offer, packed = offered()
    first = Sender(sessions, accepted(offer, packed, store), packed)
    first.carry()
    first.landed()
    (media / "a.mov").rename(media / "renamed.mov")
    offer, packed = offered((media,))
    again = Sender(sessions, accepted(offer, packed, store), packed)

    assert again.carry() is None
    found = again.landed()
    assert (found.state, found.moved, found.held) == ("delivered", 0, 512_005)
    assert all(DeliveryFile.objects.filter(delivery=found).values_list("held", flat=True))


def test_a_new_session_goes_on_from_what_is_durable(
    sessions: Sessions, store: Store, offered: Offered, tmp_path: Path
) -> None:
    big = tmp_path / "big.bin"
    big.write_bytes(os.urandom(40_000_000))
    offer, packed = offered((big,))
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.pace = DeliveryPace(Limits([Rule(1, "", "", 0, 0, 4_000_000)]), "", "")
    halted = sender.carry(most=1_000_000)
    assert halted is not None
    assert halted.bytes < 39_000_000
    fresh = Sessions(store, Board())  # the freight process was killed and started again
    sessions.end()
    fresh.listen()
    sender.sessions = fresh
    sender.landed()
    reply, *_rest = sender.ask()
    left = sum(sender.lacking(reply).sizes)
    sender.pace = Unlimited()
    sender.carry()
    found = sender.landed()
    fresh.end()

    assert 0 < left <= 40_000_000 - halted.bytes
    assert found.state == "delivered"
    assert found.moved <= 1.05 * 40_000_000


def test_a_session_is_refused_with_the_reason(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    refused: dict[str, object] = {}
    with pytest.raises(SessionRefusedError) as known:
        sender.ask(list_hash="0" * 64)
    refused["other list"] = known.value.facts["code"]
    for state in ("offered", "asking", "paused", "refused", "cancelled"):
        Delivery.objects.update(state=state)
        with pytest.raises(SessionRefusedError) as known:
            sender.ask()
        refused[state] = known.value.facts["code"]

    assert refused == {
        "other list": "not-accepted",
        "offered": "not-accepted",
        "asking": "not-accepted",
        "paused": "paused-there",
        "refused": "refused",
        "cancelled": "cancelled",
    }


def test_the_answer_says_how_fast_the_delivery_may_come(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    assert sender.ask()[0].rate is None
    limits, peer = sessions.limits, sender.delivery.peer_id
    limits.hold([Rule(1, "", "", 0, 0, 9000, "in"), Rule(2, "", "", 0, 0, 5, "out")])
    assert sender.ask()[0].rate == 9000
    limits.hold([Rule(1, "c" * 32, "", 0, 0, 0, "in"), Rule(2, peer, "", 0, 0, 70_000, "in")])
    assert sender.ask()[0].rate == 70_000


def test_while_a_limit_lets_nothing_come_in_no_session_opens_and_open_ones_close(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.ask()
    sessions.limits.hold([Rule(1, "", "", 0, 0, 0, "in")])
    sessions.land()
    sender.landed()
    with pytest.raises(SessionRefusedError) as known:
        sender.ask()
    assert known.value.facts["code"] == "limit-there"

    sessions.limits.hold([])
    sender.carry()
    assert sender.landed().state == "delivered"


def test_deliveries_that_come_at_once_share_a_limit_as_long_as_they_come(
    sessions: Sessions, store: Store, offered: Offered, tmp_path: Path
) -> None:
    (tmp_path / "one.bin").write_bytes(os.urandom(3_000_000))
    (tmp_path / "two.bin").write_bytes(os.urandom(3_000_000))
    first, second = (
        Sender(sessions, accepted(*made, store), made[1])
        for made in (offered((tmp_path / "one.bin",)), offered((tmp_path / "two.bin",)))
    )
    sessions.limits.hold([Rule(1, "", "", 0, 0, 90_000, "in")])

    assert first.ask()[0].rate == 90_000
    assert second.ask()[0].rate == 45_000
    sessions.land()
    assert told(first, second) == [45_000, 45_000]
    quiet = sessions._open[first.delivery.uri].arrival
    assert quiet is not None
    quiet.last_heard -= QUIET_SECONDS
    sessions.land()
    assert told(first, second)[1] == 90_000
    quiet.hear()
    sessions.land()
    assert told(first, second) == [45_000, 45_000]
    sessions.close(first.delivery.uri)
    sessions.land()
    assert told(first, second)[1] == 90_000
    sessions.limits.hold([])
    sessions.land()
    assert told(first, second)[1] is None


def told(*senders: Sender) -> list[int | None]:
    """Return what each is told when it asks how fast its delivery may come."""
    found = {one.uri: one.limit_there for one in Delivery.objects.all()}
    return [found[one.delivery.uri] for one in senders]


def test_another_city_cannot_carry_it(sessions: Sessions, store: Store, offered: Offered) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.delivery.peer_id = "c" * 32
    with pytest.raises(SessionRefusedError):
        sender.ask()


def test_a_full_disk_waits_and_says_so(sessions: Sessions, store: Store, offered: Offered) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    store.floor = 2**62
    with pytest.raises(SessionRefusedError) as known:
        sender.ask()
    found = Delivery.objects.get(pk=sender.delivery.pk)
    assert known.value.facts["code"] == "disk-there"
    assert (found.state, found.stuck) == ("ready", "disk")

    store.floor = 0
    sender.carry()
    assert sender.landed().state == "delivered"


def test_a_full_quota_waits_and_goes_on_when_there_is_room(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    store.quota = Quota(total=300_000)
    store.reserve("other", 100_000, peer="paris")
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    with pytest.raises(SessionRefusedError) as known:
        sender.ask()
    found = Delivery.objects.get(pk=sender.delivery.pk)
    assert known.value.facts["code"] == "quota"
    assert (found.state, found.stuck) == ("ready", "quota")

    store.release("other")
    sender.carry()
    found = sender.landed()
    assert (found.state, found.stuck) == ("delivered", "")


def test_what_was_given_up_leaves_nothing(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.ask()
    assert (store.home / "quarantine" / sender.delivery.slug).exists()
    sessions.drop(sender.delivery.uri)
    sender.landed()

    assert not (store.home / "quarantine" / sender.delivery.slug).exists()
    assert store.references.reservations() == {}
    assert not files.kept(sender.delivery.slug).exists()


def test_only_what_is_here_can_be_checked_out_and_only_into_an_empty_folder(
    sessions: Sessions, store: Store, offered: Offered, tmp_path: Path
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    with pytest.raises(NotDeliveredError):
        check_out(sender.delivery, tmp_path / "out")
    sender.carry()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(FolderTakenError):
        check_out(sender.landed(), tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
