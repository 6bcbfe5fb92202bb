"""The checks behind the alerts: each looks at one thing now and yields what is wrong with it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.utils import Error as DatabaseError

from jumelage.bridge.api import Node, freight, key_news, peers, refusals, returned, standing_forks
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.node.errors import DiskFullError
from jumelage.node.operations.diagnosis import explained
from jumelage.node.run import prepare
from jumelage.node.watching import beat, saved
from jumelage.node.watching.alerts import Alert, Facts

MEGABYTE = 1024**2
LOW_MEGABYTES = 1024
FULL_MEGABYTES = 16
"""Below this SQLite may not be able to finish a commit and its log."""
MOST_CLOCK_SECONDS = 60
KEY_NEWS = timedelta(days=7)
REFUSED_NEWS = timedelta(days=1)
STUCK_FOR = timedelta(hours=1)
_PROBE = "node-is-ready"
"""The key of a session that is written and taken back: a real commit that leaves nothing."""


def current() -> tuple[list[Alert], bool]:
    """Return what is wrong now, and whether the database could be asked."""
    return with_the_database(of_the_machine())


def of_the_machine() -> list[Alert]:
    """Return what is wrong now as far as it can be seen without the database."""
    return [alert for check in OF_THE_MACHINE for alert in check()]


def with_the_database(machine: Sequence[Alert]) -> tuple[list[Alert], bool]:
    """Return *machine* and what the database tells, and whether it could be asked.

    Takes some seconds while somebody holds the database.
    """
    found = list(machine)
    unwritable = database_problem()
    if unwritable and unwritable.name not in {alert.name for alert in found}:
        found.append(unwritable)
    try:
        return found + [alert for check in OF_THE_BRIDGE for alert in check()], True
    except DatabaseError:
        return found, False


def free_bytes() -> int:
    """Return what is free on the disk of the data folder."""
    return shutil.disk_usage(settings.DATA).free


def free_megabytes() -> int:
    """Return what is free there in whole megabytes."""
    return free_bytes() // MEGABYTE


def _disk() -> Iterator[Alert]:
    free = free_megabytes()
    if free < LOW_MEGABYTES:
        yield Alert("disk-full" if free < FULL_MEGABYTES else "disk-low", facts={"megabytes": free})


def _worker() -> Iterator[Alert]:
    if not prepare.runs(settings.DATA):
        return
    seconds = beat.silence(settings.DATA)
    if seconds is None or seconds >= beat.DEAD_AFTER_SECONDS:
        yield Alert("worker-dead", facts={"seconds": int(seconds or 0)})


def _freight() -> Iterator[Alert]:
    if not prepare.runs(settings.DATA):
        return
    most = beat.FREIGHT_DEAD_AFTER_SECONDS
    seconds = beat.silence(settings.DATA, beat.FREIGHT, dead_after=most)
    if seconds is None or seconds >= most:
        yield Alert("freight-dead", facts={"seconds": int(seconds or 0)})


def _backup() -> Iterator[Alert]:
    if _is_older(saved.BACKUP, settings.NODE.backup_days):
        yield Alert("backup-old", facts={"days": settings.NODE.backup_days})


def _drill() -> Iterator[Alert]:
    if _is_older(saved.DRILL, settings.NODE.drill_days):
        yield Alert("drill-old", facts={"days": settings.NODE.drill_days})


def _is_older(name: str, days: int) -> bool:
    """Tell whether *name* is overdue; a new node has as much time, a demonstration all of it."""
    if not days or settings.NODE.demonstration:
        return False
    age = saved.age(settings.DATA, name)
    if age is None:
        made = (Path(settings.DATA) / "node.toml").stat().st_mtime
        age = timedelta(seconds=clock.now().timestamp() - made)
    return age > timedelta(days=days)


def database_problem() -> Alert | None:
    """Write to the database, durably, and take it back; return what keeps it from that."""
    try:
        with transaction.atomic():
            Session.objects.filter(pk=_PROBE).delete()
            Session.objects.create(pk=_PROBE, session_data="", expire_date=clock.now())
            Session.objects.filter(pk=_PROBE).delete()
    except (DatabaseError, OSError) as error:
        return _named(explained(error, settings.DATA))
    return None


def _named(error: JumelageError) -> Alert:
    if isinstance(error, DiskFullError):
        return Alert("disk-full", facts={"megabytes": free_megabytes()})
    reason = str(error.facts.get("reason", error)).splitlines()[0]
    return Alert("database-silent", facts={"reason": reason})


def _clocks() -> Iterator[Alert]:
    for peer in peers():
        seconds = clock_offset_seconds(peer)
        if seconds is not None and abs(seconds) > MOST_CLOCK_SECONDS:
            yield Alert("clock-off", peer.slug, {"city": str(peer), "seconds": abs(int(seconds))})


def clock_offset_seconds(peer: Node) -> float | None:
    """Return how far the clock of *peer* is ahead of ours; None while that is unknown."""
    contact = getattr(peer, "contact", None)
    offset = contact.clock_offset_ms if contact else None
    return None if offset is None else offset / 1000


def _lines() -> Iterator[Alert]:
    for peer in peers():
        contact = getattr(peer, "contact", None)
        if contact and not contact.line_up:
            reason = contact.last_error or "?"
            yield Alert("line-down", peer.slug, {"city": str(peer), "reason": reason})


def _forks() -> Iterator[Alert]:
    for forked in standing_forks():
        about = f"{forked.city.slug}/{forked.fork.feed.name}"
        yield Alert("fork", about, {"city": str(forked.city), "feed": forked.fork.feed.name})


def _keys() -> Iterator[Alert]:
    """Tell of changed keys for a week, of changes that were refused for a day."""
    for node, key in key_news(clock.now() - KEY_NEWS):
        facts = {"city": str(node), "day": f"{key.since:%Y-%m-%d}"}
        yield Alert("key-changed", node.slug, facts)
    since = clock.now() - REFUSED_NEWS
    for peer in peers():
        if refusals(origin=peer.origin, reason="key-statement").filter(at__gt=since).exists():
            yield Alert("key-refused", peer.slug, {"city": str(peer)})


def _returned() -> Iterator[Alert]:
    """Tell for a week of words that came back although nobody had restored anything."""
    for stretch in returned(since=clock.now() - KEY_NEWS):
        place = f"{stretch.feed}={stretch.first - 1}"
        day = f"{stretch.at:%Y-%m-%d}"
        facts: Facts = {
            "entries": stretch.entries,
            "feed": stretch.feed,
            "place": place,
            "day": day,
        }
        yield Alert("words-returned", stretch.feed, facts)


def _stuck() -> Iterator[Alert]:
    """Tell of the delivery that has stood still longest, for each cause and city."""
    told: set[str] = set()
    for one in freight.to_mend(clock.now() - STUCK_FOR):
        about = f"{one.peer_id}/{one.stuck}"
        if about not in told:
            told.add(about)
            title = " ".join(one.title.split())
            facts = {"title": title, "cause": freight.cause(one), "delivery": one.slug[:8]}
            yield Alert("freight-stuck", about, facts)


Check = Callable[[], Iterator[Alert]]
OF_THE_MACHINE: Sequence[Check] = (_disk, _worker, _freight, _backup, _drill)
OF_THE_BRIDGE: Sequence[Check] = (_clocks, _lines, _forks, _keys, _returned, _stuck)
