"""Files that people upload in the browser, gathered in the data folder until they are sent.

    uploads/<delivery>/files/<path>    what is here whole
    uploads/<delivery>/parts/<name>    what is half here, and beside it `<name>.told`: path and size

A file comes in pieces, each at the place where the one before ended, so an upload that broke goes
on where it stopped. Paths are those of packing lists, checked before anything is written.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec
from blake3 import blake3
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.deliveries import services, shelf
from jumelage.bridge.freight.deliveries.states import ENDED, Event, State
from jumelage.bridge.freight.errors import (
    DeliveryStateError,
    DiskFullError,
    NothingToSendError,
    PieceOutOfPlaceError,
    QuotaError,
)
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.store.files import room
from jumelage.bridge.models import Delivery, Node, Priority
from jumelage.kit import clock

FLOOR = 1024**3
"""Bytes of the disk that uploads leave free, as the store does."""
LONGEST_REST = timedelta(days=7)
"""An upload that nobody touched for so long is given up."""

MISSED = frozenset({State.REFUSED, State.FAILED})
KEPT_AFTER_MISS = timedelta(days=7)
"""The uploads of a delivery that did not get there, and that nobody cancelled, stay so long."""


class Told(msgspec.Struct, frozen=True):
    """What was said of a file that is half here."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here, *bytes* of *size*."""

    path: str
    bytes: int
    size: int

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.bytes == self.size


def begin(
    *,
    to: Node,
    by: str,
    title: str,
    production: str = "",
    priority: str = Priority.NORMAL,
    role: str = "",
) -> Delivery:
    """Begin a delivery to *to* whose files are uploaded now; `dispatch` sends it.

    Raises:
        KindNotOpenedError: no article of an agreement in force lets it be offered.
        InvalidInputError: the priority or a text is none.
    """
    services.demand_open(to)
    services.check_words(title, production, priority, role)
    about = {"title": title.strip(), "production": production, "priority": priority}
    made = services.outgoing(State.GATHERING, peer=to, by=by, sent_by=role, **about)
    made.folder = str(shelf.folder() / "uploads" / made.slug)
    for kind in ("files", "parts"):
        (Path(made.folder) / kind).mkdir(mode=0o700, parents=True)
    made.save(force_insert=True)
    return made


def gathered(delivery: Delivery) -> Sequence[Arrived]:
    """Return what was uploaded so far, by path; what is half here as well."""
    files = Path(delivery.folder) / "files"
    here = [
        Arrived(path.relative_to(files).as_posix(), *[path.stat().st_size] * 2)
        for path in files.rglob("*")
        if path.is_file()
    ]
    return sorted([*here, *_half(delivery)], key=lambda one: one.path)


def _half(delivery: Delivery) -> Iterator[Arrived]:
    for file in (Path(delivery.folder) / "parts").glob("*.told"):
        told = msgspec.json.decode(file.read_bytes(), type=Told)
        yield Arrived(told.path, _size(file.with_suffix("")), told.size)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def demand_room(more: int) -> None:
    """Go on only if *more* bytes can be uploaded.

    Raises:
        QuotaError: all uploads together may not fill more than the store.
        DiskFullError: the disk has no room.
    """
    quota = settings.NODE.freight_quota * 10**9
    free, used = room(shelf.folder()), _uploaded()
    if quota and used + more > quota:
        raise QuotaError(wanted=more, who=_("what is uploaded here"), quota=quota, used=used)
    if free - more < FLOOR:
        raise DiskFullError(wanted=more, free=free, floor=FLOOR)


def _uploaded() -> int:
    """Return the bytes of everything that is uploaded and not there yet."""
    held = Delivery.objects.exclude(folder="").exclude(state__in=ENDED)
    return held.aggregate(sum=Sum("bytes"))["sum"] or 0


def place(delivery: Delivery, path: str, *, size: int) -> int:
    """Say that the file *path* of *size* bytes comes now; return the bytes that are here already.

    A file that is here whole, or half and of another size, begins again.

    Raises:
        DeliveryStateError: nothing is uploaded for this delivery any more.
        UnsafeNameError: no delivery can hold such a path.
        QuotaError, DiskFullError: there is no room for the rest of it.
    """
    _demand_gathering(delivery)
    names.check(path)
    part = _part(delivery, path)
    told = part.with_name(f"{part.name}.told")
    said = msgspec.json.encode(Told(path, size))
    if not told.exists() or told.read_bytes() != said:
        _drop(delivery, part)
        told.write_bytes(said)
    demand_room(size - _size(part))
    return _size(part)


def put(delivery: Delivery, path: str, *, at: int, size: int, data: bytes) -> int:
    """Write *data*, which begins at byte *at* of the file *path* of *size* bytes.

    Return the bytes that are here; the last piece makes the file whole.

    Raises:
        PieceOutOfPlaceError: the bytes before *at* are not here, or it is too long.
        DeliveryStateError, UnsafeNameError, QuotaError, DiskFullError: as `place`.
    """
    place(delivery, path, size=size)
    part = _part(delivery, path)
    try:
        with _alone(part) as file:
            here = os.fstat(file.fileno()).st_size
            if at != here or at + len(data) > size:
                raise PieceOutOfPlaceError(path=path, here=here)
            file.write(data)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        free = room(shelf.folder())
        raise DiskFullError(wanted=len(data), free=free, floor=FLOOR) from error
    count(delivery, len(data))
    if at + len(data) == size:
        finish(delivery, path)
    return at + len(data)


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    """Open *part* at its end; another browser that sends the same file waits."""
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "ab", buffering=0) as file:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield file


