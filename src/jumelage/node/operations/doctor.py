"""Looks at a node and its machine, and says what to do about what it finds.

Each check returns a finding; none changes anything. `problem` needs repair, `notice` should be
known, `good` is in order.
"""

import os
import platform
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

import httpx
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, connections
from django.db.utils import Error as DatabaseError
from django.utils.translation import gettext as _

from jumelage.bridge.api import (
    NoIdentityError,
    check_own_key,
    freight,
    me,
    peers,
    standing_forks,
    verify_chains,
)
from jumelage.kit.errors import JumelageError
from jumelage.kit.sandbox import protection
from jumelage.node.errors import PortRefusedError, PortTakenError
from jumelage.node.run import prepare, static, web
from jumelage.node.watching import checks, saved

LEAST_SQLITE = (3, 37, 0)
LEAST_DISK_MEGABYTES = 1024
MOST_CLOCK_SECONDS = 5
PEER_SECONDS = 5.0
PRIVATE_FILES = ("node.key", "recovery.key", "secret.key", "node.toml", "node.sqlite3")

Level = Literal["good", "notice", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and the advice when there is any."""

    check: str
    level: Level
    found: str
    advice: str = ""


def examine(*, chains: bool = False) -> list[Finding]:
    """Run every check; the ones that need the database are left out when it is not reachable.

    With *chains*, every stored entry is verified, which reads the whole database.
    """
    findings = [finding for check in _MACHINE for finding in check()]
    findings.extend(_database())
    if findings[-1].level != "problem":
        asked = (*_NODE, _chains) if chains else _NODE
        findings += [finding for check in asked for finding in check()]
    connections.close_all()
    return findings


def _finding(check: str, *, good: bool, found: str, advice: str, notice: bool = False) -> Finding:
    if good:
        return Finding(check, "good", found)
    return Finding(check, "notice" if notice else "problem", found, advice)


def _python() -> Iterator[Finding]:
    yield _finding(
        "python",
        good=sys.version_info >= (3, 11),
        found=platform.python_version(),
        advice=_("Install Python 3.11 or newer."),
    )


def _sqlite() -> Iterator[Finding]:
    if not settings.NODE.database_url:
        yield _finding(
            "sqlite",
            good=sqlite3.sqlite_version_info >= LEAST_SQLITE,
            found=sqlite3.sqlite_version,
            advice=_("SQLite 3.37 or newer is needed; a newer Python brings it along."),
        )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA).free // 1024**2
    yield _finding(
        "disk",
        good=free >= LEAST_DISK_MEGABYTES,
        found=_("%(free)s MB free") % {"free": free},
        advice=_("Free some space: below 1 GB backups and uploads may fail."),
        notice=free > LEAST_DISK_MEGABYTES // 10,
    )


def _folder() -> Iterator[Finding]:
    yield _finding(
        "folder",
        good=os.access(settings.DATA, os.W_OK),
        found=str(settings.DATA),
        advice=_("The data folder cannot be written; give it to the account that runs the node."),
    )


def _permissions() -> Iterator[Finding]:
    for name in PRIVATE_FILES:
        file = Path(settings.DATA) / name
        if file.exists():
            mode = file.stat().st_mode & 0o777
            yield _finding(
                name,
                good=mode & 0o077 == 0,
                found=f"{mode:04o}",
                advice=_("Others can read this file. Run: chmod 600 %(file)s") % {"file": file},
            )


def _recovery_key() -> Iterator[Finding]:
    file = Path(settings.DATA) / "recovery.key"
    yield _finding(
        "recovery key",
        good=not file.exists(),
        found=_("in the data folder") if file.exists() else _("moved away"),
        advice=_("Move %(file)s to a safe place outside this computer.") % {"file": file},
        notice=True,
    )


def _port() -> Iterator[Finding]:
    node = settings.NODE
    address = f"{node.host}:{node.port}"
    if prepare.runs(node.data):
        yield Finding("port", "good", _("%(address)s, served by this node") % {"address": address})
        return
    try:
        web.listen(node.host, node.port).close()
    except (PortTakenError, PortRefusedError) as error:
        yield Finding("port", "problem", address, str(error))
    else:
        yield Finding("port", "good", _("%(address)s is free") % {"address": address})


def _carriers() -> Iterator[Finding]:
    """Tell what the kernel keeps freight from, and the lines that would mend it."""
    lines = freight.kernel_advice()
    yield _finding(
        "freight",
        good=not lines,
        found=_("the kernel slows it on a long line")
        if lines
        else _("the kernel does not slow it"),
        advice=_("Put into /etc/sysctl.d/90-freight.conf, then run sysctl --system: %(lines)s")
        % {"lines": "; ".join(lines)},
        notice=True,
    )


def _frontend() -> Iterator[Finding]:
    built = finders.find(static.BUILD) is not None
    yield _finding(
        "frontend",
        good=built,
        found=_("built") if built else _("not built"),
        advice=_("Pages have no styles. Run `make demo` once, or install the wheel."),
    )


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        advice = _("Start the database, or correct database_url in node.toml.")
        yield Finding("database", "problem", reason, advice)
    else:
        yield Finding("database", "good", connection.vendor)


def _migrations() -> Iterator[Finding]:
    pending = prepare.pending_migrations()
    yield _finding(
        "migrations",
        good=not pending,
        found=_("%(number)s to apply") % {"number": len(pending)},
        advice=_("`jumelage up` applies them; make a backup first."),
    )


def _identity() -> Iterator[Finding]:
    try:
        yield Finding("identity", "good", me().origin)
    except (NoIdentityError, DatabaseError):
        yield Finding("identity", "problem", "-", _("Run `jumelage init` again: it finishes."))


def _peers() -> Iterator[Finding]:
    """Ask each paired city for its first page, and compare its clock with ours."""
    for peer in peers():
        try:
            begun = time.time()
            answer = httpx.get(f"{peer.url}/bridge/feeds", timeout=PEER_SECONDS)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            advice = _("The line may be cut; nothing is lost, the worker goes on trying.")
            yield Finding(f"peer {peer.slug}", "notice", reason, advice)
            continue
        yield Finding(f"peer {peer.slug}", "good", _("answers"))
        if date := answer.headers.get("date"):
            off = int(parsedate_to_datetime(date).timestamp() - begun)
            yield _finding(
                f"clock against {peer.slug}",
                good=abs(off) <= MOST_CLOCK_SECONDS,
                found=_("%(seconds)s s apart") % {"seconds": off},
                advice=_("Let both machines set their clock from the network (NTP)."),
            )


def _chains() -> Iterator[Finding]:
    """Verify every feed from its stored bytes."""
    for chain in verify_chains():
        flaws = "; ".join(f"{flaw.seq}: {flaw.reason}" for flaw in chain.flaws[:3])
        yield _finding(
            f"feed {chain.feed} of {chain.origin}",
            good=chain.whole,
            found=flaws or _("%(entries)s entries, whole") % {"entries": chain.seq},
            advice=_("The database is damaged: restore a backup, then take back the tail."),
        )


def _own_key() -> Iterator[Finding]:
    try:
        check_own_key()
    except JumelageError as error:
        yield Finding("signing", "problem", "-", error.message)
    else:
        yield Finding("signing", "good", _("The node can sign as itself."))


def _watched() -> Iterator[Finding]:
    """Say of what the node watches by itself how it is; each alert comes with its advice."""
    raised = {alert.name: alert for alert in checks.current()[0]}
    watched: tuple[tuple[str, str, Level, str], ...] = (
        ("writing", "database-silent", "problem", _("The database takes records.")),
        ("worker", "worker-dead", "problem", _worker_in_words()),
        ("backup", "backup-old", "notice", _age_in_words(saved.BACKUP)),
        ("restore drill", "drill-old", "notice", _age_in_words(saved.DRILL)),
        ("forks", "fork", "problem", _("no feed was written twice")),
    )
    for check, name, level, good in watched:
        if alert := raised.get(name):
            yield Finding(check, level, alert.sentence, alert.advice)
        else:
            yield Finding(check, "good", good)


def _worker_in_words() -> str:
    if prepare.runs(settings.NODE.data):
        return _("The worker moves.")
    return _("the node does not run")


def _age_in_words(name: str) -> str:
    age = saved.age(settings.DATA, name)
    if age is None:
        return _("never so far")
    return _("%(hours)s hours ago") % {"hours": int(age.total_seconds() // 3600)}


def _forks() -> Iterator[Finding]:
    for forked in standing_forks():
        feed = f"feed {forked.fork.feed.name} of {forked.city.slug}"
        yield Finding(feed, "problem", forked.sentence, forked.advice)


def _metrics() -> Iterator[Finding]:
    file = settings.NODE.metrics_token_file
    yield _finding(
        "metrics",
        good=not file or os.access(file, os.R_OK),
        found=file or _("for this machine only"),
        advice=_("Nobody can read /metrics: the file with the token cannot be read."),
    )


Check = Callable[[], Iterator[Finding]]


def _sandbox() -> Iterator[Finding]:
    """Tell what stands around the program that reads uploaded documents."""
    walled = protection() == "bubblewrap"
    yield _finding(
        "sandbox",
        good=walled,
        found="bubblewrap" if walled else _("limits only"),
        advice=_("Install bubblewrap: documents people upload are then read behind real walls."),
        notice=True,
    )


_MACHINE: tuple[Check, ...] = (
    _python,
    _sqlite,
    _disk,
    _folder,
    _permissions,
    _recovery_key,
    _port,
    _carriers,
    _frontend,
    _sandbox,
)
_NODE: tuple[Check, ...] = (_migrations, _identity, _own_key, _metrics, _watched, _forks, _peers)
