"""The noted frames of versions and playlists as one zip: names, pictures, walls, stopping."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import AsyncRequestFactory, Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from jumelage.components.studio.errors import TooManyAtOnceError
from jumelage.components.studio.models import (
    Annotation,
    MediaFile,
    Playlist,
    Production,
    Task,
    Version,
    View,
)
from jumelage.components.studio.models.values import Media, PlaylistItem, Stored, Stroke
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.stills import frames, packing
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.media.originals import packed
from jumelage.components.studio.services.media.preparing import run
from jumelage.components.studio.services.productions import change_production
from jumelage.components.studio.services.review import annotations
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.views import review
from jumelage.directory.models import Person
from tests.components.studio.media import made
from tests.factories import directory, studio

LINE = Stroke(tool="line", points=((0.1, 0.5), (0.9, 0.5)))


@pytest.fixture
def shown(task: Task, producer: Person, tmp_path: Path) -> Version:
    """Return a movie of 12 frames that is kept here, with notes on frames 1002 and 1005."""
    source = made.movie(tmp_path / "take.mp4", frames=12)
    version = versions.publish_version(task=task, by=producer, name="take.mp4")
    attach(version=version, by=producer, file=source)
    run(version.uri)
    version.refresh_from_db()
    for first, last in ((1005, 1007), (1002, 1002), (1005, 1005)):
        annotations.draw(
            version=version, first_frame=first, last_frame=last, strokes=[LINE], by=producer
        )
    return version


@pytest.fixture
def playlist(shown: Version, film: Production, producer: Person) -> Playlist:
    """Return a playlist with the version in it."""
    items = [PlaylistItem(entity=shown.task.entity_id, version=shown.uri)]
    return make_playlist(production=film, name="dailies", items=items, by=producer)


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def of(name: str, thing: Version | Playlist, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"studio:{name}", kwargs={"uri": thing.uri})


def contents(client: Client, path: str) -> dict[str, bytes]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    whole = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(io.BytesIO(whole)) as held:
        assert held.testzip() is None
        return {name: held.read(name) for name in held.namelist()}


def test_noted_frames_come_in_one_zip_and_are_logged(
    browser: Client, shown: Version, playlist: Playlist, producer: Person
) -> None:
    found = contents(browser, of("version-frames-zip", shown))

    assert list(found) == ["sh0010_v001_1002.png", "sh0010_v001_1005.png"]
    for name, png in found.items():
        number = int(name[-8:-4])
        assert png == frames.picture(frames.Still(shown, number), notes=Notes(shown, producer))
        assert Image.open(io.BytesIO(png)).info["jumelage:frame"] == str(number)
    view = View.objects.get(what=View.What.FRAME)
    assert (view.version, view.person) == (shown.uri, producer)
    assert contents(browser, of("playlist-frames-zip", playlist)) == found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_lead_to_the_zip(
    browser: Client, shown: Version, playlist: Playlist, language: str
) -> None:
    page = browser.get(of("version-frames", shown, language)).text
    assert of("version-frames-zip", shown, language) in page
    page = browser.get(of("playlist", playlist, language)).text
    assert of("playlist-frames-zip", playlist, language) in page


def test_frames_carry_the_watermark_of_who_gets_them(
    browser: Client, shown: Version, film: Production, producer: Person
) -> None:
    (sheet, *_) = packing.sheets([shown], producer)
    plain = frames.made(sheet.plan)
    change_production(production=film, changes={"data": {"watermark": True}}, by=producer)

    marked = contents(browser, of("version-frames-zip", shown))[sheet.name]

    assert plain is not None
    assert Image.open(io.BytesIO(marked)).size == Image.open(io.BytesIO(plain)).size
    assert marked != plain


def test_nothing_is_given_to_strangers_nor_when_there_is_nothing(
    client: Client, shown: Version, playlist: Playlist, producer: Person
) -> None:
    client.force_login(directory.stranger().user)
    assert client.get(of("version-frames-zip", shown)).status_code == 404
    assert client.get(of("playlist-frames-zip", playlist)).status_code == 404
    client.force_login(producer.user)
    bare = versions.publish_version(task=shown.task, by=producer)
    answer = client.get(of("version-frames-zip", bare), follow=True)
    assert answer.redirect_chain == [(bare.get_absolute_url(), 302)]
    assert "No frame that is kept here has a note yet." in answer.content.decode()
    assert not View.objects.filter(what=View.What.FRAME).exists()


def test_two_shots_called_alike_keep_both_frames(
    shown: Version, producer: Person, film: Production, tmp_path: Path
) -> None:
    other = studio.task(shown.task.entity, producer, task_type="lighting")
    version = versions.publish_version(task=other, by=producer, name="b.mp4")
    versions.state_media(version=version, media=shown.facts)
    version.refresh_from_db()
    annotations.draw(
        version=version, first_frame=1002, last_frame=1002, strokes=[LINE], by=producer
    )

    names = [sheet.name for sheet in packing.sheets([shown, version, shown], producer)]

    assert names == ["sh0010_v001_1002.png", "sh0010_v001_1005.png", "sh0010_v001_1002-2.png"]


@pytest.mark.parametrize("many", [1, 30])
def test_a_zip_asks_as_much_for_many_frames_as_for_one(
    bare: Version, producer: Person, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    note(bare, producer, many)

    with django_assert_num_queries(6):  # seats, file, drawings; task, shot, sequence for the names
        assert len(packing.sheets([bare], producer)) == many


def test_frames_are_counted_before_any_is_planned(
    bare: Version, producer: Person, task: Task, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    note(bare, producer, packing.MOST + 1)
    more = versions.publish_version(task=task, by=producer)
    versions.state_media(version=more, media=bare.facts)
    more.refresh_from_db()

    with django_assert_num_queries(3), pytest.raises(TooManyAtOnceError):
        packing.sheets([bare, more], producer)


def note(version: Version, by: Person, many: int) -> None:
    """Draw on the first *many* frames of *version*."""
    drawn = annotations.draw(
        version=version, first_frame=1001, last_frame=1001, strokes=[LINE], by=by
    )
    told = {name: getattr(drawn, name) for name in ("production_id", "version_id", "seat_id")}
    told |= {name: getattr(drawn, name) for name in ("origin", "created_at", "recorded_at", "rev")}
    Annotation.objects.bulk_create(
        Annotation(
            uri=f"{drawn.uri}{at}", uuid=uuid4(), first_frame=at, last_frame=at, drawing=[], **told
        )
        for at in range(1002, 1001 + many)
    )


@pytest.fixture
def bare(task: Task, producer: Person) -> Version:
    """Return a movie of 3000 frames of which the light proxy is kept, as far as is asked."""
    version = versions.publish_version(task=task, by=producer, name="take.mp4")
    light = Stored(hash="a" * 64, size=9, type="video/mp4")
    MediaFile.objects.create(hash=light.hash, size=light.size, type=light.type)
    media = Media(
        kind="movie", original=light, width=64, height=36, frames=3000, rate="24",
        renditions={"light": light},
    )  # fmt: skip
    return versions.state_media(version=version, media=media)


def test_zips_are_made_beside_the_threads_that_files_are_read_in(
    shown: Version, producer: Person
) -> None:
    request = AsyncRequestFactory().get("/")
    request.user = producer.user
    answer: Any = review.frames_file(request, [shown], "take", shown)
    go = Event()

    async def read() -> bytes:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        held = loop.run_in_executor(None, go.wait)
        try:
            async with asyncio.timeout(30):
                return b"".join([piece async for piece in answer.streaming_content])
        finally:
            go.set()
            await held

    with ZipFile(io.BytesIO(asyncio.run(read()))) as held:
        assert held.testzip() is None
        assert len(held.namelist()) == 2


def test_who_stops_reading_stops_the_making() -> None:
    asked: list[int] = []

    def pictures() -> Iterator[tuple[str, bytes]]:
        for number in range(100):
            asked.append(number)
            yield f"{number}.png", bytes(1000)

    pieces = packed(pictures())
    sizes = [len(next(pieces)) for _ in range(3)]
    pieces.close()  # type: ignore[attr-defined]  # a generator

    assert asked == [0, 1, 2]
    assert max(sizes) < 2000
