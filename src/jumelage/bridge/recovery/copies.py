"""What a node gives back to a peer that was restored: its copies of that peer's own feeds.

A node gives only what the asking node has signed itself, exactly as it was received. A page
ends at a checkpoint of the owner, so that the owner can check it with nothing but its own key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import msgspec

from jumelage.bridge.feeds.checkpoints import Signed, Statement
from jumelage.bridge.feeds.serve import PAGE_BYTES, PAGE_ENTRIES
from jumelage.bridge.feeds.wire import decode_checkpoint_line, encode_line
from jumelage.bridge.models import Checkpoint, Entry, Feed, Node


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a copy of a feed reaches: the owner's own signed statement of it.

    Entries up to `base` are not there: a snapshot covers them.
    """

    signed: Signed
    base: int = 0

    @property
    def said(self) -> Statement:
        """What the owner stated.

        Raises:
            msgspec.DecodeError: it is no statement.
        """
        return msgspec.json.decode(self.signed.text, type=Statement)

    def plain(self) -> dict[str, object]:
        """Return it as it travels."""
        line = msgspec.to_builtins(decode_checkpoint_line(self.signed.line()))
        return {**line, "base": self.base}

    @classmethod
    def read(cls, told: dict[str, object]) -> Self:
        """Return what `plain` made.

        Raises:
            msgspec.ValidationError: it has another form.
        """
        base = msgspec.convert(told.pop("base", 0), type=int)
        return cls(Signed.read(decode_checkpoint_line(msgspec.json.encode(told))), base)


def reaches(owner: Node) -> Sequence[Reach]:
    """Return how far each epoch of each feed of *owner* is held here, oldest epoch first."""
    return list(_reaches(owner))


def _reaches(owner: Node) -> Iterator[Reach]:
    for feed in Feed.objects.filter(node=owner, head_seq__gt=0).order_by("epoch", "name"):
        last = Checkpoint.objects.filter(feed=feed, seq__lte=feed.head_seq).order_by("-seq").first()
        if last is not None and last.seq > feed.base_seq:
            yield Reach(Signed(bytes(last.signed), bytes(last.signature)), feed.base_seq)


def page(owner: Node, name: str, epoch: int, after: int, limit: int = PAGE_ENTRIES) -> bytes:
    """Return the entries of *owner*'s feed after *after* that are held here, as on any page.

    About *limit* of them: the page ends at the last checkpoint of *owner* within, or at the
    first one after. Empty when there is no more.
    """
    feed = Feed.objects.filter(node=owner, name=name, epoch=epoch).first()
    marks = _marks(feed, after, min(limit, PAGE_ENTRIES)) if feed else []
    if feed is None or not marks:
        return b""
    lines: list[bytes] = []
    size, end = 0, 0
    wanted = {mark: number for number, mark in enumerate(marks)}
    for seq, line in _lines(feed, after, marks[-1]):
        lines.append(line)
        size += len(line)
        if seq in wanted:
            end = seq
            if size > PAGE_BYTES:
                break
    return b"".join([*lines[: end - after], _signed_at(feed, end).line()])


def _marks(feed: Feed, after: int, limit: int) -> list[int]:
    """Return where the page may end, in order: within *limit*, else the next place at all."""
    held = Checkpoint.objects.filter(feed=feed, seq__gt=max(after, feed.base_seq))
    places = held.filter(seq__lte=feed.head_seq).order_by("seq").values_list("seq", flat=True)
    return list(places.filter(seq__lte=after + limit)) or list(places[:1])


def _lines(feed: Feed, after: int, last: int) -> Iterator[tuple[int, bytes]]:
    rows = Entry.objects.filter(feed=feed, seq__gt=after, seq__lte=last).order_by("seq")
    columns = rows.values_list("seq", "header", "salt", "body")
    for seq, header, salt, body in columns.iterator(chunk_size=PAGE_ENTRIES):
        yield seq, encode_line(header, salt, body)


def _signed_at(feed: Feed, seq: int) -> Signed:
    found = Checkpoint.objects.get(feed=feed, seq=seq)
    return Signed(bytes(found.signed), bytes(found.signature))
