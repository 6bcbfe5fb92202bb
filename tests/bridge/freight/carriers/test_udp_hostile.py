"""What strangers and eavesdroppers can do with datagrams: nothing that lasts."""

import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.receiver import ReceiverMachine
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.sender import SenderMachine
from jumelage.bridge.freight.carriers.udp.wire import Kind
from jumelage.bridge.freight.errors import FrameError
from tests.bridge.freight.carriers.ends import some_parcels
from tests.bridge.freight.carriers.wires import HOME, SECRET, Pair, Wire

pytestmark = pytest.mark.promise("freight-hostile")

AWAY = ("192.0.2.1", 9)


def recorded(pair: Pair) -> list[bytes]:
    """Run *pair* and return every datagram that was sent there."""
    seen: list[bytes] = []

    def listen(datagram: bytes) -> list[bytes]:
        seen.append(datagram)
        return [datagram]

    pair.meddle = listen
    pair.run()
    return seen


def test_replay_of_everything_changes_nothing() -> None:
    pair = Pair(some_parcels(6), Wire(rate=12.5e6))
    datagrams = recorded(pair)
    for datagram in datagrams:  # those that were under way at the end
        pair.receiver.receive(memoryview(datagram), len(datagram), pair.now, HOME)
    pair.receiver.datagrams_to_send(pair.now + 1)
    answers, dropped = len(pair.answers), pair.receiver.dropped
    for datagram in datagrams:
        assert not pair.receiver.receive(memoryview(datagram), len(datagram), pair.now, AWAY)
    assert pair.receiver.dropped == dropped + len(datagrams)
    assert pair.receiver.path.address == HOME
    assert not pair.receiver.datagrams_to_send(pair.now + 2)
    assert len(pair.answers) == answers


def test_replay_to_a_fresh_receiver_is_answered_with_less_than_came() -> None:
    datagrams = recorded(Pair(some_parcels(6), Wire(rate=12.5e6)))
    fresh = ReceiverMachine(Seals(SECRET), [len(p) for p in some_parcels(6)])
    came = went = 0
    for step, datagram in enumerate(datagrams):
        came += len(datagram)
        fresh.receive(memoryview(datagram), len(datagram), step * 0.02, AWAY)
        went += sum(len(answer) for answer, _ in fresh.datagrams_to_send(step * 0.02))
        assert went < came
    assert not fresh.path.proved


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.booleans())
def test_forged_and_cut_datagrams_are_dropped_before_anything_is_kept(seed: int, cut: bool) -> None:
    chance = random.Random(seed)
    pair = Pair(some_parcels(2), Wire(rate=12.5e6))
    datagram = bytearray(recorded(pair)[chance.randrange(10)])
    if cut:
        datagram = datagram[: chance.randrange(1, 24)]
    else:
        datagram[chance.randrange(24)] ^= 1 << chance.randrange(8)
    fresh = ReceiverMachine(Seals(SECRET), [len(p) for p in pair.parcels])
    assert not fresh.receive(memoryview(bytes(datagram)), len(datagram), 1.0, HOME)
    assert not fresh._open
    assert fresh.path.address is None
    assert fresh.next_timeout(2.0) is None


def test_flood_of_forged_datagrams_takes_no_memory() -> None:
    machine = ReceiverMachine(Seals(SECRET), [1 << 20] * 100)
    noise = random.Random(3).randbytes(1472)
    head = noise[:4] + Seals(SECRET).connection.to_bytes(4, "little") + noise[8:]
    tracemalloc.start()
    for number in range(20_000):
        forged = memoryview(bytes([1 + number % 4]) + head[1:])
        machine.receive(forged, len(forged), number / 1e4, AWAY)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 1 << 20
    assert machine.path.address is None
    assert not machine.datagrams_to_send(10.0)


def test_poisoned_piece_costs_one_parcel_again_and_nothing_else() -> None:
    pair = Pair(some_parcels(4), Wire(rate=12.5e6))
    poisoned: list[int] = []

    def poison(datagram: bytes) -> list[bytes]:
        if datagram[0] == Kind.PIECE and not poisoned and len(datagram) > 1000:
            poisoned.append(1)
            return [datagram[:-1] + bytes([datagram[-1] ^ 1])]
        return [datagram]

    pair.meddle = poison
    pair.run()
    assert pair.sender.done
    assert [pair.course.parcels[i] for i in range(4)] == pair.parcels


def test_another_sessions_datagrams_are_strange() -> None:
    datagrams = recorded(Pair(some_parcels(2), Wire(rate=12.5e6)))
    other = ReceiverMachine(Seals(b"\x09" * 32), [len(p) for p in some_parcels(2)])
    for datagram in datagrams:
        other.receive(memoryview(datagram), len(datagram), 1.0, HOME)
    assert other.dropped == len(datagrams)
    assert other.path.address is None


@given(st.binary(max_size=1300))
def test_sender_ignores_noise(noise: bytes) -> None:
    machine = SenderMachine(Seals(SECRET), 3)
    machine.receive(noise, 1.0)
    assert machine.heard is None


def test_sender_ignores_old_answers() -> None:
    machine, seals = SenderMachine(Seals(SECRET), 3), Seals(SECRET)
    newer, older = (seals.text(Kind.ANSWER, n, b"\x02" + bytes(8)) for n in (5, 4))
    machine.receive(newer, 1.0)
    machine.receive(older, 2.0)
    assert machine.heard == 1.0


numbers = st.integers(0, 2**32 - 1)
pairs = st.tuples(numbers, numbers)


@given(
    said=st.builds(
        wire.Feedback, flags=st.sampled_from([wire.Flag(0), wire.Flag(3)]), room=st.integers(0, 65535),
        time=numbers, largest=numbers, arrival=numbers, received=st.integers(0, 2**64 - 1),
        taken=numbers, durable_below=numbers,
        samples=st.lists(pairs, max_size=wire.MOST_SAMPLES).map(tuple),
        ranges=st.lists(pairs, max_size=wire.MOST_RANGES).map(tuple),
        durable=st.lists(pairs, max_size=wire.MOST_DURABLE).map(tuple),
        again=st.lists(numbers, max_size=wire.MOST_AGAIN).map(tuple),
    )
)  # fmt: skip
def test_feedback_comes_back_as_it_was_said(said: wire.Feedback) -> None:
    text = wire.encode_feedback(said)
    assert wire.decode_feedback(text) == said
    assert len(text) + 32 <= wire.MOST_SEALED


@given(st.binary(max_size=300))
def test_noise_is_no_feedback(noise: bytes) -> None:
    try:
        wire.decode_feedback(noise)
    except FrameError:
        return
    assert noise[0] == wire.Word.FEEDBACK


@given(said=st.binary(max_size=600))
def test_hostile_feedback_of_the_true_peer_does_not_break_the_sender(said: bytes) -> None:
    machine, seals = SenderMachine(Seals(SECRET), 3), Seals(SECRET)
    machine.supply(0, seals.parcel(0, b"x" * 9000))
    list(machine.datagrams_to_send(0.0, machine.due(0.0)))
    machine.receive(seals.text(Kind.ANSWER, 1, b"\x01" + said), 1.0)
    assert machine.durable_count <= 3
