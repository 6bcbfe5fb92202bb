"""How fast freight may leave: token buckets for the node, a peer, a production, some hours.

Every limit that fits a delivery holds: each has one bucket that all deliveries it fits share, and
bytes leave only when every bucket has them. A bucket fills for at most `BURST_SECONDS`.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.errors import LimitRefusedError
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import FreightLimit, Priority
from jumelage.kit import clock

BURST_SECONDS = 0.25
LEAST_BURST = 64 * 1024
DAY = 24 * 60
NODE = 0
"""The key of the limit of the settings, beside the numbers of the rows."""

POLICIES: Mapping[str, Policy] = {
    Priority.URGENT: "deadline",
    Priority.PROXY: "normal",
    Priority.NORMAL: "normal",
    Priority.BACKGROUND: "background",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit in force: `rate` bytes a second for what it fits; see `FreightLimit`."""

    key: int
    peer: str
    production: str
    begins: int
    ends: int
    rate: int

    def fits(self, peer: str, production: str, minute: int) -> bool:
        """Tell whether it holds for *production* to *peer* at *minute* of the city's day."""
        if self.peer not in {"", peer} or self.production not in {"", production}:
            return False
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(slots=True)
class Bucket:
    """Bytes that may leave now; fills at *rate* bytes a second."""

    rate: int
    tokens: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def fill(self, now: float) -> None:
        """Add what the time since the last look is worth."""
        most = max(self.rate * BURST_SECONDS, LEAST_BURST) if self.rate else 0.0
        self.tokens = min(most, self.tokens + self.rate * max(0.0, now - self.at))
        self.at = now


class Limits:
    """The limits of this process; `reload` reads them, `allow` is called by many threads."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        """Hold *rules* until the next `reload`."""
        self._lock = threading.Lock()
        self._rules: Sequence[Rule] = ()
        self._buckets: dict[int, Bucket] = {}
        self.minute = 0
        self.hold(rules)

    def hold(self, rules: Sequence[Rule]) -> None:
        """Replace the rules; a bucket whose rate stays keeps what is in it."""
        with self._lock:
            self._rules = tuple(rules)
            for rule in rules:
                held = self._buckets.get(rule.key)
                if held is None or held.rate != rule.rate:
                    self._buckets[rule.key] = Bucket(rule.rate)

    def reload(self) -> None:
        """Read the limits of the database and of the settings, and the time of the city."""
        here = clock.now().astimezone(ZoneInfo(own_node().time_zone))
        self.minute = here.hour * 60 + here.minute
        self.hold([*_of_settings(), *map(_rule, FreightLimit.objects.order_by("pk"))])

    def fitting(self, peer: str, production: str) -> Sequence[Rule]:
        """Return the rules that hold now for *production* to *peer*."""
        return [rule for rule in self._rules if rule.fits(peer, production, self.minute)]

    def rate(self, peer: str, production: str) -> int | None:
        """Return the lowest rate that holds now, bytes a second; None: no limit."""
        return min((rule.rate for rule in self.fitting(peer, production)), default=None)

    def allow(self, peer: str, production: str, wanted: int) -> int:
        """Return how many of *wanted* bytes may leave now, and take them out of every bucket."""
        rules = self.fitting(peer, production)
        if not rules:
            return wanted
        now = time.monotonic()
        with self._lock:
            buckets = [self._buckets[rule.key] for rule in rules]
            for bucket in buckets:
                bucket.fill(now)
            granted = max(0, int(min(wanted, *(bucket.tokens for bucket in buckets))))
            for bucket in buckets:
                bucket.tokens -= granted
        return granted


@dataclass(slots=True)
class DeliveryPace:
    """The pace of one delivery: its policy and the limits that fit it."""

    limits: Limits
    peer: str
    production: str
    policy: Policy = "normal"

    def allow(self, wanted: int) -> int:
        """Return how many of *wanted* bytes may leave now."""
        return self.limits.allow(self.peer, self.production, wanted)


def _of_settings() -> Sequence[Rule]:
    rate = settings.NODE.freight_rate * 1_000_000 // 8
    return [Rule(NODE, "", "", 0, 0, rate)] if rate else []


def _rule(row: FreightLimit) -> Rule:
    return Rule(row.pk, row.peer, row.production, row.begins, row.ends, row.rate)


def standing_limits() -> Sequence[FreightLimit]:
    """Return the limits people set, the general ones first."""
    return list(FreightLimit.objects.order_by("peer", "production", "begins", "ends"))


@transaction.atomic
def set_limit(
    *, rate: int, by: str, peer: str = "", production: str = "", begins: int = 0, ends: int = 0
) -> FreightLimit:
    """Let freight of this case take at most *rate* bytes a second; 0 stops it.

    *peer* is an origin, *begins* and *ends* are minutes of the city's day.

    Raises:
        LimitRefusedError: the rate or the hours are none.
    """
    if not 0 <= rate < 2**53:
        raise LimitRefusedError(reason=_("a rate is a number from 0 up"))
    if not (0 <= begins < DAY and 0 <= ends < DAY):
        raise LimitRefusedError(reason=_("hours lie between 00:00 and 23:59"))
    made, _new = FreightLimit.objects.update_or_create(
        peer=peer,
        production=production,
        begins=begins,
        ends=ends,
        defaults={"rate": rate, "set_by": by, "set_at": clock.now()},
    )
    audit.note("freight-limit-set", by=by, about=peer, production=production, rate=rate)
    transaction.on_commit(bell.ring)
    return made


@transaction.atomic
def lift_limit(limit: FreightLimit, *, by: str) -> None:
    """Take a limit away."""
    audit.note("freight-limit-lifted", by=by, about=limit.peer, production=limit.production)
    limit.delete()
    transaction.on_commit(bell.ring)
