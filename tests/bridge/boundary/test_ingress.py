"""JSON of other nodes: taken when every program reads it alike, refused with a reason otherwise."""

import json
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.boundary.ingress import DEEPEST, plain
from jumelage.bridge.errors import (
    BridgeError,
    DuplicateNameError,
    NotJsonError,
    NumberRefusedError,
    TooDeepError,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inside, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_any_honest_program_writes_is_taken(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        assert plain(text.encode(), "it") == json.loads(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a":1,"a":1}', DuplicateNameError),
        (b'{"x":[{"a":1,"\\u0061":2}]}', DuplicateNameError),
        (b'{"a":NaN}', NumberRefusedError),
        (b'{"a":-Infinity}', NumberRefusedError),
        (b'{"a":1e999}', NumberRefusedError),
        (b'{"a":9007199254740992}', NumberRefusedError),
        (b'{"a":-9007199254740992}', NumberRefusedError),
        (b'{"a":99999999999999999999999999}', NumberRefusedError),
        (b"[" * 33 + b"]" * 33, TooDeepError),
        (b'{"a":' * 33 + b"1" + b"}" * 33, TooDeepError),
        (b"[" * 100_000, TooDeepError),
        (b"[" * 100_000 + b"]" * 100_000, TooDeepError),
        (b'{"a":"\xff"}', NotJsonError),
        (b'{"a":"\\ud800"}', NotJsonError),
        (b'\xef\xbb\xbf{"a":1}', NotJsonError),
        ('{"a":1}'.encode("utf-16"), NotJsonError),
        (b"{'a':1}", NotJsonError),
        (b'{"a":1}}', NotJsonError),
        (b"", NotJsonError),
    ],
)
def test_what_programs_could_read_differently_is_refused(
    text: bytes, reason: type[BridgeError]
) -> None:
    with pytest.raises(reason):
        plain(text, "it")


def test_brackets_inside_a_text_are_not_depth() -> None:
    assert plain(b'["' + b"[" * 100 + b'"]', "it") == ["[" * 100]
    assert plain(b"[" * DEEPEST + b"]" * DEEPEST, "it")


@pytest.mark.parametrize(
    "text",
    [
        b"{" + b",".join(b'"%d":1' % n for n in range(25_000)) + b',"0":2}',
        b"[" + b"9" * 250_000 + b"]",
        b"[0." + b"9" * 250_000 + b"]",
        b'{"a":"' + b"\\u0041" * 40_000 + b'","a":1}',
    ],
)
def test_the_slow_reader_is_not_slow(text: bytes) -> None:
    """Bar: half a second of processor time for the largest body; a square would take many.

    The best of three: a full collection of the garbage of all earlier tests may fall into one.
    """

    def once() -> float:
        begun = time.thread_time()
        try:
            plain(text, "it")
        except BridgeError as error:
            assert len(error.message) < 200  # noqa: PT017
        return time.thread_time() - begun

    assert min(once() for _ in range(3)) < 0.5


def test_the_fast_path_costs_microseconds() -> None:
    """Bar: 25 us a kilobyte on a busy machine (3 to 10 were measured); the slow reader needs 60."""
    body = orjson.dumps({"uri": "x" * 70, "title": {"en": "t" * 200, "fr": 'é"\n' * 60}, "n": 5})

    def once() -> float:
        begun = time.thread_time()
        for _ in range(200):
            plain(body, "it")
        return (time.thread_time() - begun) / 200

    assert min(once() for _ in range(10)) < 25e-6
