"""Answers of peers are read within bounds, and given up beyond them."""

import gzip
import time
from collections.abc import AsyncIterator, Iterable

import pytest
from asgiref.sync import async_to_sync

from jumelage.bridge.errors import (
    AnswerRefusedError,
    BridgeError,
    LineTooLongError,
    PackingRefusedError,
    PageTooLargeError,
    TooManyEntriesError,
    TooSlowError,
)
from jumelage.bridge.replication import answers
from jumelage.bridge.replication.answers import Pace, entry_lines, page_lines, whole

BEAT, CLOSING = b'{"beat":1}\n', b'{"checkpoint":1}\n'
MEGABYTE = 1024 * 1024


async def _pieces(of: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in of:
        yield piece


def _whole(pieces: Iterable[bytes], *, encoding: str = "gzip", most: int = MEGABYTE) -> bytes:
    async def read() -> bytes:
        return await whole(_pieces(pieces), peer="baie", encoding=encoding, most=most)

    return async_to_sync(read)()


def _lines(pieces: Iterable[bytes]) -> list[bytes]:
    async def read() -> list[bytes]:
        return [line async for line in entry_lines(_pieces(pieces), peer="baie")]

    return async_to_sync(read)()


@pytest.mark.parametrize("size", [0, 1, MEGABYTE])
def test_an_answer_within_its_bound_is_taken_however_it_is_cut(size: int) -> None:
    packed = gzip.compress(b"x" * size)
    assert _whole([packed[i : i + 7] for i in range(0, len(packed), 7)]) == b"x" * size
    assert _whole([b"x" * size], encoding="") == b"x" * size


@pytest.mark.parametrize(
    ("pieces", "encoding", "error"),
    [
        ([gzip.compress(b"x" * (MEGABYTE + 1))], "gzip", PageTooLargeError),
        ([gzip.compress(b"\0" * 64 * MEGABYTE)], "gzip", PageTooLargeError),
        ([b"x" * (MEGABYTE + 1)], "", PageTooLargeError),
        ([b"not packed"], "gzip", PackingRefusedError),
        ([gzip.compress(b"one") + gzip.compress(b"two")], "gzip", PackingRefusedError),
        ([b""], "br", AnswerRefusedError),
        ([b""], "gzip, gzip", AnswerRefusedError),
    ],
)
def test_an_answer_beyond_its_bound_is_refused(
    pieces: list[bytes], encoding: str, error: type[BridgeError]
) -> None:
    with pytest.raises(error):
        _whole(pieces, encoding=encoding)


def test_a_stream_is_cut_into_lines_wherever_its_pieces_end() -> None:
    said = BEAT + b"one\ntwo\n" + CLOSING + BEAT
    for width in (1, 3, len(said)):
        pieces = [said[i : i + width] for i in range(0, len(said), width)]
        assert _lines(pieces) == said.splitlines()


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([b"x" * 65536] * 17, LineTooLongError),
        ([b"x\n" * 600], TooManyEntriesError),
        ([(b"x" * 1000_000 + b"\n")] * 18, PageTooLargeError),
    ],
)
def test_what_a_stream_never_closes_is_bounded(
    pieces: list[bytes], error: type[BridgeError]
) -> None:
    with pytest.raises(error):
        _lines(pieces)


def test_bounds_of_a_stream_begin_again_after_each_closing_line() -> None:
    assert len(_lines([b"x\n" * 500 + CLOSING] * 4)) == 4 * 501


def test_an_endless_line_in_tiny_pieces_costs_no_square() -> None:
    begun = time.thread_time()
    with pytest.raises(LineTooLongError):
        _lines(b"x" * 16 for _ in range(MEGABYTE))
    assert time.thread_time() - begun < 5


def test_who_drips_is_given_up_and_who_is_slow_is_not() -> None:
    pace = Pace("baie")
    pace.begun -= answers.GRACE_SECONDS - 1
    pace.on(1)
    pace.begun -= 2
    with pytest.raises(TooSlowError):
        pace.on(1)
    slow = Pace("baie")
    slow.begun -= 100
    slow.on(100 * answers.SLOWEST)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"x\n" * 5, TooManyEntriesError),
        (b"\n" * 16 * MEGABYTE, TooManyEntriesError),
        (b"x" * (MEGABYTE + 1) + b"\n{}\n", LineTooLongError),
    ],
)
def test_a_page_holds_what_was_asked_for(raw: bytes, error: type[BridgeError]) -> None:
    with pytest.raises(error):
        page_lines(raw, peer="baie", most=3)