def count(delivery: Delivery, more: int) -> None:
    """Note that *more* bytes were uploaded (fewer: below 0)."""
    Delivery.objects.filter(pk=delivery.pk, state=State.GATHERING).update(
        bytes=Greatest(F("bytes") + more, 0),
        changed_at=clock.now(),
        stuck="",
        stuck_words="",
        stuck_since=None,
    )


def finish(delivery: Delivery, path: str) -> None:
    """Take the file *path* as whole: it goes under its own name.

    Raises:
        NothingToSendError: its name is the folder of another file, or the other way round.
    """
    part = _part(delivery, path)
    target = Path(delivery.folder) / "files" / path
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop(delivery, target)  # the same file once more
        part.replace(target)
    except OSError as error:
        _drop(delivery, part)
        raise NothingToSendError(path=path, reason=error.strerror or str(error)) from error
    finally:
        part.with_name(f"{part.name}.told").unlink(missing_ok=True)


def whole(delivery: Delivery, path: str, *, most: int) -> Path:
    """Return where the bytes of the file *path* go that comes in one request; then `finish` it.

    Its size is not known before; *most* bytes are to come at most.

    Raises: as `place`.
    """
    place(delivery, path, size=most)
    part = _part(delivery, path)
    _drop(delivery, part)
    return part


def arrived(delivery: Delivery, path: str, size: int) -> None:
    """Take the file *path* as whole, whose *size* bytes were written where `whole` said.

    Raises: as `finish`.
    """
    count(delivery, size)
    finish(delivery, path)


def complain(delivery: str, words: str) -> None:
    """Let the page of *delivery* say why files were not taken."""
    held = Delivery.objects.filter(uri__endswith=f":{delivery}", state=State.GATHERING)
    held.update(stuck="upload", stuck_words=words[:300], stuck_since=clock.now())


def leave_out(delivery: Delivery, path: str) -> None:
    """Remove an uploaded file, whole or half.

    Raises:
        DeliveryStateError: nothing is uploaded for this delivery any more.
        UnsafeNameError: no delivery can hold such a path.
    """
    _demand_gathering(delivery)
    names.check(path)
    part = _part(delivery, path)
    part.with_name(f"{part.name}.told").unlink(missing_ok=True)
    for file in (part, Path(delivery.folder) / "files" / path):
        _drop(delivery, file)


def forget(delivery: Delivery, path: str) -> None:
    """Remove what was written where `whole` said, and did not come to its end."""
    part = _part(delivery, path)
    for file in (part, part.with_name(f"{part.name}.told")):
        file.unlink(missing_ok=True)


def _drop(delivery: Delivery, file: Path) -> None:
    """Remove *file*, if it is there, and count its bytes no more."""
    if file.is_file():
        count(delivery, -file.stat().st_size)
        file.unlink(missing_ok=True)


def _part(delivery: Delivery, path: str) -> Path:
    return Path(delivery.folder) / "parts" / blake3(path.encode()).hexdigest(16)


def _demand_gathering(delivery: Delivery) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state=State.GATHERING).exists():
        state = Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)
        raise DeliveryStateError(state=State(state).label, event="upload")


@transaction.atomic
def dispatch(delivery: Delivery, *, by: str) -> Delivery:
    """Send what was uploaded; what is half here is left out.

    Raises:
        DeliveryStateError: it was sent, or given up.
        NothingToSendError: no file is here whole.
        KindNotOpenedError: no article lets it be offered any more.
    """
    services.demand_open(delivery.peer)
    files = Path(delivery.folder) / "files"
    if not any(path.is_file() for path in files.rglob("*")):
        raise NothingToSendError(path=delivery.title, reason=_("no file was uploaded"))
    sources = sorted(str(path) for path in files.iterdir())
    moved = services.move(delivery, Event.GATHERED, sources=sources, **services.CLEAR)
    audit.note("freight-sent", by=by, about=moved.uri, to=moved.peer_id, title=moved.title)
    return moved


def tidy() -> None:
    """Remove the uploads of deliveries that have ended, and give up those nobody touches.

    What was refused or could not be packed is kept for a while: it can be sent again.
    """
    resting = clock.now() - LONGEST_REST
    for left in Delivery.objects.filter(state=State.GATHERING, changed_at__lt=resting):
        services.move(left, Event.CANCEL, **services.CLEAR)
    missed = Q(state__in=MISSED, ended_at__gte=clock.now() - KEPT_AFTER_MISS)
    held = Delivery.objects.exclude(folder="")
    needed = held.filter(~Q(state__in=ENDED) | missed).values("folder")  # the parts share one
    for ended in held.filter(state__in=ENDED).exclude(folder__in=needed):
        shutil.rmtree(ended.folder, ignore_errors=True)
        if not Path(ended.folder).exists():
            Delivery.objects.filter(pk=ended.pk).update(folder="")
            bell.ring()
