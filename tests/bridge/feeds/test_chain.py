"""The hash chain: what continues it, and what is refused."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jumelage.bridge.errors import ChainError, DuplicateNameError
from jumelage.bridge.feeds.chain import Head, Link, extend, follow, read_ahead
from jumelage.bridge.feeds.wire import Line, decode_line, encode_line

START = Head("a" * 32, "public", 0, 0, bytes(32))
AT = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)


def chain(bodies: list[bytes], head: Head = START) -> tuple[Head, list[Link]]:
    """Return a chain that carries *bodies*."""
    links = []
    for number, body in enumerate(bodies):
        head, link = extend(
            head,
            kind="demo.said",
            record_id="abcdefghij"[number % 10] * 26,
            rev=1,
            op="put",
            body=body,
            time=AT,
        )
        links.append(link)
    return head, links


def lines(links: list[Link]) -> list[Line]:
    """Return *links* as a reader gets them from the wire."""
    return [decode_line(encode_line(link.raw, link.salt, link.body)) for link in links]


@given(st.lists(st.text().map(str.encode), max_size=8))
def test_chain_survives_the_wire_byte_for_byte(bodies: list[bytes]) -> None:
    head, links = chain(bodies)

    read = list(follow(START, lines(links)))

    assert read == links
    assert [link.body for link in read] == bodies
    assert head.seq == len(bodies)


def test_chain_verifies_without_bodies() -> None:
    _, links = chain([b"one", b"two"])
    bare = [replace(link, salt=None, body=None) for link in links]

    assert list(follow(START, lines(bare))) == bare


def test_salt_hides_equal_bodies() -> None:
    _, (first, second) = chain([b"same", b"same"])

    assert first.header.body != second.header.body


@given(st.data())
def test_chain_with_one_flipped_bit_is_refused(data: st.DataObject) -> None:
    _, links = chain([b'{"a": 1}', b'{"b": 2}', b'{"c": 3}'])
    sent = bytearray(b"".join(encode_line(link.raw, link.salt, link.body) for link in links))
    position = data.draw(st.integers(0, len(sent) - 2))
    sent[position] ^= 1 << data.draw(st.integers(0, 6))

    try:
        read = list(follow(START, [decode_line(line) for line in bytes(sent).splitlines()]))
    except (ChainError, msgspec.DecodeError):
        return
    # The last header is only vouched for by the checkpoint; white space and unused base64 bits
    # change nothing that is read.
    assert [link.body for link in read] == [link.body for link in links]
    assert read[:2] == links[:2]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (lambda ls: ls[1:], "expected entry 1, got 2"),
        (lambda ls: [ls[0], ls[2]], "expected entry 2, got 3"),
        (lambda ls: [ls[0], ls[0]], "expected entry 2, got 1"),
        (lambda ls: [Line(h="{}")], "Object missing required field `v`"),
        (lambda ls: [Line(h=ls[0].h + " " * 4096)], "over 4096 bytes"),
        (
            lambda ls: [Line(h=re.sub('"time":"[^"]*"', '"time":"2026-11-22"', ls[0].h))],
            "its time is no time of our age, with a zone",
        ),
        (
            lambda ls: [Line(h=re.sub('"time":"[^"]*"', '"time":"0001-01-01T00:00Z"', ls[0].h))],
            "its time is no time of our age, with a zone",
        ),
        (
            lambda ls: [Line(h=ls[0].h.replace('"rev":1', '"rev":9007199254740992'))],
            "Expected `int` <= 9007199254740991 - at `$.rev`",
        ),
        (lambda ls: [Line(h=ls[0].h, s="AAAA", b=ls[0].b)], "its salt has not 16 bytes"),
        (lambda ls: [Line(h=ls[0].h, s="?", b=ls[0].b)], "its salt is not base64"),
        (
            lambda ls: [Line(h=ls[0].h, s=ls[1].s, b=ls[0].b)],
            "the body of entry 1 does not fit its hash",
        ),
        (lambda ls: [Line(h=ls[0].h, b=ls[0].b)], "the body of entry 1 does not fit its hash"),
        (
            lambda ls: [Line(h=ls[0].h.replace('"op":"put"', '"op":"RUN"'))],
            "entry 1 has the unknown operation “RUN”",
        ),
        (
            lambda ls: [Line(h=ls[0].h.replace('"v":1', '"v":2'))],
            "header version 2 is not known here",
        ),
        (
            lambda ls: [Line(h=ls[0].h.replace("public", "network"))],
            "entry 1 belongs to another feed",
        ),
    ],
)
def test_broken_chain_is_refused_with_its_reason(
    broken: Callable[[list[Line]], list[Line]], reason: str
) -> None:
    _, links = chain([b"one", b"two", b"three"])

    for sent in (broken(lines(links)), read_ahead(START, broken(lines(links)))):
        with pytest.raises(ChainError) as caught:
            list(follow(START, sent))
        assert caught.value.facts["reason"] == reason


def test_what_was_read_ahead_is_the_same_and_holds_for_its_place_only() -> None:
    _, links = chain([b"one", b"two"])
    ahead = read_ahead(START, lines(links))

    assert list(follow(START, ahead)) == links
    with pytest.raises(ChainError, match="another feed"):
        list(follow(Head(START.origin, START.feed, 1, 0, START.hash), ahead))


@pytest.mark.parametrize(
    "twice",
    [lambda h: h.replace('"v":1', '"v":1,"seq":7', 1), lambda h: h[:-1] + ',"new":1,"new":2}'],
)
def test_a_header_that_names_something_twice_is_refused(twice: Callable[[str], str]) -> None:
    _, (first,) = chain([b"one"])
    line = lines([first])[0]

    with pytest.raises(DuplicateNameError):
        list(follow(START, [Line(h=twice(line.h), s=line.s, b=line.b)]))


@pytest.mark.parametrize("line", [b'{"h":"{}","h":"{}"}', b'{"h":"{}","b":"{}","\\u0062":"1"}'])
def test_a_line_that_names_something_twice_is_refused(line: bytes) -> None:
    with pytest.raises(DuplicateNameError):
        decode_line(line)


def test_rewritten_entry_does_not_fit_the_next_one() -> None:
    _, (_, second) = chain([b"one", b"two"])
    _, (forged, _) = chain([b"ONE", b"two"])

    with pytest.raises(ChainError) as caught:
        list(follow(START, lines([forged, second])))

    assert caught.value.facts["reason"] == "entry 2 does not follow from the one before"
