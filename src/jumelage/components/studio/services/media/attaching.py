"""Giving a version its file: kept as it is, then prepared by a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction

from jumelage.bridge.api import me
from jumelage.components.studio.errors import NotYoursToChangeError
from jumelage.components.studio.media.reading.sequences import found_in, name_of
from jumelage.components.studio.models import MediaFile, Preparation, Production, Seat, Version
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.media import keeping
from jumelage.components.studio.services.media.tasks import prepare
from jumelage.components.studio.services.saying import voice
from jumelage.components.studio.services.versions import state_media
from jumelage.directory.models import Person
from jumelage.kit import clock

Given = Path | BinaryIO | File  # type: ignore[type-arg]  # Django's uploaded files hold bytes
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """An original that is kept, and that no version has yet."""

    file: MediaFile
    bytes: int
    """Of all its frames, if it is a sequence."""
    name: str


def attach(
    *,
    version: Version,
    by: Person,
    file: Given | None = None,
    frames: Sequence[tuple[str, Given]] = (),
    name: str = "",
    options: Mapping[str, str] | None = None,
) -> Preparation:
    """Keep *file*, or the numbered *frames* (name and file), as the original of *version*.

    *file* may be a folder of numbered frames. The original is kept before anything else
    happens; a worker then makes what is shown of it. *options*: see `media.facts.Options`, for
    example `{"input": "ACEScg"}`.

    Raises:
        NotYoursToChangeError: the other city published the version.
        NotAllowedError: *by* may not publish in this production.
        OverMemberQuotaError, OverOrganisationQuotaError: there is no room left for it.
    """
    voice(by, "studio.publish-version", version)
    if version.origin != me().origin:
        raise NotYoursToChangeError
    room: Any = {"production": version.production, "seat": version.seat, "without": version.uri}
    kept = keep_original(**room, file=file, frames=frames, name=name)
    with transaction.atomic():
        quota.take(**room, coming=kept.bytes)
        return enqueue(version=version, original=kept, options=options or {})


def keep_original(
    *,
    production: Production,
    seat: Seat,
    file: Given | None = None,
    frames: Sequence[tuple[str, Given]] = (),
    name: str = "",
    without: str = "",
) -> Kept:
    """Keep an original for *seat*, before the transaction that gives it to a version.

    It may take minutes, for which nobody else should wait. *without* is a version whose original
    it replaces.

    Raises:
        OverMemberQuotaError, OverOrganisationQuotaError: there is no room left for it.
    """
    quota.demand(production=production, seat=seat, coming=_length(file, frames), without=without)
    original = _kept(file, frames)
    shown = Path(name or _name_of(file, frames)).name[:LONGEST_NAME]
    return Kept(original, keeping.bytes_of(original), shown)


def _kept(file: Given | None, frames: Sequence[tuple[str, Given]]) -> MediaFile:
    if isinstance(file, Path) and file.is_dir():
        frames = [(path.name, path) for one in found_in(file) for _, path in one.frames]
    if frames or file is None:
        return keeping.keep_frames({Path(name).name: _bytes(one) for name, one in frames})
    return keeping.keep(_bytes(file))


def _length(file: Given | None, frames: Sequence[tuple[str, Given]]) -> int:
    """Return how many bytes there are to be kept."""
    given = [one for _, one in frames] or ([file] if file is not None else [])
    return sum(_size(one) for one in given)


def _size(given: Given) -> int:
    if isinstance(given, Path):
        folder = list(given.iterdir()) if given.is_dir() else [given]
        return sum(path.stat().st_size for path in folder)
    return given.seek(0, SEEK_END)


def _bytes(given: Given) -> Path | BinaryIO:
    """Return what can be read from *given*, from its beginning."""
    if isinstance(given, Path):
        return given
    given.seek(0)
    return given  # type: ignore[return-value]  # Django's files read bytes


def _name_of(file: Given | None, frames: Sequence[tuple[str, Given]]) -> str:
    if frames:
        return name_of(Path(name).name for name, _ in frames)
    return str(getattr(file, "name", "") or "")


@transaction.atomic
def enqueue(*, version: Version, original: Kept, options: Mapping[str, str]) -> Preparation:
    """Give *version* its *original*, and let a worker make what is shown of it."""
    production, name = version.production, original.name
    told = {"rate": production.rate, "first_frame": production.start_frame, **options}
    held, _ = Preparation.objects.update_or_create(
        version=version,
        defaults={
            "original": original.file,
            "bytes": original.bytes,
            "name": name,
            "options": told,
            "state": Preparation.State.WAITING,
            "done": 0, "total": 0, "tries": 0,
            "reason": "", "worker": "",
            "stop_asked": False,
            "facts": {},
            "asked_at": clock.now(),
            "beat_at": None, "ended_at": None,
        },
    )  # fmt: skip
    if version.media is not None or version.trouble or (name and not version.name):
        state_media(version=version, name=name if not version.name else None)
    prepare.enqueue(version.uri)
    return held


@transaction.atomic
def prepare_again(*, version: Version, by: Person) -> Preparation:
    """Prepare the kept original of *version* once more, after it was refused or cancelled."""
    voice(by, "studio.publish-version", version)
    held = Preparation.objects.get(version=version)
    chosen = {k: v for k, v in held.options.items() if k not in {"rate", "first_frame"}}
    kept = Kept(held.original, held.bytes, held.name)
    return enqueue(version=version, original=kept, options=chosen)


@transaction.atomic
def cancel(*, version: Version, by: Person) -> Preparation:
    """Stop preparing *version*; its original stays, and it can be prepared again."""
    voice(by, "studio.cancel-preparation", version)
    held = Preparation.objects.select_for_update().get(version=version)
    if held.state == Preparation.State.WAITING:
        held.state, held.ended_at = Preparation.State.CANCELLED, clock.now()
    held.stop_asked = True
    held.save(update_fields=["state", "ended_at", "stop_asked"])
    return held
