"""A version gets its file: kept, prepared by a worker, said; refused by name; cancelled."""

from datetime import timedelta
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from jumelage.components.studio.models import (
    Comment,
    Holding,
    MediaFile,
    Preparation,
    Production,
    Task,
    Version,
)
from jumelage.components.studio.selectors import holdings, media
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach, cancel, path_of, prepare_again, tasks
from jumelage.components.studio.services.media.preparing import leaving, run
from jumelage.components.studio.troubles import sentence
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import NotAllowedError
from jumelage.node.run.jobs import take_one
from tests.components.studio.media import made
from tests.factories import studio

State = Preparation.State


@pytest.fixture
def version(task: Task, producer: Person) -> Version:
    return versions.publish_version(task=task, by=producer)


def _do_all() -> None:
    while take_one():
        pass


def test_movie_becomes_a_version_with_renditions(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    file = made.movie(tmp_path / "take.mp4", sound=True)

    attach(version=version, by=producer, file=file)
    _do_all()

    version.refresh_from_db()
    facts = version.facts
    assert facts is not None
    assert (facts.kind, facts.frames, facts.rate, facts.first_frame) == ("movie", 24, "24", 1001)
    assert (facts.sound, version.name, version.trouble) == (True, "take.mp4", "")
    assert set(facts.renditions) == {
        "hd", "light", "poster", "thumbnail", "filmstrip", "waveform"
    }  # fmt: skip
    kept = media.rendition(version, "hd")
    assert kept is not None
    assert made.numbers_in(path_of(kept.hash)) == list(range(24))
    original = media.rendition(version, "original")
    assert original is not None
    assert path_of(original.hash).read_bytes() == file.read_bytes()
    assert set(holdings.where(version).values()) == {"here"}


def test_folder_of_frames_is_kept_frame_by_frame(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in (1001, 1002, 1004):
        made.exr(folder / f"sh010.{number}.exr", number)

    attach(version=version, by=producer, file=folder)
    _do_all()

    version.refresh_from_db()
    facts = version.facts
    assert facts is not None
    assert (facts.kind, facts.frames, facts.numbers) == (
        "sequence", 3, ((1001, 1002), (1004, 1004)),
    )  # fmt: skip
    assert facts.colour is not None
    assert facts.colour.view == "ACES 2.0 - SDR 100 nits (Rec.709)"
    assert MediaFile.objects.filter(pk=facts.original.hash).exists()
    kept = media.rendition(version, "light")
    assert kept is not None
    assert made.numbers_in(path_of(kept.hash)) == [1001, 1002, 1004]


def test_damaged_file_is_refused_by_name_and_can_be_replaced(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no movie at all" * 100)

    attach(version=version, by=producer, file=broken)
    _do_all()

    version.refresh_from_db()
    held = Preparation.objects.get(version=version)
    assert (version.trouble, version.media, held.state) == ("broken", None, State.REFUSED)
    assert sentence(version.trouble).startswith("The file is damaged")

    attach(version=version, by=producer, file=made.movie(tmp_path / "good.mp4", frames=3))
    _do_all()

    version.refresh_from_db()
    assert (version.trouble, version.facts and version.facts.frames) == ("", 3)


def test_worker_that_was_killed_loses_nothing(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    attach(version=version, by=producer, file=made.movie(tmp_path / "a.mp4", frames=3))
    DBTaskResult.objects.update(status="RUNNING")
    Preparation.objects.update(
        state=State.WORKING, worker="elsewhere:1", beat_at=clock.now() - timedelta(minutes=1)
    )

    assert tasks.take_again() == 1
    assert tasks.take_again() == 0
    _do_all()

    assert Preparation.objects.get().state == State.READY


def test_file_that_ends_its_workers_is_refused(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    attach(version=version, by=producer, file=made.movie(tmp_path / "a.mp4", frames=3))
    Preparation.objects.update(tries=tasks.MOST_TRIES)

    _do_all()

    version.refresh_from_db()
    assert version.trouble == "ended"


def test_cancelled_work_is_not_begun_and_can_be_taken_up_again(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    attach(version=version, by=producer, file=made.movie(tmp_path / "a.mp4", frames=3))

    cancel(version=version, by=producer)
    _do_all()
    assert Preparation.objects.get().state == State.CANCELLED

    prepare_again(version=version, by=producer)
    _do_all()
    assert Preparation.objects.get().state == State.READY


def test_work_in_progress_stops_when_it_is_cancelled(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    attach(version=version, by=producer, file=made.movie(tmp_path / "a.mp4", frames=3))
    Preparation.objects.update(stop_asked=True)

    run(version.uri)

    assert Preparation.objects.get().state == State.CANCELLED


def test_worker_that_must_leave_hands_its_work_on(
    version: Version, producer: Person, tmp_path: Path
) -> None:
    attach(version=version, by=producer, file=made.movie(tmp_path / "a.mp4", frames=3))
    leaving.set()
    try:
        run(version.uri)
    finally:
        leaving.clear()

    held = Preparation.objects.get()
    assert (held.state, held.tries) == (State.WAITING, 0)
    _do_all()
    assert Preparation.objects.get().state == State.READY


def test_nobody_without_a_seat_attaches(
    version: Version, film: Production, producer: Person, tmp_path: Path
) -> None:
    client = studio.member(film, "client", producer)

    with pytest.raises(NotAllowedError):
        attach(version=version, by=client, file=made.movie(tmp_path / "a.mp4", frames=3))

    assert not MediaFile.objects.exists()
    assert not Holding.objects.exists()
    assert not Comment.objects.exists()
