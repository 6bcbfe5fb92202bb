"""Recordings: noted when they begin, made one file when they end, deleted by a person or by age.

The files never leave the folder of this node by themselves: `recordings/` in its data folder holds what
plays, Janus's own folder what is being recorded.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jumelage.components.rooms.engines.choosing import janus_settings
from jumelage.components.rooms.engines.janus.configuration import RECORDINGS
from jumelage.components.rooms.models import Recording, RecordingState
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock

FOLDER = "recordings"


def path_of(recording: Recording) -> Path:
    """Return where the file that plays is, or will be."""
    return Path(settings.NODE.data) / FOLDER / f"{recording.name}.webm"


def strips_of(name: str) -> list[Path]:
    """Return what Janus kept of the recording *name*, in order."""
    return sorted((janus_settings().folder / RECORDINGS).glob(f"{name}-*.mjr"))


@transaction.atomic
def begin(*, session: str, by: str) -> Recording:
    """Note that a recording of *session* begins, asked for by the opaque person *by*."""
    return Recording.objects.create(session=session, by=by)


@transaction.atomic
def finish(*, name: str) -> Recording:
    """Note that the recording *name* ended, and let a worker make it one file."""
    from jumelage.components.rooms.services.tasks import mix  # noqa: PLC0415  # tasks need both

    recording = Recording.objects.select_for_update().get(name=name)
    if recording.state == RecordingState.RUNNING:
        recording.state, recording.ended_at = RecordingState.MIXING, clock.now()
        recording.save(update_fields=["state", "ended_at"])
        transaction.on_commit(lambda: mix.enqueue(name))
    return recording


@transaction.atomic
def delete_recording(*, recording: Recording, by: Person) -> None:
    """Delete *recording* and its files, for good."""
    ensure(by, "rooms.delete-recording", recording)
    _forget(recording)


def forget_old() -> int:
    """Delete the recordings that are older than the settings allow; return how many (a duty)."""
    old = list(Recording.objects.all().outdated(settings.NODE.recording_days))
    for recording in old:
        with transaction.atomic():
            _forget(recording)
    return len(old)


def take_up() -> int:
    """Finish what a node that was ended left running; return how many there were (a duty).

    A recording whose files nobody wrote to for a while ended with the web process.
    """
    left = 0
    for recording in Recording.objects.filter(state=RecordingState.RUNNING):
        strips = strips_of(recording.name)
        written = max((strip.stat().st_mtime for strip in strips), default=0.0)
        last = max(written, recording.began_at.timestamp())
        if clock.now().timestamp() - last > SILENT_SECONDS:
            finish(name=recording.name)
            left += 1
    return left


SILENT_SECONDS = 300


def _forget(recording: Recording) -> None:
    files = [path_of(recording), *strips_of(recording.name)]
    recording.delete()
    transaction.on_commit(partial(_remove, files))


def _remove(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
