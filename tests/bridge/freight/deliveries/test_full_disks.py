"""A disk that fills up while a delivery comes: the next question is answered with the word."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jumelage.bridge.freight.deliveries.receiving.sessions import Sessions
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.deliveries.sending.reading import ParcelReading
from jumelage.bridge.freight.errors import DiskFullError, SessionRefusedError
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.freight.store.blobs import Part
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.references import Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import DeliveryOffer
from tests.bridge.freight.deliveries.senders import Sender, accepted

pytestmark = pytest.mark.django_db(transaction=True)

Offered = Callable[..., tuple[DeliveryOffer, Packed]]


def test_a_session_that_broke_on_a_full_disk_is_not_followed_by_another_one(
    sessions: Sessions, store: Store, offered: Offered
) -> None:
    offer, packed = offered()
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    sender.ask()
    arrival = sessions._open[sender.delivery.uri].arrival
    assert arrival is not None
    store.floor = 2**62
    arrival.fail(DiskFullError(wanted=1, free=0, floor=2**62))
    with pytest.raises(SessionRefusedError) as known:
        sender.ask()  # at once: nothing has closed the broken one yet
    assert known.value.facts["code"] == "disk-there"
    found = sender.landed()
    assert (found.state, found.stuck) == ("ready", "disk")

    store.floor = 0
    sender.carry()
    assert sender.landed().state == "delivered"


class Crowded(Store):
    """A store that takes one content as soon as `may_take` is set; then it is full."""

    full = True
    took = 0

    def __init__(self, home: Path) -> None:
        super().__init__(home, Folder(home), quota=Quota(), floor=0)
        self.asked, self.may_take = threading.Event(), threading.Event()

    def adopt(self, parts: Sequence[Part], *, name: str, peer: str) -> None:
        """Take contents, while there is room."""
        self.asked.set()
        self.may_take.wait(20)
        if self.full and self.took:
            raise DiskFullError(wanted=1, free=0, floor=0)
        super().adopt(parts, name=name, peer=peer)
        self.took += len(parts)


def test_a_disk_that_is_full_when_the_last_content_lands_is_said_here_and_there(
    any_port: None, here: object, tmp_path: Path, offered: Offered
) -> None:
    media = [tmp_path / "one.bin", tmp_path / "two.bin"]
    for path in media:
        path.write_bytes(os.urandom(1_200_000))
    store = Crowded(tmp_path / "freight" / "store")
    sessions = Sessions(store, Board())
    sessions.listen()
    offer, packed = offered(tuple(media))
    sender = Sender(sessions, accepted(offer, packed, store), packed)
    bring_last_while_the_first_lands(sender, store)

    found = sender.landed()
    assert (found.state, found.stuck, store.took) == ("ready", "disk", 1)
    with pytest.raises(SessionRefusedError) as known:
        sender.ask()
    assert known.value.facts["code"] == "disk-there"
    store.full = False
    assert sender.carry() is None  # all of it is here already
    assert sender.landed().state == "delivered"
    sessions.end()


def bring_last_while_the_first_lands(sender: Sender, store: Crowded) -> None:
    """Bring all parcels, the last one before the first content is in the store."""
    reply, *_rest = sender.ask()
    arrival = sender.sessions._open[sender.delivery.uri].arrival
    assert arrival is not None
    with Files(sender.packed.packing_list, sender.packed.places) as source:
        reading = ParcelReading(sender.lacking(reply), source)
        *first, last = range(len(reading.sizes))
        for number in first:
            arrival.take(number, memoryview(reading.read(number)))
        arrival.flush()
        assert store.asked.wait(10)
        arrival.take(last, memoryview(reading.read(last)))
    arrival.flush()
    assert arrival.complete
    store.may_take.set()
