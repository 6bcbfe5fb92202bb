"""Recordings: who plays them, what deleting and age leave behind, what a node that was ended left."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from jumelage.bridge.api import Node
from jumelage.components.rooms.engines.choosing import janus_settings
from jumelage.components.rooms.models import Occurrence, Recording, RecordingState
from jumelage.components.rooms.services import recordings
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from tests.components.rooms.pages.conftest import browser
from tests.factories import directory
from tests.factories import rooms as make


@pytest.fixture
def data(here: Node, settings: Settings, tmp_path: Path) -> Path:
    """Return the node's folder."""
    settings.NODE = NodeConfig(data=tmp_path)
    return tmp_path


@pytest.fixture
def call(data: Path, officer: Person, member: Person, twin_room: Resource) -> Occurrence:
    """Return the call of a booking the member made."""
    own = make.room(officer)
    booking = make.asked(own, twin_room, member)
    return Occurrence.objects.get(series=booking.uri)


@pytest.fixture
def recording(call: Occurrence) -> Recording:
    """Return a recording that plays, with its file and a strip that was left."""
    made = recordings.begin(session=call.uri, by="somebody")
    Recording.objects.filter(name=made.name).update(
        state=RecordingState.READY, ended_at=clock.now(), seconds=61, size=5
    )
    path = recordings.path_of(made)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"01234")
    strip(made)
    return Recording.objects.get()


def strip(recording: Recording) -> Path:
    folder = Path(janus_settings().folder) / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{recording.name}-001-audio-0.mjr"
    path.write_bytes(b"MJR00002")
    return path


def test_those_of_the_booking_find_and_play_it(
    recording: Recording, call: Occurrence, member: Person
) -> None:
    as_booker = browser(member)
    address = reverse("rooms:recording", args=[recording.name])

    assert address in as_booker.get(reverse("rooms:report", args=[call.uri])).content.decode()
    part = as_booker.get(address, headers={"Range": "bytes=1-2"})

    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"12")  # type: ignore[attr-defined]  # it streams
    assert part["Content-Type"] == "video/webm"


def test_nobody_else_does(recording: Recording) -> None:
    other = browser(directory.person("member", name="another"))
    for name in ("rooms:recording", "rooms:recording-delete"):
        address = reverse(name, args=[recording.name])
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    unknown = reverse("rooms:recording", args=["nothing"])
    assert other.get(unknown).status_code == 404


def test_deleting_is_asked_once_and_leaves_nothing(
    recording: Recording,
    member: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    as_booker = browser(member)
    address = reverse("rooms:recording-delete", args=[recording.name])
    files = [recordings.path_of(recording), *recordings.strips_of(recording.name)]
    assert [file.is_file() for file in files] == [True, True]

    assert as_booker.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert as_booker.post(address).status_code == 302

    assert not Recording.objects.exists()
    assert [file.exists() for file in files] == [False, False]


@pytest.mark.parametrize(("days", "left"), [(0, 1), (30, 0), (31, 1)])
def test_age_deletes_what_the_settings_say(
    recording: Recording,
    settings: Settings,
    days: int,
    left: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.NODE = replace(settings.NODE, recording_days=days)
    path = recordings.path_of(recording)

    with (
        clock.fixed(clock.now() + timedelta(days=30, hours=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        recordings.forget_old()

    assert (Recording.objects.count(), path.exists()) == (left, bool(left))


def test_an_ended_recording_waits_for_a_worker_once(
    call: Occurrence, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    made = recordings.begin(session=call.uri, by="somebody")

    with django_capture_on_commit_callbacks(execute=True):
        recordings.finish(name=made.name)
        recordings.finish(name=made.name)

    assert Recording.objects.get().state == RecordingState.MIXING
    assert DBTaskResult.objects.count() == 1


def test_what_a_node_that_was_ended_left_running_is_finished(
    call: Occurrence, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    made = recordings.begin(session=call.uri, by="somebody")
    path = strip(made)
    now = clock.now().timestamp()
    os.utime(path, (now, now))

    assert recordings.take_up() == 0
    with (
        clock.fixed(clock.now() + timedelta(minutes=6)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert recordings.take_up() == 1
    assert Recording.objects.get().state == RecordingState.MIXING
