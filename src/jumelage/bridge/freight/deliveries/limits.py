"""How fast freight may go: token buckets for the node, a peer, a production, some hours.

Every limit that fits a delivery holds: each has one bucket that all deliveries it fits share, and
bytes move only when every bucket has them. A bucket fills for at most `BURST_SECONDS`.

What comes in is limited twice: the receiver tells the sender its rate (`DeliveryPace.told`), and
holds back by itself what comes faster. Its buckets are larger, so that who keeps to the rate is
never held back: what arrives is counted by the parcel. Of a limit that fits several deliveries
which come in at once each is told an equal part, so that all of them together keep to it.
"""

import math
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.carriers.base import LARGEST_PARCEL, Policy
from jumelage.bridge.freight.errors import LimitRefusedError
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import FreightLimit, Priority
from jumelage.kit import clock

BURST_SECONDS = 0.25
LEAST_BURST = 64 * 1024
BURST_SECONDS_IN = 1.0
LEAST_BURST_IN = 4 * LARGEST_PARCEL
DAY = 24 * 60
OUT, IN = FreightLimit.Direction.OUT, FreightLimit.Direction.IN
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
    direction: str = OUT

    def fits(self, peer: str, production: str, minute: int) -> bool:
        """Tell whether it holds for *production* and *peer* at *minute* of the city's day."""
        if self.peer not in {"", peer} or self.production not in {"", production}:
            return False
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(slots=True)
class Bucket:
    """Bytes that may move now; fills at *rate* bytes a second."""

    rate: int
    direction: str = OUT
    tokens: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def fill(self, now: float) -> None:
        """Add what the time since the last look is worth."""
        self.tokens = min(self.most, self.tokens + self.rate * max(0.0, now - self.at))
        self.at = now

    @property
    def wait(self) -> float:
        """The seconds until it owes nothing more."""
        if not self.rate:
            return math.inf
        return max(0.0, -self.tokens / self.rate)

    @property
    def most(self) -> float:
        """The bytes that are in it when it is full."""
        if not self.rate:
            return 0.0
        if self.direction == IN:
            return max(self.rate * BURST_SECONDS_IN, LEAST_BURST_IN)
        return max(self.rate * BURST_SECONDS, LEAST_BURST)


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
                    self._buckets[rule.key] = _bucket(rule.rate, rule.direction)

    def reload(self) -> None:
        """Read the limits of the database and of the settings, and the time of the city."""
        here = clock.now().astimezone(ZoneInfo(own_node().time_zone))
        self.minute = here.hour * 60 + here.minute
        self.hold([*_of_settings(), *map(_rule, FreightLimit.objects.order_by("pk"))])

    def fitting(self, peer: str, production: str, direction: str = OUT) -> Sequence[Rule]:
        """Return the rules that hold now for *production* to *peer*, or from it."""
        rules = [rule for rule in self._rules if rule.direction == direction]
        return [rule for rule in rules if rule.fits(peer, production, self.minute)]

    def rate(self, peer: str, production: str, direction: str = OUT) -> int | None:
        """Return the lowest rate that holds now, bytes a second; None: no limit."""
        rules = self.fitting(peer, production, direction)
        return min((rule.rate for rule in rules), default=None)

    def part(self, peer: str, production: str, beside: Iterable[tuple[str, str]]) -> int | None:
        """Return how fast *production* may come in from *peer*, bytes a second; None: no limit.

        *beside* is the city and the production of each delivery that comes in now as well: those
        that a limit fits get equal parts of it.
        """
        others = list(beside)
        rules = self.fitting(peer, production, IN)
        return min(
            (
                _part(rule.rate, 1 + sum(rule.fits(*other, self.minute) for other in others))
                for rule in rules
            ),
            default=None,
        )

    def allow(
        self,
        peer: str,
        production: str,
        wanted: int,
        direction: str = OUT,
        *,
        beside: Bucket | None = None,
    ) -> int:
        """Return how many of *wanted* bytes may move now, and take them out of every bucket.

        *beside* is one bucket more, of one delivery alone.
        """
        rules = self.fitting(peer, production, direction)
        if not rules and beside is None:
            return wanted
        now = time.monotonic()
        with self._lock:
            buckets = [self._buckets[rule.key] for rule in rules]
            buckets += [beside] if beside is not None else []
            for bucket in buckets:
                bucket.fill(now)
            granted = max(0, int(min(wanted, *(bucket.tokens for bucket in buckets))))
            for bucket in buckets:
                bucket.tokens -= granted
        return granted

    def turn(
        self, peer: str, production: str, size: int, direction: str = OUT, *, patience: float
    ) -> float:
        """Return in how many seconds *size* bytes may move in one go; infinite: not now.

        What moves in one go may be more than a bucket holds: the bucket then owes, and the next has
        to wait. The bytes are taken out of every bucket when the wait is within *patience*.
        """
        rules, now = self.fitting(peer, production, direction), time.monotonic()
        with self._lock:
            buckets = [self._buckets[rule.key] for rule in rules]
            for bucket in buckets:
                bucket.fill(now)
            wait = max((bucket.wait for bucket in buckets), default=0.0)
            if wait <= patience:
                for bucket in buckets:
                    bucket.tokens -= size
        return wait


