"""The journal of alerts: since when each lasts, and whether administrators were told.

One file of the data folder, always the same size and written in place: a full disk, which is
the moment it is needed, cannot keep the news out of it.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from jumelage.kit import clock
from jumelage.node.watching.alerts import KINDS, OF_THE_DATABASE, Alert

FILE = "alerts.json"
SIZE = 16 * 1024


def read(folder: Path) -> list[Alert]:
    """Return the alerts the journal of *folder* holds; none when it cannot be read."""
    try:
        told = json.loads((folder / FILE).read_bytes())["alerts"]
        return [_alert(one) for one in told if one["name"] in KINDS]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write(folder: Path, alerts: Iterable[Alert]) -> None:
    """Keep *alerts*; those that do not fit any more are left out.

    Raises:
        OSError: the file cannot even be made.
    """
    told = [_plain(alert) for alert in alerts]
    while len(text := json.dumps({"alerts": told}).encode()) > SIZE:
        told.pop()
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(handle, text.ljust(SIZE), 0)
    finally:
        os.close(handle)


def continued(before: Sequence[Alert], found: Iterable[Alert], *, complete: bool) -> list[Alert]:
    """Return *found*, each with its beginning and what was mailed when it is in *before*.

    When the database could not be asked (not *complete*), what it said last stays.
    """
    known = {alert.key: alert for alert in before}
    now = list(found)
    if not complete:
        held = {alert.key for alert in now}
        now += [a for a in before if a.name in OF_THE_DATABASE and a.key not in held]
    return [_since(alert, known.get(alert.key)) for alert in now]


def _since(alert: Alert, before: Alert | None) -> Alert:
    if before is None or before.since is None:
        return replace(alert, since=clock.now())
    return replace(alert, since=before.since, mailed=before.mailed)


def _plain(alert: Alert) -> dict[str, object]:
    since = alert.since.isoformat() if alert.since else None
    return {
        "name": alert.name,
        "about": alert.about,
        "facts": dict(alert.facts),
        "since": since,
        "mailed": alert.mailed,
    }


def _alert(told: dict[str, object]) -> Alert:
    facts = told["facts"]
    return Alert(
        name=str(told["name"]),
        about=str(told["about"]),
        facts=facts if isinstance(facts, dict) else {},
        since=datetime.fromisoformat(str(told["since"])) if told["since"] else None,
        mailed=bool(told["mailed"]),
    )
