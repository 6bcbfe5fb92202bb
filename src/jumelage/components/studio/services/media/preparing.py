"""One file’s way through the walls: claimed, prepared, kept, said; or refused by name."""

import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F

from jumelage.components.studio.media import WORKER
from jumelage.components.studio.models import MediaFile, Preparation, Version
from jumelage.components.studio.models.values import Media
from jumelage.components.studio.services.media import crossing, keeping
from jumelage.components.studio.services.media.tasks import MOST_TRIES, prepare
from jumelage.components.studio.services.versions import state_media
from jumelage.kit import clock
from jumelage.kit.sandbox import (
    FileRefusedError,
    Limits,
    NotExaminedError,
    StoppedError,
    TooMuchMemoryError,
    TooSlowError,
    WroteTooMuchError,
    work,
)

logger = logging.getLogger(__name__)
LIMITS = Limits(
    seconds=6 * 3600,
    processor_seconds=12 * 3600,
    memory=6 * 1024**3,
    written=64 * 1024**3,
    open_files=256,
)
"""Address space is not memory: threads and libraries reserve some 2 GiB that they never fill."""
BEAT_SECONDS = 1.0
REASONS: Mapping[type[NotExaminedError], str] = {
    TooSlowError: "too-slow",
    TooMuchMemoryError: "too-much-inside",
    WroteTooMuchError: "no-room",
}
leaving = threading.Event()
"""Set when this worker has been asked to end: what it does waits for another one."""


class Beat:
    """Writes how far the work is, at most once a second, and asks whether it should stop."""

    def __init__(self, held: Preparation) -> None:
        """Begin with the claimed row."""
        self._held, self._last = held, 0.0
        self._done = self._total = 0
        self.cancelled = False

    def told(self, done: int, total: int) -> None:
        """Take note of how far it is."""
        self._done, self._total = done, total

    def stop(self) -> bool:
        """Tell whether the work should stop now."""
        if leaving.is_set():
            return True
        if time.monotonic() - self._last >= BEAT_SECONDS:
            self._last = time.monotonic()
            mine = Preparation.objects.filter(
                pk=self._held.pk, worker=self._held.worker, state=Preparation.State.WORKING
            )
            beating = mine.filter(stop_asked=False).update(
                done=self._done, total=self._total, beat_at=clock.now()
            )
            self.cancelled = not beating
        return self.cancelled


def run(version: str) -> None:
    """Prepare *version* unless somebody else does, or nobody wants it any more."""
    held = _claim(version)
    if held is None:
        return
    folder = keeping.scratch()
    try:
        _work(held, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _claim(version: str) -> Preparation | None:
    """Take the row of *version*; None when it is not waiting."""
    name = f"{socket.gethostname()[:40]}:{os.getpid()}"
    waiting = Preparation.objects.filter(pk=version, state=Preparation.State.WAITING)
    taken = waiting.update(
        state=Preparation.State.WORKING,
        worker=name,
        beat_at=clock.now(),
        tries=F("tries") + 1,
        done=0,
    )
    if not taken:
        return None
    held = Preparation.objects.select_related("version__production", "original").get(pk=version)
    if held.version.withdrawn_at is not None:
        _end(held, Preparation.State.CANCELLED)
        return None
    if held.tries > MOST_TRIES:
        _refuse(held, "ended")
        return None
    return held


def _work(held: Preparation, folder: Path) -> None:
    made, beat = folder / "made", Beat(held)
    made.mkdir()
    try:
        source = keeping.laid_out(held.original, folder)
        answer = work(
            source,
            made,
            WORKER,
            options={**held.options, "name": held.name},
            limits=LIMITS,
            told=beat.told,
            stop=beat.stop,
        )
    except StoppedError:
        _stopped(held, beat)
    except FileRefusedError as refusal:
        _refuse(held, refusal.reason)
    except NotExaminedError as error:
        _refuse(held, REASONS.get(type(error), "ended"))
    else:
        _keep(held, answer, made)


def _stopped(held: Preparation, beat: Beat) -> None:
    """End what was cancelled; let another worker do what this one has no time for."""
    if beat.cancelled:
        _end(held, Preparation.State.CANCELLED)
        return
    with transaction.atomic():
        again = {"state": Preparation.State.WAITING, "worker": "", "beat_at": None}
        if _mine(held).update(**again, asked_at=clock.now(), tries=F("tries") - 1):
            prepare.enqueue(held.version_id)


def _mine(held: Preparation) -> Any:  # noqa: ANN401  # a set of rows
    return Preparation.objects.filter(
        pk=held.pk, worker=held.worker, state=Preparation.State.WORKING
    )


def _end(held: Preparation, state: str, **facts: object) -> bool:
    return bool(_mine(held).update(state=state, ended_at=clock.now(), beat_at=None, **facts))


@transaction.atomic
def _refuse(held: Preparation, reason: str) -> None:
    """Say why the file of a version cannot be shown; the original stays."""
    if _end(held, Preparation.State.REFUSED, reason=reason[:40]):
        state_media(version=held.version, trouble=reason[:40])


def _keep(held: Preparation, answer: Mapping[str, Any], made: Path) -> None:
    """Keep the renditions and say what the version shows."""
    renditions = {
        name: (keeping.keep_made(made / told["file"], told["type"]), told)
        for name, told in answer["renditions"].items()
    }
    media = media_of(answer["facts"], held.original, renditions)
    with transaction.atomic():
        ready = _end(held, Preparation.State.READY, facts=answer, done=F("total"))
        if ready:
            held.version.refresh_from_db()
            state_media(version=held.version, media=media)
            crossing.say_held(Version.objects.get(pk=held.version_id))
    if ready:
        crossing.ship_quietly(Version.objects.get(pk=held.version_id))


def media_of(
    facts: Mapping[str, Any],
    original: MediaFile,
    renditions: Mapping[str, tuple[MediaFile, Mapping[str, Any]]],
) -> Media:
    """Return what a version says of its files, from what the worker answered.

    The worker read a file of unknown origin, so its answer is checked like any input.

    Raises:
        msgspec.ValidationError: it is not what a worker answers.
    """
    known = {
        name: facts[name]
        for name in (
            "kind", "width", "height", "frames", "rate", "first_frame", "timecode", "seconds",
            "codec", "colour", "numbers", "layers", "views",
        )
        if facts.get(name) is not None
    }  # fmt: skip
    flags = [word.replace("_", "-") for word in ("variable_rate", "interlaced") if facts.get(word)]
    strip = next((told for name, (_, told) in renditions.items() if name == "filmstrip"), None)
    said = {
        **known,
        "sound": bool(facts.get("sound")),
        "notes": [*flags, *facts.get("notes", ())],
        "original": {"hash": original.hash, "size": original.size, "type": original.type},
        "renditions": {
            name: {
                "hash": kept.hash, "size": kept.size, "type": kept.type,
                "width": told.get("width", 0), "height": told.get("height", 0),
            }
            for name, (kept, told) in renditions.items()
        },
        "strip": strip and {
            name: strip[name]
            for name in ("columns", "rows", "cells", "frames_each", "width", "height")
        },
    }  # fmt: skip
    return msgspec.convert(said, Media)
