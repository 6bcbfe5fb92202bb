"""Whether the node is ready: each check by name, with a sentence in both languages.

`CHECKS` is the list; docs/operations.md tells each to people and is held to it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F
from django.db.utils import Error as DatabaseError
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.bridge.api import Entry, check_own_key, peers
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual
from jumelage.node.run import prepare
from jumelage.node.watching import beat, checks
from jumelage.node.watching.alerts import KINDS, Facts, in_both

KEPT_SECONDS = 2.0
"""Asked more often than this, the node repeats its last answer: one check writes durably."""
_UNKNOWN = _("This could not be looked at: the database does not answer.")


@dataclass(frozen=True, slots=True)
class Checked:
    """How one check ended; `message` is a message identifier with `%(fact)s` in it."""

    ok: bool
    message: str
    facts: Facts = field(default_factory=dict)

    @property
    def sentence(self) -> Bilingual:
        """What was found, in both languages."""
        return in_both(self.message, self.facts)


def _database() -> Checked:
    problem = checks.database_problem()
    if problem:
        return Checked(ok=False, message=KINDS[problem.name].sentence, facts=problem.facts)
    return Checked(ok=True, message=_("The database takes records."))


def _migrations() -> Checked:
    pending = len(prepare.pending_migrations())
    if pending:
        message = _("%(number)s migrations are missing: stop the node and start it again.")
        return Checked(ok=False, message=message, facts={"number": pending})
    return Checked(ok=True, message=_("The tables are up to date."))


def _disk() -> Checked:
    facts = {"megabytes": checks.free_megabytes()}
    if facts["megabytes"] < checks.FULL_MEGABYTES:
        return Checked(ok=False, message=KINDS["disk-full"].sentence, facts=facts)
    return Checked(ok=True, message=_("%(megabytes)s MB are free on the disk."), facts=facts)


def _keys() -> Checked:
    try:
        check_own_key()
    except JumelageError as error:
        message = _("The node cannot sign: %(reason)s")
        return Checked(ok=False, message=message, facts={"reason": error.message})
    return Checked(ok=True, message=_("The node can sign as itself."))


def _clock() -> Checked:
    """Look for proof against our own clock; a single peer that differs may be wrong itself."""
    newest = Entry.objects.filter(feed__node__is_self=True, seq=F("feed__head_seq"))
    said = max(newest.values_list("time", flat=True), default=None)
    behind = int((said - clock.now()).total_seconds()) if said else 0
    if behind > checks.MOST_CLOCK_SECONDS:
        message = _("The clock shows a time %(seconds)s seconds before the newest own record.")
        return Checked(ok=False, message=message, facts={"seconds": behind})
    offsets = [off for peer in peers() if (off := checks.clock_offset_seconds(peer)) is not None]
    if len(offsets) > 1 and all(abs(off) > checks.MOST_CLOCK_SECONDS for off in offsets):
        message = _("The clock differs from that of every joined city.")
        return Checked(ok=False, message=message)
    return Checked(ok=True, message=_("Nothing speaks against the clock."))


def _worker() -> Checked:
    seconds = beat.silence(settings.DATA, patience=1.5)
    if seconds is None or seconds >= beat.DEAD_AFTER_SECONDS:
        facts = {"seconds": int(seconds or 0)}
        return Checked(ok=False, message=KINDS["worker-dead"].sentence, facts=facts)
    return Checked(ok=True, message=_("The worker moves."))


Check = Callable[[], Checked]
CHECKS: Mapping[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
    "keys": _keys,
    "clock": _clock,
    "worker": _worker,
}


def examine() -> Mapping[str, Checked]:
    """Run every check; one that needs a database which does not answer fails."""
    return {name: _run(check) for name, check in CHECKS.items()}


def _run(check: Check) -> Checked:
    try:
        return check()
    except (DatabaseError, OSError):
        return Checked(ok=False, message=_UNKNOWN)


@dataclass(slots=True)
class Readiness:
    """The last answer of this process, for `KEPT_SECONDS`."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at: float = float("-inf")
    _last: Mapping[str, Checked] = field(default_factory=dict)

    def now(self) -> Mapping[str, Checked]:
        """Return how each check ended, at most `KEPT_SECONDS` ago."""
        with self._lock:
            if time.monotonic() - self._at > KEPT_SECONDS:
                self._last, self._at = examine(), time.monotonic()
            return self._last

    def forget(self) -> None:
        """Look again the next time."""
        self._at = float("-inf")


readiness = Readiness()
