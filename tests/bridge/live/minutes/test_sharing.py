"""Several people, two nodes, one text."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

import pytest
from asgiref.sync import async_to_sync
from pycrdt import Doc, Text

from jumelage.bridge.live.minutes import Minutes, frames, sharing, store
from jumelage.bridge.live.minutes.errors import BrokenMinutesError
from jumelage.bridge.live.minutes.frames import Said
from jumelage.bridge.models import LiveMinutes, LiveMinutesBatch, Node
from tests.bridge.live.minutes.places import HERE, THERE, URI, MemoryPlace, Writer

pytestmark = pytest.mark.usefixtures("here")


def in_a_loop(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run *test* in an event loop; its database calls come back to this thread."""

    @wraps(test)
    def run() -> None:
        async_to_sync(test)()

    return run


def text_of(uri: str) -> str | None:
    """Return the text as it is stored."""
    read = store.read(uri)
    return read.text if read else None


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds."""
    end = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.005)


@in_a_loop
async def test_what_one_writes_the_others_read_and_it_is_stored() -> None:
    place = MemoryPlace()
    minutes = await Minutes.opened(place)
    ana, bo = Writer(place, minutes, "ana"), Writer(place, minutes, "bo")

    ana.write("Hello ")
    bo.write("world", at=0)
    await until(lambda: ana.text == bo.text == minutes.text and len(ana.text) == 11)
    await until(lambda: ana.kept == ana.sent and bo.kept == bo.sent)

    assert await place.database(text_of, URI) == ana.text
    await minutes.close()


@in_a_loop
async def test_closing_writes_what_was_heard_a_moment_ago() -> None:
    place = MemoryPlace()
    minutes = await Minutes.opened(place)
    ana = Writer(place, minutes, "ana")
    for number in range(400):
        ana.write(f"{number % 10}")

    await minutes.close()

    again = await Minutes.opened(place)
    assert again.text == ana.text
    assert len(again.text) == 400
    assert ana.kept == ana.sent


@in_a_loop
async def test_a_burst_is_few_batches() -> None:
    place = MemoryPlace()
    minutes = await Minutes.opened(place)
    ana = Writer(place, minutes, "ana")
    for _ in range(50):
        ana.write("words ")
    await minutes.close()

    assert await place.database(LiveMinutesBatch.objects.count) <= 2


def test_many_batches_are_squashed_and_read_the_same(here: Node) -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    store.begin(URI, "meeting", [here.origin, THERE])
    for number in range(store.SQUASH_AFTER + 5):
        before = doc.get_state()
        text.insert(0, f"{number} ")
        store.write(URI, [doc.get_update(before)])

    row = LiveMinutes.objects.get()
    read = store.read(URI)
    assert read is not None
    assert read.text == str(text)
    assert row.batches == store.SQUASH_AFTER + 5
    assert row.written.count() == row.batches - row.squashed == 4


@in_a_loop
async def test_who_only_reads_is_told_so_and_refused() -> None:
    place = MemoryPlace(roles={"vi": "viewer"})
    minutes = await Minutes.opened(place)
    ana, vi = Writer(place, minutes, "ana"), Writer(place, minutes, "vi")

    vi.write("not mine to say")
    ana.write("read this")
    await until(lambda: "read this" in vi.text)

    assert vi.refusals == ["read-only-minutes"]
    assert frames.may_write(may=False) == vi.raw[0]
    assert minutes.text == "read this"
    await minutes.close()


@in_a_loop
async def test_broken_frames_harm_nobody_and_at_last_the_sender_is_sent_away() -> None:
    place = MemoryPlace()
    minutes = await Minutes.opened(place)
    ana, eve = Writer(place, minutes, "ana"), Writer(place, minutes, "eve")
    ana.write("stands")

    for _ in range(sharing.MOST_BROKEN):
        minutes.heard("eve", b"\x00\x02\x05\xff\xff\xff\xff\xff")
    with pytest.raises(BrokenMinutesError):
        minutes.heard("eve", b"nonsense")

    assert minutes.text == "stands"
    assert eve.refusals == ["broken-minutes"] * (sharing.MOST_BROKEN + 1)
    await minutes.close()


@in_a_loop
async def test_a_long_text_crosses_in_parts() -> None:
    place = MemoryPlace()
    minutes = await Minutes.opened(place)
    ana = Writer(place, minutes, "ana")
    ana.write("é" * 190_000)
    bo = Writer(place, minutes, "bo")

    late = frames.parts(frames.sync(Said.DIFFERENCE, b"x" * 1_200_000))

    assert bo.text == ana.text
    assert [part[0] for part in late] == [Said.PART, Said.PART, Said.LAST_PART]
    await minutes.close()


class Line:
    """Two nodes, each with a place of its own, and a line that can be cut."""

    def __init__(
        self, here: Minutes, there: Minutes, places: tuple[MemoryPlace, MemoryPlace]
    ) -> None:
        self.here, self.there, self.places = here, there, places
        self.carried = 0

    def join(self) -> None:
        """Let both speak to each other."""
        loop = asyncio.get_running_loop()

        def carry(to: Minutes, origin: str) -> Callable[[bytes], None]:
            def one(frame: bytes) -> None:
                self.carried += 1
                loop.call_soon(to.heard_from, origin, frame)

            return one

        self.places[0].line[THERE] = carry(self.there, HERE)
        self.places[1].line[HERE] = carry(self.here, THERE)
        self.here.line_up(THERE)
        self.there.line_up(HERE)

    def cut(self) -> None:
        """Let nothing pass any more."""
        for place in self.places:
            place.line.clear()
        self.here.line_down(THERE)
        self.there.line_down(HERE)


async def two_nodes() -> Line:
    """Open one session on two nodes; the second's rows are those of another session here."""
    one, two = MemoryPlace(), MemoryPlace(uri=URI + "-there")
    return Line(await Minutes.opened(one), await Minutes.opened(two), (one, two))


