"""Which pages of a feed to ask for, and in what order to apply them; no I/O.

Theory of operation. Sequence numbers are contiguous, so a reader that knows its own cursor and
the peer's head can ask for the pages in between without waiting: `wanted` names up to
`window` pages, each by the sequence it starts after. Pages may arrive in any order, twice, or
shorter than asked, which leaves a hole that is asked for next; `next_pages` hands them out
strictly in order. Only `applied` moves the cursor, after the database committed. `page` may
change between two requests.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

P = TypeVar("P")

PAGE = 500
WINDOW = 12
"""Pages asked for or waiting: 6,000 entries. While four are applied, eight are under way: more
work than the 150 ms that the next page takes to come."""


@dataclass(slots=True)
class Pull(Generic[P]):
    """The plan for one feed of one peer."""

    cursor: int
    head: int = 0
    page: int = PAGE
    window: int = WINDOW
    epoch: int = 0
    _asked: dict[int, int] = field(default_factory=dict)
    _ready: dict[int, tuple[P, int]] = field(default_factory=dict)

    def learn_head(self, seq: int) -> None:
        """Note that the peer's feed reaches at least *seq*."""
        self.head = max(self.head, seq)

    def wanted(self) -> list[int]:
        """Return the starts of the pages to ask for now, and count them as asked."""
        self._ready = {after: page for after, page in self._ready.items() if after >= self.cursor}
        room = self.window - len(self._asked) - len(self._ready)
        known, after, new = sorted({*self._asked, *self._ready}), self.cursor, list[int]()
        while after < self.head and len(new) < room:
            if not self.length(after):
                following = next((start for start in known if start > after), after + self.page)
                self._asked[after] = min(self.page, following - after)
                new.append(after)
            after += self.length(after)
        return new

    def length(self, after: int) -> int:
        """Return how many entries were asked for after *after*, or have come; 0: none."""
        return self._ready[after][1] if after in self._ready else self._asked.get(after, 0)

    def arrived(self, after: int, page: P, count: int) -> None:
        """Take a page of *count* entries after *after*; an empty one is forgotten."""
        self._asked.pop(after, None)
        if count and after >= self.cursor:
            self._ready[after] = (page, count)
        elif not count:
            self.head = min(self.head, max(after, self.cursor))

    def failed(self, after: int) -> None:
        """Forget a request that brought nothing; it will be wanted again."""
        self._asked.pop(after, None)

    def next_page(self) -> P | None:
        """Hand out the page that continues the cursor, if it is here."""
        found = self.next_pages(1)
        return found[0] if found else None

    def next_pages(self, most: int) -> list[P]:
        """Hand out up to *most* pages in order; all but the first wait here for `applied`."""
        pages: list[P] = []
        after = self.cursor
        while len(pages) < most and after in self._ready:
            page, count = self._ready[after]
            pages.append(page)
            after += count
        self._ready.pop(self.cursor, None)
        return pages

    def applied(self, seq: int) -> None:
        """Note that everything up to *seq* is committed here."""
        self.cursor = max(self.cursor, seq)
        self.head = max(self.head, self.cursor)

    @property
    def caught_up(self) -> bool:
        """Tell whether the cursor has reached the peer's head."""
        return self.cursor >= self.head
