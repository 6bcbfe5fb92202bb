"""The sender's part, against a receiver with a real port: what it knows before the receipt."""

import base64
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from msgspec import UNSET

from jumelage.bridge.freight.carriers.base import Session
from jumelage.bridge.freight.carriers.keys import Exchange
from jumelage.bridge.freight.carriers.listener import Listener
from jumelage.bridge.freight.deliveries import conversation, shelf
from jumelage.bridge.freight.deliveries.conversation import Question, Reply, Wanted
from jumelage.bridge.freight.deliveries.limits import DeliveryPace, Limits, Rule
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.deliveries.running.tasks import Task
from jumelage.bridge.freight.deliveries.sending import heeding
from jumelage.bridge.freight.deliveries.sending.carrying import carry
from jumelage.bridge.freight.deliveries.sending.offering import write_files
from jumelage.bridge.freight.errors import SessionRefusedError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery, DeliveryFile, Node
from jumelage.kit.uris import Uri, new_id
from tests.bridge.freight.samples import noise, packed

pytestmark = pytest.mark.django_db(transaction=True)

FILES = {"big.mov": noise(6_000_000, seed=3), "held.mov": noise(2_000_000), "notes.txt": b"hello"}


@dataclass
class Bin:
    """Takes what comes and keeps nothing."""

    sizes: Sequence[int]

    def take(self, number: int, data: memoryview) -> None:
        """Take a parcel."""

    def durable(self) -> None:
        """Keep nothing."""


@dataclass
class Receiver:
    """The other city: answers the question for a session and listens on a port."""

    listener: Listener
    held: PackingList
    there: set[str] = field(default_factory=set)
    """The contents (roots, hex) that it holds already."""
    node: Node = field(default_factory=own_node)
    rates: list[int] = field(default_factory=list)
    """The rate that it wants, if any."""
    stuck: str = ""
    """Why it can take nothing: then no session opens."""
    reached: bool = True
    """Whether its port can be reached."""
    opened: list[str] = field(default_factory=list)
    """The last carrier of each question that it answered."""

    def host(self, told: str) -> str:
        """Return where it listens."""
        return told

    def post(self, path: str, body: bytes, *, most: int) -> tuple[bytes, httpx.Headers]:
        """Open a session, as `receiving.sessions` does."""
        assert path == conversation.SESSIONS
        if self.stuck:
            raise SessionRefusedError(reason="full", code=f"{self.stuck}-there")
        question = conversation.read(body, Question)
        self.opened.append(question.carriers[-1])
        exchange, session = Exchange.make(), bytes.fromhex(new_id_of_a_session())
        lacking, port = self.lacking(), self.listener.port if self.reached else 0
        reply = conversation.encode(
            Reply(
                delivery=question.delivery, session=session.hex(),
                key=base64.b64encode(exchange.public).decode(),
                lacking=base64.b64encode(lacking.packed()).decode(),
                host="127.0.0.1", tcp_port=port, udp_port=port,
                certificate=self.listener.certificate_hash.hex(), carriers=["tls", "udp"],
                rate=self.rates[0] if self.rates else None,
            )
        )  # fmt: skip
        secret = exchange.agree(base64.b64decode(question.key), question=body, answer=reply)
        assert len(reply) <= most
        cut = parcels(self.held, lacking)
        self.listener.add(Session(session, secret, "", 0, 0, b""), Bin(cut.sizes))
        return reply, httpx.Headers({conversation.SIGNATURE_HEADER: conversation.sign(reply)})

    def get(self, path: str, *, most: int) -> bytes:
        """Say how fast the delivery may come."""
        slug = path.removeprefix(f"{conversation.RATES}/")
        uri = Delivery.objects.get(uri__endswith=f":{slug}").uri
        rate = self.rates[0] if self.rates else None
        said = conversation.encode(Wanted(delivery=uri, rate=rate, stuck=self.stuck or UNSET))
        assert len(said) <= most
        return said

    def lacking(self) -> Bitmap:
        """Return the chunks of the contents that are not there."""
        wanted = [blob for blob in self.held.blobs if blob.root.hex() not in self.there]
        return Bitmap.of(len(self.held.lengths), (row for blob in wanted for row in blob.rows))


