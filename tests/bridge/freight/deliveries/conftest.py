"""This node, a paired city, and deliveries between them as they would really be packed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.errors import PeerUnreachableError
from jumelage.bridge.freight.deliveries import conversation, shelf
from jumelage.bridge.freight.deliveries.listing import parts
from jumelage.bridge.freight.deliveries.listing.fetching import Answer
from jumelage.bridge.freight.deliveries.receiving.sessions import Sessions
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.packing.lists import Heading, PackingList
from jumelage.bridge.freight.packing.packing import Packed, pack
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.references import Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery, DeliveryOffer, Node
from jumelage.bridge.records import DeliveryOffered
from jumelage.kit import clock
from jumelage.kit.uris import Uri
from tests.bridge.freight.samples import noise
from tests.factories.bridge import Peer
from tools.ports import free_port

BIG = noise(9_000_000, seed=5)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def silent(settings: Settings) -> None:
    """Listen on a port of the system's choice, and on this machine only."""
    settings.NODE = replace(settings.NODE, freight_host="127.0.0.1", freight_quota=0)


@pytest.fixture
def opened(here: Node) -> None:
    """Open deliveries to each paired city, as an annex would."""
    kind, instrument = DeliveryOffered.kind, f"jumelage:{here.origin}:x"
    open_kind(kind=kind, audience="twin", article="annex", instrument=instrument)


@pytest.fixture
def city(peer: Peer) -> Node:
    """Return the paired city as this node knows it."""
    return Node.objects.get(origin=peer.origin)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store without limits."""
    home = tmp_path / "freight" / "store"
    return Store(home, Folder(home), quota=Quota(), floor=0)


@pytest.fixture
def any_port(settings: Settings) -> None:
    """Let the system choose the port."""
    settings.NODE = replace(settings.NODE, freight_port=free_port())


@pytest.fixture
def sessions(any_port: None, here: Node, store: Store) -> Iterator[Sessions]:
    """Return the receiving side with an open port."""
    found = Sessions(store, Board())
    found.listen()
    yield found
    found.end()


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """Return a folder with three files, one of which holds the same as another."""
    folder = tmp_path / "shots"
    folder.mkdir()
    (folder / "a.mov").write_bytes(bytes(range(256)) * 1000)
    (folder / "b.mov").write_bytes(bytes(range(256)) * 1000)
    (folder / "notes.txt").write_text("hello")
    return folder


@pytest.fixture
def offered(here: Node, peer: Peer, media: Path) -> Callable[..., tuple[DeliveryOffer, Packed]]:
    """Return what makes an offer of the paired city to this node, and what it packed."""

    def make(paths: tuple[Path, ...] = (), **said: object) -> tuple[DeliveryOffer, Packed]:
        uri = Uri.parse(peer.uri())
        heading = Heading(
            id=uri.id, origin=peer.origin, to=here.origin, created="2026-11-22T12:00:00Z"
        )
        packed = pack(paths or (media,), heading=heading)
        held = packed.packing_list
        told = {
            "uri": str(uri),
            "origin": peer.origin,
            "recorded_at": NOON,
            "receiver": here.origin,
            "title": "shots",
            "list_hash": held.list_hash.hex(),
            "list_bytes": len(held.data),
            "files": held.head.files,
            "bytes": held.head.bytes,
            "priority": "normal",
            "article": "annex",
            "packed_at": NOON,
        }
        return DeliveryOffer.objects.create(**{**told, **said}), packed

    return make


@pytest.fixture
def outgoing(here: Node, city: Node) -> Callable[..., Delivery]:
    """Return what makes a delivery of this city in any state."""

    def make(state: str = "ready", **facts: object) -> Delivery:
        told = {
            "uri": str(Uri(here.origin, "a" * 26)),
            "peer": city,
            "direction": "out",
            "state": state,
            "title": "shots",
            "bytes": 1000,
            "created_at": clock.now(),
            "changed_at": clock.now(),
        }
        return Delivery.objects.create(**{**told, **facts})

    return make


@pytest.fixture
def received(
    offered: Callable[..., tuple[DeliveryOffer, Packed]],
    outgoing: Callable[..., Delivery],
    media: Path,
) -> tuple[Delivery, PackingList]:
    """Return a delivery that came in, whose contents are in the store of this node."""
    (media / "plate.exr").write_bytes(BIG)
    (media / "empty").touch()
    offer, packed = offered()
    made = outgoing("delivered", uri=offer.uri, direction="in", ended_at=clock.now())
    held = packed.packing_list
    for file in held.files:
        open_store().add(Path(packed.places[file.path]), name=made.slug)
    shelf.keep_list(made.slug, held.data)
    return made, held


class ListShelf:
    """A peer in memory: gives the lists it holds in parts, or does not answer."""

    def __init__(self, lists: dict[str, bytes] | None = None) -> None:
        """Hold *lists* by the short name of their delivery; None: the line is down."""
        self.lists = lists
        self.places = threading.BoundedSemaphore(12)
        self.asked: list[int] = []

    @contextmanager
    def list_answer(self, path: str, *, coding: str) -> Iterator[Answer]:
        """Give the part that *path* names, packed when *coding* allows it."""
        slug, _, number = path.removeprefix(f"{conversation.LISTS}/").partition("?part=")
        if slug not in (self.lists or {}):
            raise PeerUnreachableError(peer="baie-demo", reason="HTTP 404")
        self.asked.append(int(number))
        yield self.give(slug, int(number), coding)

    def give(self, slug: str, number: int, coding: str) -> Answer:
        """Return part *number* of the list of *slug*."""
        assert self.lists is not None
        part = self.lists[slug][number * parts.PART : (number + 1) * parts.PART]
        smaller = parts.packed(part) if coding == "gzip" else None
        said = "gzip" if smaller else "identity"
        return Answer(str(number), said, iter([smaller or part]))
