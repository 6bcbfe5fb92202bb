"""Versions one after the other: in a playlist, in a sequence, on the page of each."""

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.components.studio.models import Entity, Playlist, Task, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.review import told
from jumelage.components.studio.review.places import along
from jumelage.components.studio.services import entities, versions
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.directory.models import Person
from tests.components.studio.review.conftest import media
from tests.factories import studio


def published(task: Task, by: Person) -> Version:
    return versions.state_media(
        version=versions.publish_version(task=task, by=by, name="take.mp4"), media=media()
    )


@pytest.fixture
def row(version: Version, producer: Person) -> list[Version]:
    """Return *version* and one of each of two more shots of its sequence."""
    parent = version.task.entity.parent
    assert parent is not None
    plans = [entities.Plan(type="shot", name=name, parent=parent) for name in ("sh8", "sh9")]
    planned = entities.plan_entities(production=version.production, plans=plans, by=producer)
    return [version, *(published(studio.task(shot, producer), producer) for shot in planned)]


@pytest.fixture
def playlist(row: list[Version], producer: Person) -> Playlist:
    """Return a playlist of *row* from its end, each with whatever is its newest."""
    items = [PlaylistItem(entity=one.task.entity_id) for one in reversed(row)]
    return make_playlist(production=row[0].production, name="Dailies", items=items, by=producer)


def test_each_knows_what_is_beside_it(row: list[Version], playlist: Playlist) -> None:
    first, second, last = (along(one, playlist.uri, bool) for one in reversed(row))

    assert first is not None
    assert second is not None
    assert last is not None
    assert (first.previous, first.number, first.count, first.next) == (None, 1, 3, row[1])
    assert (second.previous, second.next) == (row[2], row[0])
    assert (last.number, last.next) == (3, None)


def test_sequence_is_a_row_too(row: list[Version]) -> None:
    parent = row[0].task.entity.parent_id
    assert parent is not None
    found = along(row[1], parent, bool)

    assert found is not None
    assert isinstance(found.whole, Entity)
    assert found.sheet == reverse("studio:sequence-sheet", kwargs={"uri": parent})


@pytest.mark.parametrize("uri", ["", "nothing", "jumelage:a:b"])
def test_a_row_that_is_none_shows_no_neighbours(row: list[Version], uri: str) -> None:
    assert along(row[0], uri, bool) is None


def test_row_of_another_production_is_none(
    row: list[Version], playlist: Playlist, producer: Person
) -> None:
    other = studio.task(studio.shots(studio.production(producer), producer)[0], producer)

    assert along(published(other, producer), playlist.uri, bool) is None


def test_page_leads_on_and_keeps_the_row_when_one_says_something(
    client: Client, row: list[Version], playlist: Playlist, producer: Person
) -> None:
    client.force_login(producer.user)
    page = f"{row[1].get_absolute_url()}?in={playlist.uri}"

    text = client.get(page).text
    assert f'rel="next" href="{row[0].get_absolute_url()}?in=' in text
    assert f'rel="prev" href="{row[2].get_absolute_url()}?in=' in text
    say = reverse("studio:version-say", kwargs={"uri": row[1].uri})
    answer = client.post(f"{say}?in={playlist.uri}", {"text": "Good", "decision": ""})
    assert answer["Location"].startswith(f"{row[1].get_absolute_url()}?in=")
    assert "#play" in client.get(playlist.get_absolute_url()).text


def test_work_of_another_kind_on_the_shot_can_be_compared_with(
    version: Version, producer: Person
) -> None:
    layout = published(studio.task(version.task.entity, producer, "layout"), producer)
    newer = published(version.task, producer)

    labels = [label for label, _ in told.others(version, producer)]
    assert labels == [str(newer), f"{told.task_type(layout)} {layout}"]
