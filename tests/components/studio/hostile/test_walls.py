"""Things of one production that name things of another."""

import pytest

from jumelage.bridge.api import new_uri
from jumelage.components.studio.editorial.cut import Event
from jumelage.components.studio.models import Entity, KeptCut, Production, Task, Version
from jumelage.components.studio.models.values import Media, PlaylistItem, Stored
from jumelage.components.studio.records import VersionPublished
from jumelage.components.studio.review import told
from jumelage.components.studio.review.places import places
from jumelage.components.studio.services import entities, versions
from jumelage.components.studio.services.house.bundle import kept_media
from jumelage.components.studio.services.media import keep
from jumelage.components.studio.services.review import playlists
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import InvalidRecordError
from tests.factories import studio

SOUND = Stored(hash="a" * 64, size=9, type="video/mp4")


def _shown(task: Task, by: Person, original: Stored = SOUND, **facts: object) -> Version:
    media = Media(kind="movie", original=original, frames=9, rate="24", **facts)  # type: ignore[arg-type]  # its fields
    made = versions.publish_version(task=task, by=by, name="take.mp4")
    return versions.state_media(version=made, media=media)


@pytest.fixture
def secret(producer: Person, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """Return a version of another production, whose film is kept here."""
    film = tmp_path_factory.mktemp("secret") / "secret.mp4"
    film.write_bytes(b"what nobody else may see")
    kept = keep(film)
    task = studio.task(studio.shots(studio.production(producer), producer)[0], producer)
    return _shown(task, producer, Stored(hash=kept.hash, size=kept.size, type="video/mp4"))


def test_contact_sheet_shows_its_own_production_only(
    film: Production, shot: Entity, task: Task, secret: Version, producer: Person
) -> None:
    own = _shown(task, producer)
    items = [
        PlaylistItem(entity=shot.uri, version=secret.uri),
        PlaylistItem(entity=secret.task.entity_id, version=secret.uri),
    ]
    playlist = playlists.make_playlist(production=film, name="x", items=items, by=producer)
    entities.change_entity(entity=shot, changes={"main_version": secret.uri}, by=producer)
    shot.refresh_from_db()

    assert [place.version for place in places(playlist)] == [own]
    assert shot.parent is not None
    assert [place.version for place in places(shot.parent)] == [own]


def test_cut_packs_films_of_its_own_production_only(
    film: Production, shot: Entity, secret: Version, producer: Person
) -> None:
    entities.change_entity(entity=shot, changes={"main_version": secret.uri}, by=producer)
    find = kept_media(KeptCut(production=film))
    event = Event(name=shot.name, track="V1", record_in=0, record_out=9, source_in=0, source_out=9)

    assert find(event) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": "0"},
        {"rate": "1/0"},
        {"rate": "fast"},
        {"frames": -1},
        {"frames": 2**40},
        {"width": -1},
        {"first_frame": 2**40},
        {"renditions": {"../hd": SOUND}},
        {"renditions": {"hd/a": SOUND}},
        {"renditions": {"": SOUND}},
        {"renditions": {"hd": Stored(hash="../" * 21 + "a", size=1)}},
    ],
)
def test_media_that_no_page_could_show_is_no_record(wrong: dict[str, object], task: Task) -> None:
    facts: dict[str, object] = {"kind": "movie", "original": SOUND, **wrong}
    with pytest.raises(InvalidRecordError):
        VersionPublished(
            uri=new_uri(), created_at=clock.now(), production=task.production_id, task=task.uri,
            seat=new_uri(), revision=1, media=Media(**facts),  # type: ignore[arg-type]  # its fields
        )  # fmt: skip


def test_media_of_odd_rate_is_shown(task: Task, producer: Person) -> None:
    version = _shown(task, producer)
    odd = versions.state_media(
        version=version, media=Media(kind="movie", original=SOUND, frames=9, rate="2997003/100001")
    )
    assert told.review(odd, producer)["rate"] == [2997003, 100001]
