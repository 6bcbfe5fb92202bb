"""What open pages are told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from jumelage.bridge.models import Contact, Entry, Feed, Node
from jumelage.kit import clock
from jumelage.shell.live import source
from jumelage.shell.live.hub import Event, Hub


@dataclass
class ListSource:
    """A hub's source in memory: the kinds of the entries, in their order."""

    entries: list[str] = field(default_factory=list)
    asked: int = 0

    async def wait(self, seconds: float) -> None:
        """Look again soon."""
        await asyncio.sleep(min(seconds, 0.02))

    def rest(self) -> None:
        """Keep nothing to let go of."""

    async def head(self) -> int:
        """Return how many entries there are."""
        self.asked += 1
        return len(self.entries)

    async def kinds(self, after: int, until: int) -> Sequence[str]:
        """Return the kinds in between."""
        return sorted(set(self.entries[after:until]))

    async def freight(self) -> str:
        """Say that no delivery is under way."""
        return ""

    async def words(self) -> dict[str, dict[str, object]]:
        """Say that one line is up."""
        return {"origin": {"age": 2.0, "up": True}}


async def _hear(entries: ListSource, listeners: int) -> list[list[Event]]:
    """Let *listeners* hear the word and then one change."""
    hub = Hub(entries)
    streams = [hub.listen() for _ in range(listeners)]
    words = [await anext(stream) for stream in streams]
    entries.entries += ["practices.shared.1", "agreement.evidence-stated.1", "practices.shared.1"]
    changes = [await asyncio.wait_for(anext(stream), 2) for stream in streams]
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
    return [[word, change] for word, change in zip(words, changes, strict=True)]


def test_every_page_hears_what_came_and_from_where_it_stood() -> None:
    expected = Event(
        "change", {"kinds": ["agreement.evidence-stated.1", "practices.shared.1"], "head": 5}
    )
    heard = asyncio.run(_hear(ListSource(["a.b.1", "a.b.1"]), listeners=3))

    assert [change for _word, change in heard] == [expected] * 3
    assert [word.data["head"] for word, _change in heard] == [2, 2, 2]


def test_many_pages_do_not_ask_more_often_than_one() -> None:
    few, many = ListSource(), ListSource()
    asyncio.run(_hear(few, listeners=1))
    asyncio.run(_hear(many, listeners=30))

    assert many.asked <= few.asked + 1


def test_an_event_has_the_form_of_the_standard() -> None:
    assert bytes(Event("word", {"head": 3})) == b'event: word\ndata: {"head": 3}\n\n'


def test_the_database_tells_the_kinds_between_two_heads(paris: Node) -> None:
    feed = Feed.objects.create(node=paris, name="public", head_hash=bytes(32))
    first, second, third = (
        Entry.objects.create(
            feed=feed,
            seq=n,
            header=b"",
            hash=bytes(32),
            kind=kind,
            uri="",
            rev=1,
            op="put",
            time=clock.now(),
        )
        for n, kind in enumerate(["a.b.1", "c.d.1", "a.b.1"], 1)
    )

    assert source.head() == third.pk
    assert source.kinds_between(first.pk, third.pk) == ["a.b.1", "c.d.1"]
    assert source.kinds_between(second.pk, third.pk) == ["a.b.1"]


def test_the_words_say_how_each_line_is(san_francisco: Node) -> None:
    with clock.fixed(Contact.objects.get().last_word_at or clock.now()):
        words = source.peer_words()

    assert words == {san_francisco.origin: {"age": 0.0, "up": True}}
