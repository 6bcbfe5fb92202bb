"""When peers were last heard and whether their lines are up, as pages show it."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from jumelage.bridge.models import Contact, Node
from jumelage.bridge.replication.clocks import PeerClock
from jumelage.kit import clock

WRITE_EVERY_SECONDS = 1.0
"""Words closer together than this, of all peers, are written once: a write is a durable commit."""


@dataclass(slots=True)
class Roll:
    """What was heard of all peers and is not written yet; shared by their `Contacts`."""

    _heard: dict[str, Mapping[str, object]] = field(default_factory=dict)
    _written: float = -math.inf

    def note(self, origin: str, facts: Mapping[str, object], *, at_once: bool) -> None:
        """Keep *facts* of the peer *origin*; write what is kept when it is time, or *at_once*."""
        self._heard[origin] = {**self._heard.get(origin, {}), **facts}
        at = time.monotonic()  # the calendar clock may jump, by a day even
        if at_once or at - self._written >= WRITE_EVERY_SECONDS:
            self._written = at
            self._write()

    def _write(self) -> None:
        heard, self._heard = self._heard, {}
        with transaction.atomic():
            for origin, facts in heard.items():
                made = {"changed_at": clock.now(), **facts}
                Contact.objects.update_or_create(
                    node_id=origin, defaults=facts, create_defaults=made
                )


class Contacts:
    """Keeps the `Contact` row of one peer true without writing at every word."""

    def __init__(
        self,
        peer: Node,
        peer_clock: PeerClock,
        roll: Roll | None = None,
        behind: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """Speak of *peer*, whose clock *peer_clock* compares, to *roll*; nothing is written yet.

        *behind* tells how many records of each feed are known to be missing here.
        """
        self._behind = behind
        self._peer = peer
        self._clock = peer_clock
        self._roll = roll or Roll()
        self._up: bool | None = None

    def word(self) -> None:
        """Note that the peer was heard now."""
        facts = {"last_word_at": clock.now(), "line_up": True, "last_error": ""}
        self._note(facts, changed=self._up is not True)
        self._up = True

    def down(self, reason: str) -> None:
        """Note that the line broke, and why."""
        facts = {"line_up": False, "last_error": reason[:200]}
        self._note(facts, changed=self._up is not False)
        self._up = False

    def _note(self, facts: Mapping[str, object], *, changed: bool) -> None:
        more: dict[str, object] = {
            "clock_offset_ms": self._clock.offset_ms,
            "behind": dict(self._behind()),
        }
        if changed:
            more["changed_at"] = clock.now()
        self._roll.note(self._peer.origin, {**facts, **more}, at_once=changed)
