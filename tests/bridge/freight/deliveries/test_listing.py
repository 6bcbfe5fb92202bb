"""A packing list on its way: in parts that are kept, whatever the line and the other city do."""

import gzip
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from blake3 import blake3
from pytest_django import Settings

from jumelage.bridge.errors import PeerUnreachableError, RateLimitError
from jumelage.bridge.freight.deliveries.limits import LEAST_BURST_IN, Limits, Rule
from jumelage.bridge.freight.deliveries.listing import fetching, files, parts
from jumelage.bridge.freight.deliveries.listing.arriving import ListArrival
from jumelage.bridge.freight.deliveries.listing.fetching import Answer
from jumelage.bridge.freight.deliveries.listing.files import NAMED
from jumelage.bridge.freight.deliveries.listing.room import Room
from jumelage.bridge.freight.errors import (
    ListMismatchError,
    ListsFullError,
    SessionRefusedError,
)
from tests.bridge.freight.deliveries.conftest import ListShelf
from tests.bridge.freight.samples import noise

SLUG = "a" * 26
LIST = noise(10 * parts.PART + 777, seed=9)
Give = Callable[[int, str], Answer]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> Path:
    """Keep lists in a folder of this test."""
    settings.DATA = tmp_path
    return files.folder()


def arrival(data: bytes = LIST) -> ListArrival:
    """Go on with the list *data*."""
    return ListArrival(SLUG, blake3(data).hexdigest(), len(data))


def data_of(held: ListArrival) -> bytes:
    """Return the whole list that has arrived."""
    with held.whole() as file:
        return file.read()


def fetched(peer: ListShelf, data: bytes = LIST) -> bytes:
    """Return the list after one try to fetch what is lacking."""
    with arrival(data) as held:
        fetching.fetch(held, peer, threading.Event())
        return data_of(held)


class Cut(ListShelf):
    """A line that breaks for good after some answers."""

    left = 4

    @contextmanager
    def list_answer(self, path: str, *, coding: str) -> Iterator[Answer]:
        """Answer as long as it holds."""
        if self.left <= 0:
            raise PeerUnreachableError(peer="baie-demo", reason="ReadTimeout")
        self.left -= 1
        with super().list_answer(path, coding=coding) as answer:
            yield answer


class Busy(ListShelf):
    """A city that says now and then that it is asked too much."""

    turn = 0

    @contextmanager
    def list_answer(self, path: str, *, coding: str) -> Iterator[Answer]:
        """Answer every third question."""
        self.turn += 1
        if self.turn % 3:
            raise RateLimitError(limit="baie-demo", retry_after=0)
        with super().list_answer(path, coding=coding) as answer:
            yield answer


class Hostile(ListShelf):
    """A city that answers something of its own."""

    def __init__(self, answers: Give) -> None:
        """Answer what *answers* gives for a part and a coding."""
        super().__init__({SLUG: LIST})
        self.answers = answers

    def give(self, slug: str, number: int, coding: str) -> Answer:
        """Give what was made up."""
        return self.answers(number, coding)


def test_a_list_comes_in_parts_of_which_each_is_asked_for_once() -> None:
    peer = ListShelf({SLUG: LIST})

    assert fetched(peer) == LIST
    assert sorted(peer.asked) == list(range(11))


@pytest.mark.parametrize("data", [b"x", bytes(parts.PART), b"lines " * 200_000])
def test_lists_of_any_size_come_packed_or_not(data: bytes) -> None:
    assert fetched(ListShelf({SLUG: data}), data) == data


def test_a_cut_keeps_what_came_and_the_rest_alone_is_asked_for() -> None:
    with pytest.raises(PeerUnreachableError), arrival() as held:
        fetching.fetch(held, Cut({SLUG: LIST}), threading.Event(), pause=0)
    peer = ListShelf({SLUG: LIST})

    assert fetched(peer) == LIST
    assert len(peer.asked) == 7


def test_a_city_that_is_asked_too_much_is_asked_again() -> None:
    assert fetched(Busy({SLUG: LIST})) == LIST


def test_what_the_disk_lost_comes_again(place: Path) -> None:
    fetched(ListShelf({SLUG: LIST}))
    written = place / f"{SLUG}.arriving"
    with written.open("r+b") as file:
        file.seek(3 * parts.PART)
        file.write(b"torn")
        file.truncate(9 * parts.PART)
    journal = place / f"{SLUG}.parts"
    journal.write_bytes(journal.read_bytes()[:-5])
    peer = ListShelf({SLUG: LIST})

    assert fetched(peer) == LIST
    assert {3, 9, 10} <= set(peer.asked) <= {3, 9, 10, *range(11)}
    assert len(peer.asked) <= 4


def test_parts_of_another_list_are_not_believed() -> None:
    fetched(ListShelf({SLUG: LIST}))
    other = noise(len(LIST), seed=10)

    assert fetched(ListShelf({SLUG: other}), other) == other


def test_a_city_that_knows_no_parts_gives_the_whole_list() -> None:
    pieces = [LIST[place : place + 60_000] for place in range(0, len(LIST), 60_000)]

    assert fetched(Hostile(lambda _n, _c: Answer(None, "identity", iter(pieces)))) == LIST


def _bomb(number: int, _coding: str) -> Answer:
    return Answer(str(number), "gzip", iter([gzip.compress(bytes(200_000_000))]))


def _endless(number: int, _coding: str) -> Answer:
    return Answer(str(number), "identity", iter(lambda: bytes(1000), b""))


