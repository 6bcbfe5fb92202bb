"""What a booking would come to, named time by time before anybody confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from jumelage.components.rooms.showing.places import Place, beside, place_of
from jumelage.directory.calendars import selectors
from jumelage.directory.calendars.local_times import is_fold
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.opening import closed_on, open_spans
from jumelage.directory.calendars.recurring import Plan, Planned, expand
from jumelage.directory.calendars.times import Span
from jumelage.kit import clock
from jumelage.shell.look import times


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One time of a booking: what is unusual about it, and what stands against it."""

    planned: Planned
    day: date
    """In the city that asks."""
    marks: Sequence[str]
    conflicts: Sequence[str]

    @property
    def span(self) -> Span:
        """When it takes place, in UTC."""
        return self.planned.span

    @property
    def is_free(self) -> bool:
        """Whether nothing stands against it, as far as this node knows."""
        return not self.conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Every time of a booking."""

    rows: Sequence[Foreseen]
    all_or_nothing: bool
    alone: bool
    """One room of this city, none of another."""
    here: Place
    there: Place

    @property
    def free(self) -> int:
        """How many times can be had, as far as this node knows."""
        return sum(row.is_free for row in self.rows)

    @property
    def is_bookable(self) -> bool:
        """Whether asking for it makes sense."""
        return self.free == len(self.rows) if self.all_or_nothing else self.free > 0


def preview(plan: Plan, rooms: Sequence[Resource], *, all_or_nothing: bool) -> Preview:
    """Return what *plan* comes to in *rooms*, one or one of each city.

    Raises:
        WrongRuleError, WrongTimeError, UnknownZoneError: it comes to nothing.
    """
    planned = expand(plan)
    within = Span(planned[0].span.start, max(each.span.end for each in planned))
    calendars = [(r, open_spans(r, within), selectors.busy(r, within)) for r in rooms]
    here = place_of(rooms[0]) or beside("")
    there = (place_of(rooms[1]) if len(rooms) > 1 else None) or beside(here.origin)
    rows = [
        Foreseen(
            planned=each,
            day=each.span.start.astimezone(rooms[0].zone).date(),
            marks=_marks(each, (here, there), plan.zone),
            conflicts=[
                *_past(each),
                *(word for c in calendars if (word := _conflict(each.span, *c))),
            ],
        )
        for each in planned
    ]
    alone = len(rooms) == 1
    return Preview(rows=rows, all_or_nothing=all_or_nothing, alone=alone, here=here, there=there)


def _past(planned: Planned) -> list[str]:
    return [_("this time has passed")] if planned.span.start <= clock.now() else []


def _marks(planned: Planned, places: tuple[Place, Place], zone: str) -> list[str]:
    """Return what one should know before confirming: odd weeks, odd hours."""
    marks, start = [], planned.span.start
    if times.is_unusual(start, *places):
        hours = times.hours(times.gap(start, *places))
        marks.append(_("the clocks are {hours} apart that week").format(hours=hours))
    hour = planned.starts.strftime("%H:%M")
    if planned.missing:
        word = _("{hour} does not exist that day: the clocks jump over it")
        marks.append(word.format(hour=hour))
    if planned.twice:
        word = _("{hour} exists twice that day: the first is meant")
        marks.append(word.format(hour=hour))
    marks += [_twice_there(place, start) for place in places if place.time_zone != zone]
    return [mark for mark in marks if mark]


def _twice_there(place: Place, start: datetime) -> str:
    """Say that the clocks of *place* show the beginning twice; empty: they do not."""
    zone = ZoneInfo(place.time_zone)
    there = start.astimezone(zone).replace(tzinfo=None)
    if not is_fold(there, zone):
        return ""
    word = _("{hour} exists twice that day in {city}")
    return word.format(hour=there.strftime("%H:%M"), city=place)


def _conflict(span: Span, room: Resource, opened: Sequence[Span], taken: Sequence[Span]) -> str:
    """Return what stands against *span* in *room*; empty: nothing."""
    if any(each.meets(span) for each in taken):
        return _("{room} is taken").format(room=room)
    if any(each.start <= span.start and span.end <= each.end for each in opened):
        return ""
    closed = closed_on(room, span.start.astimezone(room.zone).date())
    if closed and closed.reason:
        return _("{room} is closed: {reason}").format(room=room, reason=closed.reason)
    return _("{room} is closed at that hour").format(room=room)