def new_id_of_a_session() -> str:
    """Return 16 bytes in hex."""
    return new_id().encode().hex()[:32]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return an open port."""
    found = Listener("127.0.0.1", 0)
    yield found
    found.close()


@pytest.fixture
def ready(
    here: Node, outgoing: Callable[..., Delivery], tmp_path: Path
) -> tuple[Delivery, PackingList]:
    """Return a delivery that was accepted, and what it holds."""
    found = packed(tmp_path / "d", FILES)
    held = found.packing_list
    made = outgoing(
        uri=str(Uri(here.origin, new_id())), list_hash=held.list_hash.hex(),
        bytes=held.head.bytes, files=held.head.files,
    )  # fmt: skip
    shelf.keep_list(made.slug, held.data)
    shelf.keep_places(made.slug, found.places)
    write_files(made, held)
    return made, held


def marked(made: Delivery) -> dict[str, tuple[bool, bool]]:
    """Return of each file whether it is verified, and whether it was held before."""
    files = DeliveryFile.objects.filter(delivery=made)
    return {Path(one.path).name: (one.verified_at is not None, one.held) for one in files}


def root(held: PackingList, name: str) -> str:
    """Return the content of the file *name*."""
    return next(file.root for file in held.files if Path(file.path).name == name)


def test_the_sender_knows_which_files_are_there_before_the_receipt(
    ready: tuple[Delivery, PackingList], listener: Listener
) -> None:
    made, held = ready
    receiver = Receiver(listener, held, {root(held, "held.mov")})
    pace = DeliveryPace(Limits(), made.peer_id, "")
    carry(made, receiver, pace, Board(), threading.Event())  # type: ignore[arg-type]  # in memory

    found = Delivery.objects.get(pk=made.pk)
    assert (found.state, found.files_done, found.done) == ("carrying", 3, found.bytes)
    assert marked(made) == {
        "big.mov": (True, False), "held.mov": (True, True), "notes.txt": (True, False),
    }  # fmt: skip


def test_a_halt_leaves_the_rest_unverified_and_the_next_try_goes_on(
    ready: tuple[Delivery, PackingList], listener: Listener
) -> None:
    made, held = ready
    receiver, stop = Receiver(listener, held, {root(held, "held.mov")}), threading.Event()
    slow = DeliveryPace(Limits([Rule(1, "", "", 0, 0, 1_000_000)]), made.peer_id, "")
    threading.Timer(1.0, stop.set).start()
    carry(made, receiver, slow, Board(), stop)  # type: ignore[arg-type]  # in memory
    halted = Delivery.objects.get(pk=made.pk)
    assert (halted.state, marked(made)["big.mov"]) == ("ready", (False, False))

    receiver.there.add(root(held, "notes.txt"))
    pace = DeliveryPace(Limits(), made.peer_id, "")
    carry(halted, receiver, pace, Board(), threading.Event())  # type: ignore[arg-type]  # in memory
    assert Delivery.objects.get(pk=made.pk).files_done == 3
    assert marked(made)["notes.txt"] == (True, False)


def test_the_sender_keeps_to_the_rate_that_the_receiver_wants_as_it_changes(
    ready: tuple[Delivery, PackingList], listener: Listener
) -> None:
    made, held = ready
    receiver = Receiver(listener, held, rates=[200_000])
    pace = DeliveryPace(Limits(), made.peer_id, "")
    carrying = Task("carrying", partial(carry, made, receiver, pace, Board()))  # type: ignore[arg-type]  # in memory
    began = time.monotonic()
    until(lambda: Delivery.objects.get(pk=made.pk).limit_there == 200_000)
    receiver.rates[:] = []
    until(lambda: not carrying.alive, seconds=30)
    assert heeding.ASK_SECONDS <= time.monotonic() - began < 20  # at 200 kB/s it takes 40 s
    found = Delivery.objects.get(pk=made.pk)
    assert (found.limit_there, found.done) == (None, found.bytes)


@pytest.mark.parametrize("reached", [True, False], ids=["freight port", "https"])
def test_a_full_disk_there_halts_within_ten_seconds_and_is_heard_of_by_name(
    ready: tuple[Delivery, PackingList], listener: Listener, *, reached: bool
) -> None:
    made, held = ready
    receiver = Receiver(listener, held, reached=reached)
    slow = DeliveryPace(Limits([Rule(1, "", "", 0, 0, 100_000)]), made.peer_id, "")
    carrying = Task("carrying", partial(carry, made, receiver, slow, Board()))  # type: ignore[arg-type]  # in memory
    until(lambda: receiver.opened == (["udp"] if reached else ["udp", "https"]))
    receiver.stuck = "disk"
    until(lambda: not carrying.alive)
    halted = Delivery.objects.get(pk=made.pk)
    assert (halted.state, halted.stuck, halted.retry_at) == ("ready", "", None)

    carry(halted, receiver, slow, Board(), threading.Event())  # type: ignore[arg-type]  # in memory
    assert Delivery.objects.get(pk=made.pk).stuck == "disk-there"


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait at most *seconds* until *true* says so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
