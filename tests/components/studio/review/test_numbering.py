"""Sequences that lack numbers: what people read, and what is stored in its place."""

import itertools
import json

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio import adapters

from jumelage.components.studio.models import Annotation, Comment, Task, Version
from jumelage.components.studio.review import deciding, markers
from jumelage.components.studio.review.numbering import Numbering, numbering, timecodes, written
from jumelage.components.studio.review.stills import frames
from jumelage.components.studio.review.told import review
from jumelage.directory.models import Person
from tests.components.studio.review.conftest import HOLES, sequence

THERE = (1001, 1002, 1005, 1006, 1010)


@pytest.fixture
def client(producer: Person) -> Client:
    signed_in = Client()
    signed_in.force_login(producer.user)
    return signed_in


@pytest.fixture
def holed(task: Task, producer: Person) -> Version:
    """Return a sequence of five frames: 1003, 1004 and 1007 to 1009 are missing."""
    return sequence(task, producer)


def address(name: str, version: Version, **words: object) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": version.uri, **words})


def page(client: Client, name: str, version: Version) -> str:
    """Return a page with its white space put together."""
    return " ".join(client.get(address(name, version)).content.decode().split())


def test_frame_has_the_number_of_its_file(holed: Version) -> None:
    found = numbering(holed)

    assert tuple(found.number_of(position) for position in range(1001, 1006)) == THERE
    assert [found.position_of(number) for number in THERE] == list(range(1001, 1006))
    assert found.missing == ((1003, 1004), (1007, 1009))
    assert [found.position_of(number) for number in (1003, 1004, 1008)] == [1003, 1003, 1005]


@given(st.sets(st.integers(-50, 50), min_size=1), st.integers(-80, 80))
def test_numbers_and_positions_answer_each_other(numbers: set[int], asked: int) -> None:
    there = sorted(numbers)
    runs = itertools.groupby(enumerate(there), key=lambda pair: pair[1] - pair[0])
    whole = [[number for _, number in run] for _, run in runs]
    found = Numbering(1001, tuple((run[0], run[-1]) for run in whole))

    assert [found.number_of(1001 + index) for index in range(len(there))] == there
    meant = asked if asked < there[0] else min((n for n in there if n >= asked), default=asked)
    assert found.number_of(found.position_of(asked)) == meant


@pytest.mark.parametrize(
    "numbers",
    [
        (),
        ((1001, 1005),),
        ((1001, 1002),),  # fewer than there are frames
        ((1005, 1006), (1001, 1003)),  # backwards
        ((1001, 1003), (1003, 1004)),  # twice
        ((1001, 1004), (2**40, 2**40)),  # farther than any frame
    ],
)
def test_numbers_that_say_nothing_or_contradict_themselves_are_not_used(
    task: Task, producer: Person, numbers: tuple[tuple[int, int], ...]
) -> None:
    assert numbering(sequence(task, producer, numbers=numbers)) == Numbering(1001)


def test_sequence_that_begins_with_zero_reads_zero(task: Task, producer: Person) -> None:
    made = sequence(task, producer, first_frame=0, numbers=((0, 4),))

    assert numbering(made).number_of(numbering(made).first) == 0


def test_ranges_are_written_until_there_are_too_many() -> None:
    assert written([(1003, 1004), (1006, 1006)]) == "1003–1004, 1006"
    assert written([(1, 2), (4, 4), (6, 6)], 2) == "1–2, 4, …"