@in_a_loop
async def test_two_cities_write_while_the_line_is_cut_and_come_together() -> None:
    line = await two_nodes()
    ana = Writer(line.places[0], line.here, "ana")
    bo = Writer(line.places[1], line.there, "bo")
    line.join()
    ana.write("together ")
    await until(lambda: bo.text == "together ")
    line.cut()
    ana.write("Paris ")
    bo.write("San Francisco ")
    await until(lambda: ana.kept == ana.sent and bo.kept == bo.sent)
    assert not line.here.shared_with(THERE)

    line.join()
    await until(lambda: ana.text == bo.text and len(ana.text) == 29)
    await until(lambda: line.here.shared_with(THERE) and line.there.shared_with(HERE))

    await line.here.close()
    await line.there.close()


@in_a_loop
async def test_nodes_that_agree_grow_silent() -> None:
    line = await two_nodes()
    ana = Writer(line.places[0], line.here, "ana")
    bo = Writer(line.places[1], line.there, "bo")
    line.join()
    ana.write("a sentence")
    bo.write("another", at=0)
    await until(lambda: line.here.shared_with(THERE) and line.there.shared_with(HERE))
    carried, batches = line.carried, await line.places[0].database(LiveMinutesBatch.objects.count)

    line.cut()
    line.join()
    await asyncio.sleep(4 * sharing.FLUSH_SECONDS)

    assert line.carried - carried <= 6
    assert await line.places[0].database(LiveMinutesBatch.objects.count) == batches
    assert line.here.shared_with(THERE)
    await line.here.close()
    await line.there.close()


@in_a_loop
async def test_a_city_where_nobody_sits_holds_the_text_too() -> None:
    line = await two_nodes()
    ana = Writer(line.places[0], line.here, "ana")
    ana.write("for the other city")
    line.join()

    await until(lambda: line.here.shared_with(THERE))
    await line.here.close()
    await line.there.close()

    there = line.places[1]
    assert await there.database(text_of, there.uri) == "for the other city"


def test_words_taken_out_leave_the_tables_too(here: Node) -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("minutes", type=Text)
    text.insert(0, "keep this, not the secret word")
    store.begin(URI, "meeting", [here.origin])
    store.write(URI, [doc.get_update()])
    before = doc.get_state()
    del text[len("keep this") : len(str(text))]
    store.write(URI, [doc.get_update(before)])

    assert store.squash_idle(seconds=60) == 0
    assert store.squash_idle(seconds=-1) == 1

    row = LiveMinutes.objects.get()
    assert text_of(URI) == "keep this"
    assert b"secret" not in bytes(row.state)
    assert row.written.count() == 0
    assert store.squash_idle(seconds=-1) == 0


def test_texts_nobody_changed_for_a_year_are_forgotten(here: Node) -> None:
    store.begin(URI, "meeting", [here.origin])

    assert store.forget(days=1) == 0
    assert store.forget(days=-1) == 1
    assert store.read(URI) is None
