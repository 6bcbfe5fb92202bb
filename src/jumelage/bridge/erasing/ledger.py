"""The erasure ledger outside the database: one line per erased record, only ever appended to.

Theory of operation. The table `Erasure` is part of every backup, so an old backup forgets what
was erased after it. This file is not: it lies beside the database and is carried over to a
restored node. Each erasure is appended when its transaction has committed; whatever a crash in
between leaves out is put right by `reconcile`, which runs whenever the node starts: rows that
the file lacks are appended, lines that the database lacks are applied to it again.
"""

import fcntl
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from django.conf import settings
from django.db import transaction

from jumelage.bridge.erasing.copies import drop
from jumelage.bridge.models import Erasure, ErasureReceipt, Node
from jumelage.kit.component import Provenance

logger = logging.getLogger(__name__)
FILE = "erasures.ndjson"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One erased record; the members are the columns of `Erasure`."""

    uri: str
    origin: str
    kind: str
    feed: str
    epoch: int
    seq: int
    rev: int
    erased_at: datetime
    ground: str = ""
    asked_by: str = ""

    @classmethod
    def of(cls, erasure: Erasure) -> "Line":
        """Return the line that says what the row *erasure* says."""
        return cls(**{name: getattr(erasure, name) for name in cls.__struct_fields__})

    @property
    def provenance(self) -> Provenance:
        """Where the record was erased."""
        return Provenance(self.origin, self.feed, self.seq, self.rev, self.erased_at)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many lines the file lacked, and how many erasures the database lacked."""

    appended: int
    replayed: int


def path() -> Path:
    """Return where this node's ledger lies."""
    return Path(settings.DATA) / FILE


def read(file: Path | None = None) -> list[Line]:
    """Return the lines of the ledger *file* (default: this node's), each URI once.

    A line that a crash cut off, or that cannot be read, is logged and left out; the others
    still count.
    """
    source = file or path()
    try:
        content = source.read_bytes()
    except FileNotFoundError:
        return []
    found: dict[str, Line] = {}
    for number, raw in enumerate(content.splitlines(), 1):
        try:
            line = msgspec.json.decode(raw, type=Line)
        except msgspec.MsgspecError:
            logger.exception("%s: line %s cannot be read", source.name, number)
        else:
            found[line.uri] = line
    return list(found.values())


def append(lines: Iterable[Line]) -> None:
    """Append *lines* to this node's ledger; they are on the disk when this returns."""
    text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    with _locked() as file:
        if file.seek(0, os.SEEK_END) and not _ends_in_a_line_break(file):
            text = b"\n" + text  # a crash cut the last line off
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def rewrite(lines: Iterable[Line]) -> None:
    """Let this node's ledger hold exactly *lines*; the database makes up for a crash meanwhile."""
    text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    with _locked() as file:
        file.truncate(0)
        file.write(text)
        os.fsync(file.fileno())


@contextmanager
def _locked() -> Iterator[IO[bytes]]:
    """Open the ledger for one process at a time, readable by its owner only."""
    handle = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _ends_in_a_line_break(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def keep(uri: str) -> None:
    """Append the committed erasure of *uri*; call it on commit."""
    append(Line.of(row) for row in Erasure.objects.filter(uri=uri))


def reconcile() -> Reconciled:
    """Make file and database say the same; quick when they do."""
    lines = read()
    known = {line.uri for line in lines}
    missing = [
        Line.of(row) for row in Erasure.objects.order_by("erased_at") if row.uri not in known
    ]
    if missing:
        append(missing)
    return Reconciled(len(missing), replay(lines))


@transaction.atomic
def replay(lines: Sequence[Line]) -> int:
    """Apply the *lines* the database does not have: bodies, salts and rows go again.

    Returns how many there were. Idempotent.
    """
    held = set(Erasure.objects.values_list("uri", flat=True))
    fresh = [line for line in lines if line.uri not in held]
    here = Node.objects.filter(is_self=True).values_list("origin", flat=True).first()
    for line in fresh:
        drop(line.uri, line.provenance, {line.kind})
        Erasure.objects.create(
            **msgspec.structs.asdict(line),
            receipt_due=line.origin != here and not _answered(line.uri, here),
        )
    return len(fresh)


def _answered(uri: str, here: str | None) -> bool:
    return ErasureReceipt.objects.filter(erased=uri, origin=here).exists()