@pytest.mark.parametrize(
    ("said", "drops", "read"),
    [
        (("24", "01:00:59:22"), False, ("01:00:59:22", "01:00:59:23", "01:01:00:02")),
        (("25", ""), False, ("00:00:00:00", "00:00:00:01", "00:00:00:04")),
        (("30000/1001", "00:00:59;28"), True, ("00:00:59;28", "00:00:59;29", "00:01:00;04")),
        (("30000/1001", "00:00:59:28"), False, ("00:00:59:28", "00:00:59:29", "00:01:00:02")),
        (("30000/1001", ""), True, ("00:00:00;00", "00:00:00;01", "00:00:00;04")),
        (("60000/1001", "00:00:59;58"), True, ("00:00:59;58", "00:00:59;59", "00:01:00;06")),
        (("60000/1001", "00:09:59;58"), True, ("00:09:59;58", "00:09:59;59", "00:10:00;02")),
    ],
)
def test_timecode_follows_the_number_and_drops_as_the_file_does(
    task: Task, producer: Person, said: tuple[str, str], drops: bool, read: tuple[str, ...]
) -> None:
    rate, start = said
    holed = sequence(task, producer, rate=rate, timecode=start)

    codes = timecodes(holed)

    assert tuple(codes.at(position) for position in (1001, 1002, 1003)) == read
    told = review(holed, producer)
    assert (told["timecode"], told["drops"]) == (start or "00:00:00:00", drops)


def test_player_is_told_the_numbers_only_where_they_differ(
    client: Client, version: Version, holed: Version
) -> None:
    told = client.get(address("version-data", holed)).json()

    assert (told["first_frame"], told["frames"]) == (1001, 5)
    assert told["numbers"] == [list(part) for part in HOLES]
    assert client.get(address("version-data", version)).json()["numbers"] == []


def test_note_is_stored_by_position_and_read_by_number(
    client: Client, holed: Version, producer: Person
) -> None:
    said = {"text": "Hold.", "first_frame": "1002", "last_frame": "1006"}
    answer = client.post(address("version-say", holed), said)

    stored = Annotation.objects.get()
    assert (stored.first_frame, stored.last_frame) == (1002, 1004)
    assert answer["Location"].endswith("#f1002")
    shown = page(client, "version", holed)
    assert "frames 1002–1006" in shown
    assert 'data-first-frame="1002" data-last-frame="1004"' in shown


@pytest.mark.parametrize(
    ("first", "last", "stored"),
    [
        ("1003", "", (1003, 1003)),  # the next there is
        ("1003", "1004", (1003, 1003)),
        ("1001", "1004", (1001, 1002)),  # a range ends at the last there is
        ("1010", "1010", (1005, 1005)),
    ],
)
def test_missing_number_means_a_frame_there_is(
    client: Client, holed: Version, first: str, last: str, stored: tuple[int, int]
) -> None:
    said = {"text": "Hold.", "first_frame": first, "last_frame": last}
    client.post(address("version-say", holed), said)

    drawn = Annotation.objects.get()
    assert (drawn.first_frame, drawn.last_frame) == stored


def test_numbers_beyond_the_sequence_are_refused(client: Client, holed: Version) -> None:
    said = {"text": "Hold.", "first_frame": "1006", "last_frame": "1011"}
    answer = client.post(address("version-say", holed), said)

    assert answer.status_code == 422
    assert "The frames are numbered from 1001 to 1010." in answer.content.decode()
    assert (Comment.objects.count(), Annotation.objects.count()) == (0, 0)


def test_picture_says_the_number_of_its_file(holed: Version) -> None:
    still = frames.Still(holed, 1003)

    assert (still.index, still.number) == (2, 1005)
    assert " · 1005 · 01:00:00:04 · " in frames.sentence(still)


def test_markers_say_the_numbers(holed: Version, producer: Person) -> None:
    deciding.say(version=holed, by=producer, text="Hold.", span=(1002, 1003))

    timeline = adapters.read_from_string(
        markers.of_versions("Film", [holed], producer), "otio_json"
    )

    clip = next(iter(timeline.find_clips()))
    marker = clip.markers[0]
    facts = json.loads(clip.to_json_string())["metadata"]["jumelage"]
    assert facts["numbers"] == [list(part) for part in HOLES]
    assert marker.name == "coordinator 1, Port Demo · 1002–1005"
    assert list(marker.metadata["jumelage"]["numbers"]) == [1002, 1005]
    assert list(marker.metadata["jumelage"]["timecodes"]) == ["01:00:00:01", "01:00:00:04"]
    assert (marker.marked_range.start_time.value, marker.marked_range.duration.value) == (1002, 2)