@pytest.mark.parametrize(
    "answers",
    [
        lambda _n, _c: Answer("99", "identity", iter([bytes(parts.PART)])),
        lambda n, _c: Answer(str(n), "identity", iter([bytes(parts.PART + 1)])),
        lambda n, _c: Answer(str(n), "identity", iter([b"short"])),
        lambda n, _c: Answer(str(n), "identity", iter([bytes(parts.length(n, len(LIST)))])),
        lambda n, _c: Answer(str(n), "gzip", iter([b"no gzip at all"])),
        lambda n, _c: Answer(str(n), "gzip", iter([gzip.compress(b"x" * parts.PART)[:-9]])),
        lambda n, _c: Answer(str(n), "gzip", iter([gzip.compress(b""), b"more"])),
        lambda _n, _c: Answer(None, "identity", iter([LIST, b"more"])),
        lambda _n, _c: Answer(None, "identity", iter([LIST[:-1]])),
        lambda _n, _c: Answer(None, "identity", iter(lambda: bytes(9000), b"")),
        _bomb,
        _endless,
    ],
)
def test_parts_that_lie_are_refused(answers: Give) -> None:
    with pytest.raises(ListMismatchError):
        fetched(Hostile(answers))


def test_lists_on_their_way_take_no_more_than_their_room(place: Path) -> None:
    for name in ("b" * 26, "c" * 26):
        (place / f"{name}.arriving").write_bytes(bytes(900_000))
        (place / f"{name}.parts").write_bytes(b"")
    with ListArrival(SLUG, "0" * 64, 1_000_000, room=Room(2_000_000)):
        assert [found.stem[0] for found in files.all_coming()] == ["a", "c"]


def claim(letter: str, city: str, size: int = 600_000) -> ListArrival:
    """Begin a list of *size* bytes of *city*, where there is room for 2 MB, 1 MB of one city."""
    return ListArrival(letter * 26, "0" * 64, size, city=city, room=Room(2_000_000, 1_000_000))


def test_lists_that_come_in_at_once_have_their_whole_size_promised(place: Path) -> None:
    (place / f"{'g' * 26}.arriving").symlink_to("gone")  # became whole as somebody looked
    with claim("b", "lyon"), claim("c", "turin"), claim("d", "oslo"):
        with pytest.raises(ListsFullError):
            claim(SLUG[0], "bern")
        with claim(SLUG[0], "bern", 200_000):
            pass
    with claim(SLUG[0], "bern"):
        assert not (place / f"{'b' * 26}.arriving").exists()


def test_the_lists_of_one_city_take_nothing_from_those_of_another(place: Path) -> None:
    with claim("b", "lyon"):
        pass
    with claim("c", "turin"), pytest.raises(ListsFullError):
        claim("d", "turin")
    for name in ("d", "e", "f"):
        with claim(name, "turin"):
            pass

    assert [found.stem[0] for found in files.all_coming()] == ["b", "f"]


def handles() -> list[str]:
    """Return what this process has open of the lists on their way."""
    found = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return [place for one in found if SLUG in (place := str(one.readlink()))]


def test_a_list_that_a_full_disk_does_not_take_leaves_nothing_open(
    disk: Path, settings: Settings
) -> None:
    settings.DATA = disk
    files.folder()
    with (disk / "rest").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    with pytest.raises(OSError, match="No space left"):
        arrival()
    assert handles() == []

    (disk / "rest").unlink()
    assert fetched(ListShelf({SLUG: LIST})) == LIST


def test_a_journal_that_takes_half_an_entry_is_not_believed_to_hold_it(place: Path) -> None:
    with arrival(b"notes") as held:
        with narrow(NAMED.size + 20), pytest.raises(OSError, match="File too large"):
            held.keep(0, b"notes")
        assert held.lacking == [0]
        held.keep(0, b"notes")
    with arrival(b"notes") as held:
        assert held.lacking == []


@contextmanager
def narrow(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_it_becomes_one_of_the_lists_that_are_kept(place: Path) -> None:
    with arrival() as held:
        fetching.fetch(held, ListShelf({SLUG: LIST}), threading.Event())
        held.settle()

    assert [found.name for found in place.iterdir()] == [f"{SLUG}.list"]
    assert (place / f"{SLUG}.list").read_bytes() == LIST


def test_parts_keep_to_the_limit_but_the_first_comes_at_once(place: Path) -> None:
    limits = Limits([Rule(1, "", "", 0, 0, 8 * parts.PART, "in")])
    turn_of(limits)(LEAST_BURST_IN, 1)  # what may come at once has come
    began = time.monotonic()
    with arrival() as held:
        fetching.fetch(held, ListShelf({SLUG: LIST}), threading.Event(), turn=turn_of(limits))
        assert data_of(held) == LIST

    assert 1.0 <= time.monotonic() - began < 8  # the last of eleven comes when ten are paid


def test_where_nothing_may_come_in_only_the_first_part_does(place: Path) -> None:
    turn = turn_of(Limits([Rule(1, "", "", 0, 0, 0, "in")]))
    peer = ListShelf({SLUG: LIST})
    with arrival() as held, pytest.raises(SessionRefusedError) as known:
        fetching.fetch(held, peer, threading.Event(), turn=turn, pause=0)

    assert (peer.asked, known.value.facts["code"]) == ([0], "limit-here")


def turn_of(limits: Limits) -> fetching.Turn:
    """Return what lets parts in as *limits* say."""

    def turn(size: int, patience: float) -> float:
        return limits.turn("s" * 32, "", size, "in", patience=patience)

    return turn
