"""What strangers send is read before the document meets it."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from jumelage.bridge.live.minutes.document import MOST_TEXT, Document
from jumelage.bridge.live.minutes.errors import (
    BrokenMinutesError,
    EarlyMinutesError,
    FullMinutesError,
)
from jumelage.bridge.live.minutes.updates import read_update, read_vector, write_number


def written(text: str, root: str = "minutes") -> bytes:
    doc: Doc[Text] = Doc()
    doc.get(root, type=Text).insert(0, text)
    return doc.get_update()


def foreign() -> Iterator[bytes]:
    doc: Doc[Map[object]] = Doc()
    doc.get("minutes", type=Map)["key"] = "value"
    yield doc.get_update()
    nested: Doc[Array[object]] = Doc()
    nested.get("minutes", type=Array).append(Text("x"))
    yield nested.get_update()
    rich: Doc[Text] = Doc()
    rich.get("minutes", type=Text).insert(0, "bold", {"bold": True})
    yield rich.get_update()
    yield written("x", root="other")


@given(st.lists(st.tuples(st.integers(0, 50), st.text(max_size=8), st.integers(0, 3)), max_size=20))
def test_whatever_people_write_and_delete_is_read_and_comes_to_the_same_text(
    edits: list[tuple[int, str, int]],
) -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    here = Document()
    for at, words, cut in edits:
        before = doc.get_state()
        size = len(text)
        plain = words.encode("ascii", "ignore").decode().replace("\r", "")
        text.insert(min(at, size), plain)
        if cut and len(text) > cut:
            del text[0:cut]
        here.take(doc.get_update(before))
    assert here.text == str(text)


@pytest.mark.parametrize("words", ["héllo 🎉", "漢字", "a\u0000b", ""])
def test_the_clock_counts_as_the_library_does(words: str) -> None:
    data = written(words)

    update = read_update(data)

    doc: Doc[Text] = Doc()
    doc.apply_update(data)
    assert {client: until for client, (_, until) in update.spans.items()} == read_vector(
        doc.get_state()
    )


@pytest.mark.parametrize("data", list(foreign()), ids=["map", "part", "format", "other"])
def test_what_a_plain_text_never_holds_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenMinutesError):
        Document().take(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\xff" * 40,
        b"\x01\xff\xff\xff\xff\x0f\x01\x00",
        b"\x01\x01\x01\x00\x04\x01\x07minutes\xff\xff\xff\xff\x0fx",
        b"\x01\x01\x01\x00\x0a\x05\x00",
        written("a line\r\nas others break it"),
        written("words") + b"\x00",
        written("words")[:-1],
    ],
    ids=range(9),
)
def test_broken_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(BrokenMinutesError):
        Document().take(data)


@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_bytes_whatever_harm_the_text(noise: bytes, cut: int) -> None:
    here = Document(written("what stands"))
    data = written("words")

    for tried in (noise, data[:cut] + noise, noise + data[cut:]):
        with suppress(BrokenMinutesError, EarlyMinutesError, FullMinutesError):
            here.take(tried)
        with suppress(BrokenMinutesError):
            here.lacking(tried)

    assert here.text.replace("words", "") == "what stands"


def test_what_leans_on_something_missing_is_refused_until_it_is_there() -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    text.insert(0, "a")
    before = doc.get_state()
    text.insert(1, "b")
    later, here = doc.get_update(before), Document()

    with pytest.raises(EarlyMinutesError):
        here.take(later)
    here.take(doc.get_update(here.vector))

    assert here.text == "ab"


def test_parts_that_lean_on_each_other_leave_nothing_behind() -> None:
    number = write_number
    cycle = (
        number(2)
        + number(1) + number(2) + number(0) + b"\x84" + number(1) + number(0) + b"\x01x"
        + number(1) + number(1) + number(0) + b"\x84" + number(2) + number(0) + b"\x01y"
        + number(0)
    )  # fmt: skip
    here = Document(written("stands"))

    here.take(cycle)

    assert here.text == "stands"
    assert here.take(written("more"))


def test_what_is_known_changes_nothing() -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    text.insert(0, "hello")
    here = Document()
    here.take(doc.get_update())
    del text[0:2]

    assert here.take(doc.get_update())
    assert here.take(doc.get_update()) == b""


def test_a_text_that_is_full_takes_deletions_but_no_more_words() -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    text.insert(0, "x" * MOST_TEXT)
    here = Document()
    here.take(doc.get_update())

    with pytest.raises(FullMinutesError):
        here.take(written("one more"))
    before = doc.get_state()
    del text[0:10]
    here.take(doc.get_update(before))
    here.take(written("more"))

    assert len(here.text) == MOST_TEXT - 6


def test_what_the_other_city_wrote_meanwhile_is_taken_beyond_the_longest_text() -> None:
    here = Document(written("x" * MOST_TEXT))

    here.take(written("y" * MOST_TEXT), is_from_node=True)

    assert len(here.text) == 2 * MOST_TEXT
