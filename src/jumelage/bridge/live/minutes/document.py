"""The text of one session in memory: takes what fits, tells what others lack."""

from pycrdt import Doc, Text, merge_updates

from jumelage.bridge.live.minutes.errors import (
    EarlyMinutesError,
    FullMinutesError,
)
from jumelage.bridge.live.minutes.updates import (
    MOST_BYTES,
    TEXT,
    Update,
    read_update,
    read_vector,
    write_number,
)

MOST_TEXT = 400_000
"""Bytes (UTF-8) of the longest text people may write: some 150 pages."""

MOST_WEIGHT = MOST_BYTES
"""Bytes of a document with all that was deleted in it: 20 times its longest text."""

EMPTY = b"\x00\x00"
"""The update that changes nothing."""


class Document:
    """One text; not to be used by two threads at once."""

    def __init__(self, *updates: bytes) -> None:
        """Begin with *updates* of this node's own tables."""
        self._begin(updates)

    def _begin(self, updates: tuple[bytes, ...]) -> None:
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(TEXT, type=Text)
        for update in updates:
            self._doc.apply_update(update)
        self._known = read_vector(self._doc.get_state())
        self._weight = sum(map(len, updates))
        self._changes: list[bytes] = []
        self._heard = self._doc.observe(lambda event: self._changes.append(event.update))

    @property
    def text(self) -> str:
        """The text as it reads now."""
        return str(self._text)

    @property
    def vector(self) -> bytes:
        """What is known, encoded."""
        return self._doc.get_state()

    @property
    def whole(self) -> bytes:
        """All of it as one update; what was deleted is in it without its words."""
        return self._doc.get_update()

    def lacking(self, vector: bytes) -> bytes:
        """Return as an update what somebody lacks who knows *vector*.

        Raises:
            BrokenMinutesError: *vector* is none.
        """
        known = read_vector(vector)
        parts = [write_number(len(known))]
        for client, clock in known.items():
            parts += [write_number(client), write_number(clock)]
        return self._doc.get_update(b"".join(parts))

    def take(self, data: bytes, *, is_from_node: bool = False) -> bytes:
        """Apply the update *data* of a stranger; return what it changed, empty when nothing.

        What another node took already is not measured against the longest text: both cities may
        have written up to it while the line was cut, and their texts must come together.

        Raises:
            BrokenMinutesError: it is no update of a plain text.
            EarlyMinutesError: something is missing that it leans on.
            FullMinutesError: the text would become too long.
        """
        update = read_update(data)
        if update.is_empty:
            return b""
        if not update.fits(self._known):
            raise EarlyMinutesError
        self._measure(update, len(data), is_from_node=is_from_node)
        self._doc.apply_update(data)
        self._known = read_vector(self._doc.get_state())
        changed = [one for one in self._changes if one != EMPTY]
        self._changes.clear()
        self._weight += sum(map(len, changed))
        if not self._holds(update):
            self._begin((self.whole,))  # what can never find its place would wait for ever
        return merge_updates(*changed) if changed else b""

    def _measure(self, update: Update, size: int, *, is_from_node: bool) -> None:
        too_long = update.weight and len(self._text) + update.weight > MOST_TEXT
        if self._weight + size > MOST_WEIGHT:
            self._weight = len(self.whole)
        if (too_long and not is_from_node) or self._weight + size > MOST_WEIGHT:
            raise FullMinutesError(most=MOST_TEXT // 1000)

    def _holds(self, update: Update) -> bool:
        """Tell whether all of *update* found its place; parts that lean on each other never do."""
        spans = update.spans.items()
        return all(self._known.get(client, 0) >= until for client, (_, until) in spans)