@dataclass(slots=True)
class DeliveryPace:
    """The pace of one delivery: its policy, the limits that fit it, and what the receiver said."""

    limits: Limits
    peer: str
    production: str
    policy: Policy = "normal"
    direction: str = OUT
    _told: Bucket | None = None

    def told(self, rate: int | None) -> None:
        """Keep to *rate*, which the receiver wants at most (bytes a second); None: to none.

        What comes in is held to it by the receiver itself.
        """
        if rate is None:
            self._told = None
        elif self._told is None or self._told.rate != rate:
            self._told = _bucket(rate, self.direction)

    def allow(self, wanted: int) -> int:
        """Return how many of *wanted* bytes may move now."""
        return self.limits.allow(
            self.peer, self.production, wanted, self.direction, beside=self._told
        )


def _bucket(rate: int, direction: str) -> Bucket:
    """Return a bucket: full for what comes in, which who sends has counted already."""
    made = Bucket(rate, direction)
    made.tokens = made.most if direction == IN else 0.0
    return made


def _part(rate: int, count: int) -> int:
    """Return what falls to one of *count*; 0 would stop it."""
    return max(1, rate // count) if rate else 0


def _of_settings() -> Sequence[Rule]:
    rate = settings.NODE.freight_rate * 1_000_000 // 8
    return [Rule(NODE, "", "", 0, 0, rate)] if rate else []


def _rule(row: FreightLimit) -> Rule:
    return Rule(
        row.pk, row.peer, row.production, row.begins, row.ends, row.rate, row.direction
    )  # fmt: skip


def standing_limits() -> Sequence[FreightLimit]:
    """Return the limits people set, the general ones first."""
    return list(FreightLimit.objects.order_by("-direction", "peer", "production", "begins", "ends"))


@transaction.atomic
def set_limit(
    *,
    rate: int,
    by: str,
    direction: str = OUT,
    peer: str = "",
    production: str = "",
    begins: int = 0,
    ends: int = 0,
) -> FreightLimit:
    """Let freight of this case take at most *rate* bytes a second; 0 stops it.

    *direction* is `out` for what is sent and `in` for what is received, *peer* an origin;
    *begins* and *ends* are minutes of the city's day.

    Raises:
        LimitRefusedError: the rate, the direction or the hours are none.
    """
    if direction not in FreightLimit.Direction.values:
        raise LimitRefusedError(reason=_("a limit is for what is sent or for what is received"))
    if not 0 <= rate < 2**53:
        raise LimitRefusedError(reason=_("a rate is a number from 0 up"))
    if not (0 <= begins < DAY and 0 <= ends < DAY):
        raise LimitRefusedError(reason=_("hours lie between 00:00 and 23:59"))
    made, _new = FreightLimit.objects.update_or_create(
        direction=direction,
        peer=peer,
        production=production,
        begins=begins,
        ends=ends,
        defaults={"rate": rate, "set_by": by, "set_at": clock.now()},
    )
    said = {"direction": direction, "production": production, "rate": rate}
    audit.note("freight-limit-set", by=by, about=peer, **said)
    transaction.on_commit(bell.ring)
    return made


@transaction.atomic
def lift_limit(limit: FreightLimit, *, by: str) -> None:
    """Take a limit away."""
    said = {"direction": limit.direction, "production": limit.production}
    audit.note("freight-limit-lifted", by=by, about=limit.peer, **said)
    limit.delete()
    transaction.on_commit(bell.ring)
