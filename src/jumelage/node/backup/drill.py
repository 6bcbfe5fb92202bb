"""A restore drill: does the backup come back whole, and what would be lost?

The backup is restored into a scratch folder (and a scratch database), by the same code as in
earnest, in a process of its own. The live node is only read; nothing is published.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext

from jumelage.bridge import api as bridge
from jumelage.node.backup import archive, scratch
from jumelage.node.backup.progress import Told
from jumelage.node.backup.tables import counts
from jumelage.node.errors import DrillFailedError, NoBackupError
from jumelage.node.watching import saved


@dataclass(frozen=True, slots=True)
class Tail:
    """What one peer holds of this node's feeds beyond the backup; None: it does not answer."""

    city: str
    entries: int | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a drill found. `lost` maps each private table to the rows since the backup."""

    file: Path
    made_at: str
    seconds: float
    entries: int
    media: int
    key_fits: bool
    problems: Sequence[str] = ()
    tails: Sequence[Tail] = ()
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether a restore of this backup would work."""
        return not self.problems

    def plain(self) -> dict[str, Any]:
        """Return the report for a script."""
        return {"ok": self.ok, **asdict(self)}

    def demand_ok(self) -> None:
        """Go on only if a restore would work.

        Raises:
            DrillFailedError: it would not.
        """
        if not self.ok:
            raise DrillFailedError(reason="; ".join(self.problems))

    def sentences(self) -> Sequence[str]:
        """Return the report in words, one line each."""
        facts = {
            "file": self.file,
            "made_at": self.made_at,
            "seconds": f"{self.seconds:.0f}",
            "entries": self.entries,
            "media": self.media,
        }
        head = gettext(
            "%(file)s of %(made_at)s came back in %(seconds)s s: %(entries)s entries verified,"
            " %(media)s media files."
        )
        return [head % facts, *map(_tail, self.tails), *self._losses()]

    def _losses(self) -> Sequence[str]:
        if not self.lost:
            return [gettext("No private row is newer than the backup.")]
        rows = ", ".join(f"{table} {number:+}" for table, number in sorted(self.lost.items()))
        return [gettext("Private rows that only a newer backup holds: %(rows)s") % {"rows": rows}]


def _tail(tail: Tail) -> str:
    if tail.entries is None:
        return f"{tail.city}: {tail.error}"
    told = gettext("%(city)s holds %(entries)s entries of this city that the backup lacks.")
    return told % {"city": tail.city, "entries": tail.entries}


def drill(file: Path | None, told: Told) -> Report:
    """Rehearse the restore of *file* (default: the last backup made) and note how it went.

    Raises:
        NoBackupError: no file is named and none is known.
        DrillFailedError: the rehearsal itself could not be done.
    """
    source = file or _last_backup()
    try:
        report = _drill(source, told)
    except BaseException as error:
        facts = {"file": source, "error": str(error)[:300]}
        saved.note(Path(settings.DATA), saved.DRILL, ok=False, **facts)
        raise
    facts = {"file": source, "seconds": report.seconds, "problems": list(report.problems)}
    saved.note(Path(settings.DATA), saved.DRILL, ok=report.ok, **facts)
    return report


def _last_backup() -> Path:
    try:
        told = json.loads((Path(settings.DATA) / saved.BACKUP).read_text("utf-8"))
        file = Path(told["file"])
    except (OSError, ValueError, KeyError) as error:
        raise NoBackupError from error
    if not file.exists():
        raise NoBackupError
    return file


def _drill(source: Path, told: Told) -> Report:
    began = time.monotonic()
    with archive.opened(source) as (_tar, manifest):
        pass
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA, prefix="drill-") as folder,
        scratch.database_url() as url,
    ):
        found = _rehearsed(source, Path(folder) / "node", url, told)
    heads = {
        (chain["feed"], chain["epoch"]): chain["entries"]
        for chain in found["chains"]
        if chain["origin"] == manifest.origin
    }
    return Report(
        file=source,
        made_at=manifest.made_at,
        seconds=round(time.monotonic() - began, 1),
        entries=sum(chain["entries"] for chain in found["chains"]),
        media=len(manifest.media),
        key_fits=_key_fits(manifest.origin),
        problems=_problems(manifest.origin, found),
        tails=_tails(heads),
        lost=_lost(found["tables"]),
    )


def _rehearsed(source: Path, folder: Path, url: str, told: Told) -> dict[str, Any]:
    """Run the rehearsal in a process of its own and return what it found."""
    command = [sys.executable, "-m", "jumelage.node.backup.rehearse", str(source.absolute())]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("JUMELAGE_")}
    environment = {**kept, "JUMELAGE_DATA": str(folder)}
    with subprocess.Popen(  # noqa: S603  # our own program
        [*command, str(folder), url], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            complaint = _follow(process, told)
            answer = process.stdout.read() if process.stdout else ""
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DrillFailedError(reason=complaint or str(process.returncode))
    found: dict[str, Any] = json.loads(answer)
    return found


def _follow(process: "subprocess.Popen[str]", told: Told) -> str:
    """Tell the progress of the rehearsal; return the last other line it complained with."""
    last = ""
    for line in process.stderr or ():
        try:
            step, done, of = msgspec.json.decode(line, type=tuple[str, int, int])
        except msgspec.MsgspecError:
            last = line.strip() or last
        else:
            told(step, done, of)
    return last


def _problems(origin: str, found: Mapping[str, Any]) -> Sequence[str]:
    """Say in words what would go wrong in earnest."""
    problems = [
        f"{chain['feed']} {chain['origin']}: {'; '.join(chain['flaws'])}"
        for chain in found["chains"]
        if chain["flaws"]
    ]
    if found["pending_migrations"]:
        problems.append(gettext("some migrations cannot be applied"))
    if bridge.me().origin != origin:
        problems.append(gettext("it is a backup of another node"))
    elif not _key_fits(origin):
        problems.append(gettext("node.key is not the key of this node"))
    return problems


def _key_fits(origin: str) -> bool:
    """Tell whether the key file that a restored node would get is this node's."""
    try:
        bridge.check_own_key()
    except bridge.BridgeError:
        return False
    return bridge.me().origin == origin


def _tails(heads: Mapping[tuple[str, int], int]) -> Sequence[Tail]:
    """Ask each peer how much it holds beyond *heads*, the ends the backup knows."""
    found = []
    for held in bridge.ask_peers():
        more = sum(
            max(reach.said.seq - heads.get((reach.said.feed, reach.said.epoch), 0), 0)
            for reach in held.reaches
        )
        found.append(Tail(str(held.peer), None if held.error else more, held.error))
    return found


def _lost(restored: Mapping[str, int]) -> Mapping[str, int]:
    """Return by how many rows each private table of the live node differs from the backup."""
    live = counts()
    return {
        table: number - restored.get(table, 0)
        for table, number in live.items()
        if number != restored.get(table, 0)
    }
