"""Notes of a version: whose, about which frames, in which order; what saying one does."""

from datetime import timedelta

import pytest

from jumelage.bridge.api import Node
from jumelage.components.studio.errors import EmptyCommentError
from jumelage.components.studio.models import Annotation, Comment, Production, Task, Version
from jumelage.components.studio.models.values import Stroke
from jumelage.components.studio.records import AnnotationDrawn
from jumelage.components.studio.review import deciding
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.review import annotations, comments
from jumelage.directory.models import Person
from tests.factories import studio
from tests.factories.bridge import Peer

ARROW = Stroke(tool="arrow", points=((0.1, 0.1), (0.5, 0.5)))


def said(version: Version, producer: Person) -> list[tuple[str, int | None, int | None]]:
    """Return text and frames of the notes."""
    return [(note.text, note.first_frame, note.last_frame) for note in Notes(version, producer)]


def test_note_knows_its_frames(version: Version, producer: Person) -> None:
    deciding.say(version=version, by=producer, text="Hold the pose.", span=(1041, 1047))
    deciding.say(version=version, by=producer, text="Good light.")

    assert said(version, producer) == [("Hold the pose.", 1041, 1047), ("Good light.", None, None)]


def test_note_takes_the_drawing_on_its_frames(version: Version, producer: Person) -> None:
    drawn = annotations.draw(
        version=version, first_frame=1043, last_frame=1043, strokes=[ARROW], by=producer
    )
    made = deciding.say(version=version, by=producer, text="Too early.", span=(1043, 1043))

    drawn.refresh_from_db()
    assert (drawn.comment, Annotation.objects.count()) == (made.uri, 1)
    assert said(version, producer) == [("Too early.", 1043, 1043)]


def test_drawing_without_words_is_a_note(version: Version, producer: Person) -> None:
    annotations.draw(
        version=version, first_frame=1020, last_frame=1021, strokes=[ARROW], by=producer
    )

    assert said(version, producer) == [("", 1020, 1021)]


def test_drawing_that_was_taken_back_is_none(version: Version, producer: Person) -> None:
    drawn = annotations.draw(
        version=version, first_frame=1020, last_frame=1021, strokes=[ARROW], by=producer
    )
    annotations.remove(annotation=drawn, by=producer)

    assert said(version, producer) == []


def test_notes_of_the_next_version_are_its_own(
    version: Version, task: Task, producer: Person
) -> None:
    first = deciding.say(version=version, by=producer, text="First.")
    later = versions.publish_version(task=task, by=producer)
    comments.comment(task=task, by=producer, text="Second.")

    assert [note.uri for note in Notes(version, producer)] == [first.uri]
    assert [note.text for note in Notes(later, producer)] == ["Second."]


def test_what_is_said_of_an_older_version_is_not_of_the_newest(
    version: Version, task: Task, producer: Person
) -> None:
    later = versions.publish_version(task=task, by=producer)
    made = deciding.say(version=version, by=producer, decision="approved")
    deciding.say(version=version, by=producer, text="Hold.", span=(1041, 1047))
    comments.comment(task=task, by=producer, text="Thanks.", reply_to=made)

    decided = [(note.decided, note.text) for note in Notes(version, producer)]
    assert decided == [("approved", ""), ("", "Hold."), ("", "Thanks.")]
    assert said(later, producer) == []


def test_what_a_version_was_published_with_is_not_of_the_one_before(
    version: Version, task: Task, producer: Person
) -> None:
    made = comments.comment(task=task, by=producer, text="With a softer sky.")
    later = versions.publish_version(task=task, by=producer, comment=made)

    assert said(version, producer) == []
    assert said(later, producer) == [("With a softer sky.", None, None)]


def test_note_about_two_versions_stands_with_both(
    version: Version, task: Task, producer: Person
) -> None:
    made = deciding.say(version=version, by=producer, text="Hold.", span=(1041, 1047))
    later = versions.publish_version(task=task, by=producer, comment=made)

    assert [note.uri for note in Notes(version, producer)] == [made.uri]
    assert [note.uri for note in Notes(later, producer)] == [made.uri]


def test_what_the_other_city_drew_is_there(
    joint: Production, version: Version, here: Node, there: Peer, producer: Person
) -> None:
    version.refresh_from_db()
    seat = studio.seat_there(there, joint)
    drawn = AnnotationDrawn(
        uri=there.uri(),
        created_at=studio.NOON + timedelta(minutes=1),
        production=joint.uri,
        version=version.uri,
        seat=seat.uri,
        hash="a" * 64,
        first_frame=1030,
        last_frame=1031,
        drawing=(ARROW,),
    )
    studio.arrive(there, here, drawn)
    assert [note.voice.label for note in Notes(version, producer)] == ["a member"]

    studio.arrive(there, here, seat)
    assert [str(note.voice) for note in Notes(version, producer)] == ["supervisor 1, Baie Demo"]


def test_approval_gives_the_status_that_approves(version: Version, producer: Person) -> None:
    made = deciding.say(version=version, by=producer, decision="approved")

    assert (made.status, made.decision) == ("done", Comment.Decision.APPROVED)
    assert [note.decided for note in Notes(version, producer)] == ["approved"]


def test_student_decides_nothing(version: Version, film: Production, producer: Person) -> None:
    student = studio.member(film, "student", producer)

    assert deciding.decisions(version, student) == {}
    assert deciding.decisions(version, producer) == {"approved": "done", "retake": "retake"}


def test_nothing_is_said_without_words_or_decision(version: Version, producer: Person) -> None:
    with pytest.raises(EmptyCommentError):
        deciding.say(version=version, by=producer)
