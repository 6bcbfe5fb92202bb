"""What two cuts differ by: shots new, cut out, moved, trimmed, retimed.

Events of both cuts are paired by the name of the shot; where a shot is used several times, uses
with the same source frames first, then in their order. A pair has *moved* when it stands
elsewhere among the pairs or on another track; that everything behind a longer shot begins later
is no move (`shifted`). The longest run of pairs in the same order is taken as what stayed, so
that as few as possible have moved.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jumelage.components.studio.editorial.cut import Cut, Event, in_order
from jumelage.components.studio.editorial.shots import shot_name


class Aspect(StrEnum):
    """What happened to an event; an unchanged one has none."""

    NEW = "new"
    CUT_OUT = "cut-out"
    MOVED = "moved"
    TRIMMED = "trimmed"
    RETIMED = "retimed"
    SHIFTED = "shifted"
    DRESSED = "dressed"
    """Only its transitions, markers, name or file are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event before and after; None: it was not there, it is not there any more."""

    shot: str
    before: Event | None
    after: Event | None
    aspects: frozenset[Aspect]

    @property
    def told(self) -> Sequence[Aspect]:
        """What somebody did to it, in the order of `Aspect`: not what others only pushed along."""
        return [one for one in Aspect if one in self.aspects and one != Aspect.SHIFTED]

    @property
    def longer(self) -> int:
        """How many frames longer it stands in the new cut."""
        return (self.after.frames if self.after else 0) - (self.before.frames if self.before else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All that makes the new cut out of the old one."""

    changes: tuple[Change, ...]
    unchanged: int
    old: Cut
    new: Cut

    @property
    def longer(self) -> int:
        """How many frames longer the new cut runs."""
        return self.new.frames - self.old.frames

    @property
    def telling(self) -> Sequence[Change]:
        """The changes somebody made: not those that others only pushed along."""
        return [change for change in self.changes if change.told]

    def of(self, *aspects: Aspect) -> Sequence[Change]:
        """Return the changes that have one of *aspects*."""
        return [change for change in self.changes if change.aspects & frozenset(aspects)]


def compare(old: Cut, new: Cut) -> Differences:
    """Return what makes *new* out of *old*, by the time of the new cut; what left comes last."""
    pairs = list(_pairs(old.events, new.events))
    stayed = _stayed([(before, after) for before, after in pairs if before and after])
    changes = [
        Change(
            shot=shot_name((after or before).name),  # type: ignore[union-attr]  # one is there
            before=before,
            after=after,
            aspects=aspects,
        )
        for before, after in pairs
        if (aspects := _aspects(before, after, (before, after) in stayed))
    ]
    changes.sort(key=lambda change: (change.after is None, *_place(change.after or change.before)))
    return Differences(
        changes=tuple(changes), unchanged=len(pairs) - len(changes), old=old, new=new
    )


def applied(old: Cut, differences: Differences) -> Cut:
    """Return *old* with *differences* applied: the events of the new cut."""
    events = list(old.events)
    for change in differences.changes:
        if change.before is not None:
            events.remove(change.before)
    events += [change.after for change in differences.changes if change.after is not None]
    new = differences.new
    return Cut(
        name=new.name,
        rate=new.rate,
        start=new.start,
        events=in_order(events),
        markers=new.markers,
        notes=new.notes,
    )


def _place(event: Event | None) -> tuple[int, str]:
    return (event.record_in, event.track) if event else (0, "")


def _pairs(
    old: Sequence[Event], new: Sequence[Event]
) -> Iterator[tuple[Event | None, Event | None]]:
    """Yield each event once, with its counterpart where it has one."""
    before, after = _by_shot(old), _by_shot(new)
    for key in [*after, *(key for key in before if key not in after)]:
        left, right = before.get(key, []), after.get(key, [])
        for same in (_itself, _source, _source_in, _anything):
            yield from _take(left, right, same)
        yield from ((event, None) for event in left)
        yield from ((None, event) for event in right)


def _by_shot(events: Iterable[Event]) -> dict[tuple[str, bool], list[Event]]:
    found: dict[tuple[str, bool], list[Event]] = defaultdict(list)
    for event in events:
        found[shot_name(event.name), event.is_picture].append(event)
    return dict(found)


def _itself(event: Event) -> object:
    return event


def _source(event: Event) -> object:
    return event.source_in, event.source_out, event.speed, event.file


def _source_in(event: Event) -> object:
    return event.source_in


def _anything(_event: Event) -> object:
    return True


def _take(
    left: list[Event], right: list[Event], same: Callable[[Event], object]
) -> Iterator[tuple[Event, Event]]:
    """Take out of both lists, in order, those that are the *same*."""
    waiting: dict[object, list[Event]] = defaultdict(list)
    for event in left:
        waiting[same(event)].append(event)
    for event in list(right):
        if held := waiting.get(same(event)):
            before = held.pop(0)
            left.remove(before)
            right.remove(event)
            yield before, event


def _stayed(pairs: Sequence[tuple[Event, Event]]) -> set[tuple[Event, Event]]:
    """Return the most pairs that are on their track and in their order among each other."""
    same = [pair for pair in pairs if pair[0].track == pair[1].track]
    tracks = defaultdict(list)
    for pair in same:
        tracks[pair[0].track].append(pair)
    return {pair for track in tracks.values() for pair in _longest_run(track)}


def _longest_run(pairs: list[tuple[Event, Event]]) -> Iterator[tuple[Event, Event]]:
    """Yield the longest part of *pairs*, by old time, whose new times never fall (patience sorting)."""
    pairs.sort(key=lambda pair: (pair[0].record_in, pair[1].record_in))
    tops: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for index, (_before, after) in enumerate(pairs):
        place = bisect_right(tops, after.record_in)
        previous.append(ends[place - 1] if place else None)
        tops[place : place + 1] = [after.record_in]
        ends[place : place + 1] = [index]
    at = ends[-1] if ends else None
    while at is not None:
        yield pairs[at]
        at = previous[at]


def _aspects(before: Event | None, after: Event | None, stayed: bool) -> frozenset[Aspect]:  # noqa: FBT001  # one of three facts
    if before is None:
        return frozenset({Aspect.NEW})
    if after is None:
        return frozenset({Aspect.CUT_OUT})
    found = {
        Aspect.MOVED: not stayed,
        Aspect.TRIMMED: _range(before) != _range(after) and before.speed == after.speed,
        Aspect.RETIMED: before.speed != after.speed,
        Aspect.SHIFTED: stayed and before.record_in != after.record_in,
        Aspect.DRESSED: _dress(before) != _dress(after),
    }
    return frozenset(aspect for aspect, is_so in found.items() if is_so)


def _range(event: Event) -> object:
    return event.source_in, event.source_out, event.source_rate, event.frames


def _dress(event: Event) -> object:
    return event.name, event.file, event.reel, event.enter, event.leave, event.markers
