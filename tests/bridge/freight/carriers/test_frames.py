"""The framing inside TLS: two machines against each other, and against what nobody should send."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.freight.carriers import frames
from jumelage.bridge.freight.errors import FrameError

SECRET, SESSION, CERTIFICATE = bytes(32), bytes(16), bytes(range(32))


def read(machine: frames._Machine, text: bytes, cuts: Sequence[int]) -> list[frames.Event]:
    """Feed *text* to *machine* in pieces of the lengths *cuts*, again and again."""
    events: list[frames.Event] = []
    at, turn = 0, 0
    while at < len(text):
        room = machine.room()
        count = min(len(room), len(text) - at, cuts[turn % len(cuts)])
        room[:count] = text[at : at + count]
        event = machine.filled(count)
        if isinstance(event, frames.Parcel):
            event = frames.Parcel(event.number, memoryview(bytes(event.data)))
        events += [event] if event is not None else []
        at, turn = at + count, turn + 1
    return events


@given(
    parcels=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=6),
    cuts=st.lists(st.integers(1, 200), min_size=1, max_size=5),
)
def test_parcels_come_out_as_they_went_in(parcels: list[bytes], cuts: list[int]) -> None:
    machine = frames.ReceiverMachine()
    (said,) = read(machine, frames.hello(SECRET, SESSION, CERTIFICATE), cuts)
    assert isinstance(said, frames.Hello)
    assert frames.proved(said, SECRET, CERTIFICATE)
    machine.welcome([len(parcel) for parcel in parcels])
    text = b"".join(
        frames.parcel_head(number, len(parcel)) + parcel for number, parcel in enumerate(parcels)
    )
    events = read(machine, text + frames.frame(frames.Kind.BYE), cuts)
    assert events[-1] == frames.Said(frames.Kind.BYE)
    assert [(e.number, bytes(e.data)) for e in events if isinstance(e, frames.Parcel)] == list(
        enumerate(parcels)
    )


@given(
    numbers=st.lists(st.integers(0, 9_999), min_size=1, max_size=9_000),
    cuts=st.lists(st.integers(1, 20_000), min_size=1, max_size=4),
)
def test_numbers_come_back_as_they_were_said(numbers: list[int], cuts: list[int]) -> None:
    text = frames.joined(frames.numbered(frames.Kind.DURABLE, numbers))
    events = read(frames.SenderMachine(10_000), text, cuts)
    assert [n for e in events if isinstance(e, frames.Said) for n in e.numbers] == numbers


def test_proof_is_worth_nothing_for_another_certificate_or_session() -> None:
    said = frames.Hello(SESSION, frames.prove(SECRET, SESSION, CERTIFICATE))
    assert frames.proved(said, SECRET, CERTIFICATE)
    assert not frames.proved(said, SECRET, bytes(32))
    assert not frames.proved(frames.Hello(b"x" * 16, said.proof), SECRET, CERTIFICATE)
    assert not frames.proved(said, b"y" * 32, CERTIFICATE)


@pytest.mark.parametrize(
    "text",
    [
        frames.parcel_head(3, 10),  # no such parcel
        frames.parcel_head(0, 11),  # another length
        frames.parcel_head(0, 0xFFFFFFFF),
        frames.HEAD.pack(9, 0, 10),  # no such kind
        frames.HEAD.pack(frames.Kind.BYE, 1, 0),
        frames.HEAD.pack(frames.Kind.DURABLE, 1, 4),  # the other side's word
    ],
)
def test_receiver_ends_what_is_not_on_the_list(text: bytes) -> None:
    machine = frames.ReceiverMachine()
    read(machine, frames.hello(SECRET, SESSION, CERTIFICATE), [52])
    machine.welcome([10, 10, 10])
    with pytest.raises(FrameError):
        read(machine, text, [12])


@pytest.mark.parametrize(
    "text",
    [
        frames.HEAD.pack(frames.Kind.DURABLE, 0, 0),
        frames.HEAD.pack(frames.Kind.DURABLE, frames.MOST_NUMBERS + 1, 4 * frames.MOST_NUMBERS + 4),
        frames.HEAD.pack(frames.Kind.DURABLE, 1, 8),
        frames.HEAD.pack(frames.Kind.PARCEL, 0, 10),
        frames.HEAD.pack(frames.Kind.DURABLE, 1, 4) + b"\0\0\0\x09",
    ],
)
def test_sender_ends_what_is_no_answer(text: bytes) -> None:
    with pytest.raises(FrameError):
        read(frames.SenderMachine(9), text, [12])


@given(st.binary(min_size=52, max_size=400))
def test_noise_is_never_more_than_a_frame_error(noise: bytes) -> None:
    machine = frames.ReceiverMachine()
    try:
        said = read(machine, noise[:52], [52])
    except FrameError:
        return
    assert not frames.proved(said[0], SECRET, CERTIFICATE)  # type: ignore[arg-type]
