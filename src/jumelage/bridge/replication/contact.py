"""When a peer was last heard and whether its line is up, as pages show it."""

import math
import time

from jumelage.bridge.models import Contact, Node
from jumelage.bridge.replication.clocks import PeerClock
from jumelage.kit import clock

WRITE_EVERY_SECONDS = 1.0
"""Words closer together than this are written once: each write is a durable commit."""


class Contacts:
    """Keeps the `Contact` row of one peer true without writing at every word."""

    def __init__(self, peer: Node, peer_clock: PeerClock) -> None:
        """Speak of *peer*, whose clock *peer_clock* compares; nothing is written yet."""
        self._peer = peer
        self._clock = peer_clock
        self._up: bool | None = None
        self._written = -math.inf

    def word(self) -> None:
        """Note that the peer was heard now."""
        at = time.monotonic()  # the calendar clock may jump, by a day even
        if self._up and at - self._written < WRITE_EVERY_SECONDS:
            return
        facts: dict[str, object] = {
            "last_word_at": clock.now(),
            "line_up": True,
            "last_error": "",
        }
        self._write(facts, changed=self._up is not True)
        self._up, self._written = True, at

    def down(self, reason: str) -> None:
        """Note that the line broke, and why."""
        facts: dict[str, object] = {"line_up": False, "last_error": reason[:200]}
        self._write(facts, changed=self._up is not False)
        self._up = False

    def _write(self, facts: dict[str, object], *, changed: bool) -> None:
        if changed:
            facts["changed_at"] = clock.now()
        facts["clock_offset_ms"] = self._clock.offset_ms
        defaults = {"changed_at": clock.now(), **facts}
        Contact.objects.update_or_create(node=self._peer, defaults=facts, create_defaults=defaults)
