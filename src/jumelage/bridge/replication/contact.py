"""When a peer was last heard and whether its line is up, as pages show it."""

from datetime import timedelta

from jumelage.bridge.models import Contact, Node
from jumelage.kit import clock

WRITE_EVERY = timedelta(seconds=1)
"""Words closer together than this are written once: each write is a durable commit."""


class Contacts:
    """Keeps the `Contact` row of one peer true without writing at every word."""

    def __init__(self, peer: Node) -> None:
        """Speak of *peer*; nothing is written yet."""
        self._peer = peer
        self._up: bool | None = None
        self._written = clock.now() - timedelta(days=1)

    def word(self) -> None:
        """Note that the peer was heard now."""
        at = clock.now()
        if self._up and at - self._written < WRITE_EVERY:
            return
        facts: dict[str, object] = {"last_word_at": at, "line_up": True, "last_error": ""}
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
        defaults = {"changed_at": clock.now(), **facts}
        Contact.objects.update_or_create(node=self._peer, defaults=facts, create_defaults=defaults)
