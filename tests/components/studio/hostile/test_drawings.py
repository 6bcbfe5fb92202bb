"""Names that a browser gives to drawings, when they are the names of other things."""

import pytest

from jumelage.components.studio.models import Annotation, Production, Task, Version
from jumelage.components.studio.models.values import Media, Stored, Stroke
from jumelage.components.studio.review import wishes
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.review import annotations
from jumelage.directory.models import Person
from jumelage.kit.uris import Uri
from tests.factories import studio

HASH = "a" * 64
STROKE = Stroke(tool="pen", points=((0.1, 0.1), (0.2, 0.2)))


def _version(task: Task, by: Person) -> Version:
    media = Media(kind="movie", original=Stored(hash=HASH, size=1), frames=9, rate="24")
    made = versions.publish_version(task=task, by=by, name="take.mp4")
    return versions.state_media(version=made, media=media)


@pytest.fixture
def version(task: Task, producer: Person) -> Version:
    """Return a version to draw on."""
    return _version(task, producer)


def _wish(uri: str) -> wishes.Wishes:
    draft = {"id": Uri.parse(uri).id, "first_frame": 1, "last_frame": 1,
             "strokes": [{"tool": "pen", "points": [[0.5, 0.5]]}]}  # fmt: skip
    return wishes.Wishes(hash=HASH, wishes=[{"add": draft}])


def test_no_drawing_takes_the_name_of_another_or_of_something_else(
    version: Version, film: Production, task: Task, producer: Person
) -> None:
    artist = studio.member(film, "artist", producer)
    other = _version(task, producer)
    drawn = annotations.draw(
        version=other, first_frame=1, last_frame=1, strokes=[STROKE], by=producer
    )

    for taken in (drawn.uri, film.uri, task.uri):
        refused = wishes.grant(version=version, wishes=_wish(taken), by=artist)
        assert [one["id"] for one in refused] == [Uri.parse(taken).id]

    drawn.refresh_from_db()
    assert (drawn.version_id, drawn.seat_id == other.seat_id) == (other.uri, True)
    assert Annotation.objects.count() == 1
