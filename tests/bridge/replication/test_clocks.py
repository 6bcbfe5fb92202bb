"""What a peer's answers and beats tell of its clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from jumelage.bridge.replication.clocks import PeerClock
from jumelage.kit import clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def answer(peer_clock: PeerClock, date: str) -> int | None:
    """Let *peer_clock* hear an answer with this `Date` at once; return what it makes of it."""
    request = httpx.Request("GET", "http://peer.invalid/")
    headers = {"Date": date} if date else {}

    async def hear() -> None:
        await peer_clock.asked(request)
        await peer_clock.answered(httpx.Response(400, headers=headers, request=request))

    with clock.fixed(NOON):
        asyncio.run(hear())
    return peer_clock.offset_ms


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Sun, 22 Nov 2026 12:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:00:00 GMT", 86_400),
        ("Sat, 21 Nov 2026 12:00:00 GMT", -86_400),
    ],
)
def test_clock_even_of_a_refusal_is_known_to_a_second(date: str, seconds: int) -> None:
    offset = answer(PeerClock(), date)

    assert offset is not None
    assert abs(offset - seconds * 1000) <= 1000


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_answer_without_a_time_teaches_nothing(date: str) -> None:
    assert answer(PeerClock(), date) is None


def test_clock_far_away_fits_the_table() -> None:
    assert answer(PeerClock(), "Sun, 22 Nov 2099 12:00:00 GMT") == 2**31 - 1


def test_beat_is_heard_to_the_millisecond_less_half_a_round_trip() -> None:
    peer_clock = PeerClock()
    peer_clock._round_trip = 0.15
    said = (NOON + timedelta(milliseconds=1_234)).isoformat(timespec="milliseconds")

    with clock.fixed(NOON):
        peer_clock.beat(f'{{"beat":"{said}"}}'.encode())

    assert peer_clock.offset_ms == 1_309


@pytest.mark.parametrize("line", [b'{"beat":3}', b'{"beat":"soon"}', b'{"beat":null}', b"{}", b"{"])
def test_beat_without_a_time_teaches_nothing(line: bytes) -> None:
    peer_clock = PeerClock()

    peer_clock.beat(line)

    assert peer_clock.offset_ms is None
