"""Letters: pages on their way, what they become at a reader, and what a liar makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from jumelage.bridge.feeds.chain import Head
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.wire import Line, digest
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import Batch
from jumelage.kit.uris import Uri
from tests.models.cities import City
from tests.models.truth import entries_of


@dataclass(frozen=True, slots=True)
class Letter:
    """A page on its way from *owner* to *reader*."""

    owner: City
    reader: City
    feed: str
    batch: Batch


def reworded(line: Line, *, rehash: bool) -> Line:
    """Return *line* with other words, and with *rehash* a header that fits them."""
    body, header = (line.body or b"").replace(b"words", b"slurs"), orjson.loads(line.header)
    if rehash:
        header["body"] = digest((line.salt or b"") + body).hex()
    return Line(h=orjson.dumps(header).decode(), s=line.s, b=body.decode())


def uri_in(owner: City, slot: str) -> str:
    """Return the identifier of one of the few records of *owner*."""
    return str(Uri(owner.origin, slot * 26))


def receive_letter(letter: Letter) -> None:
    """Let the reader take *letter* as it takes a page of the line."""
    with letter.reader.here():
        peer = Node.objects.get(origin=letter.owner.origin)
        receive(peer, letter.feed, *letter.batch)


def head_of(reader: City, owner: City, feed: str) -> Head:
    """Return where the copy that *reader* holds of a feed ends."""
    held = [entry for entry in entries_of(reader) if entry.place == (owner.origin, feed)]
    return Head(owner.origin, feed, 0, len(held), digest(held[-1].header) if held else bytes(32))


@contextmanager
def refused_as(error: type[Exception]) -> Iterator[None]:
    """Demand that the block is refused as *error*.

    Raises:
        AssertionError: it was not.
    """
    try:
        yield
    except error:
        return
    message = f"it was not refused as {error.__name__}"
    raise AssertionError(message)
