"""Progress, gathered from many threads and written into the database every few seconds.

What a delivery has moved is counted over all its sessions: each begins from what was there.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jumelage.bridge.freight.carriers.base import Figures
from jumelage.bridge.freight.deliveries.running.marking import mark
from jumelage.bridge.freight.deliveries.states import MOVING
from jumelage.bridge.models import Delivery

SHOW_SECONDS = 2.0
LOOK_SECONDS = 5.0
"""Shorter moments say nothing of a line: they are bursts."""


@dataclass(slots=True)
class Tally:
    """One session of a delivery: what there was before it, and what it has done."""

    total: int
    """Bytes of the whole delivery."""
    lacking: int
    """Bytes that had to cross when the session began."""
    moved_before: int
    ms_before: int
    began: float = field(default_factory=time.monotonic)
    figures: Figures | None = None
    counts: bool = True
    """Whether what it moves is to be written; not when the web process counts it."""
    best: float = 0.0
    """The best rate over `LOOK_SECONDS`, bytes a second: what the line was seen to carry."""
    whole: Callable[[], Sequence[str]] = tuple
    """Gives the contents (roots, hex) that became whole at the receiver since it was asked last."""
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def take(self, figures: Figures) -> None:
        """Keep the newest *figures*."""
        self.figures = figures
        now = time.monotonic()
        self._seen.append((now, figures.bytes))
        while len(self._seen) > 2 and now - self._seen[1][0] >= LOOK_SECONDS:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since >= LOOK_SECONDS:
            self.best = max(self.best, (figures.bytes - before) / (now - since))

    @property
    def ms(self) -> int:
        """Milliseconds of all sessions."""
        return self.ms_before + int((time.monotonic() - self.began) * 1000)

    def facts(self) -> Mapping[str, object]:
        """Return the columns that show it."""
        told = self.figures
        if told is None:
            return {"done": max(0, self.total - self.lacking), "carried_ms": self.ms}
        moved = {"moved": self.moved_before + told.moved} if self.counts else {}
        return {
            "done": max(0, self.total - self.lacking + told.bytes),
            **moved,
            "rate": int(told.rate),
            "line": int(told.line or self.best) or None,
            "rtt_ms": round(told.rtt * 1000) or None,
            "loss": told.loss,
            "carrier": told.carrier,
            "carrier_why": told.why,
            "carried_ms": self.ms,
        }


class Board:
    """The sessions that are going on, by delivery."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._lock = threading.Lock()
        self._held: dict[str, Tally] = {}
        self._shown = 0.0

    def begin(self, delivery: Delivery, lacking: int) -> Tally:
        """Begin to count a session of *delivery*, of which *lacking* bytes are to cross."""
        tally = Tally(delivery.bytes, lacking, delivery.moved, delivery.carried_ms)
        with self._lock:
            self._held[delivery.uri] = tally
        return tally

    def end(self, uri: str) -> None:
        """Write what the session of *uri* has done, and forget it."""
        with self._lock:
            tally = self._held.pop(uri, None)
        if tally is not None:
            _write(uri, tally, rate=0)

    def show(self) -> None:
        """Write what goes on, every few seconds."""
        if time.monotonic() - self._shown < SHOW_SECONDS:
            return
        self._shown = time.monotonic()
        with self._lock:
            held = dict(self._held)
        for uri, tally in held.items():
            _write(uri, tally)


def _write(uri: str, tally: Tally, **more: object) -> None:
    facts = {**tally.facts(), **more}
    Delivery.objects.filter(uri=uri, state__in=MOVING).update(**facts)
    mark(uri, tally.whole())
