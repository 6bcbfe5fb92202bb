"""Hours that suit both cities, with the honest word where no office hour is common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jumelage.components.rooms.showing.places import Place, beside, place_of
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.suggesting import Suggestion, suggest
from jumelage.shell.look import times

AHEAD = 5
"""Days that are looked at, the chosen one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour to choose: when on both clocks, and how far outside office hours in each city."""

    suggestion: Suggestion
    day: date
    outside: Sequence[tuple[Place, int]]
    unusual: str

    @property
    def value(self) -> str:
        """What the form sends when it is chosen: day and hour in the first city."""
        return self.suggestion.starts[0].at.strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The best hours, and whether one is within office hours in every city that has a room."""

    hours: Sequence[Hour]
    has_common: bool
    alone: bool
    """One room of this city, none of another."""
    here: Place
    there: Place


def suggested(rooms: Sequence[Resource], day: date, minutes: int) -> Suggested:
    """Return the hours that suit *rooms* best, one or one of each city, from *day* on."""
    found = suggest(rooms=rooms, first=day, days=AHEAD, minutes=minutes)
    here = place_of(rooms[0]) or beside("")
    there = (place_of(rooms[1]) if len(rooms) > 1 else None) or beside(here.origin)
    hours = [_hour(each, here, there) for each in found.best]
    alone = len(rooms) == 1
    has_common = found.has_common
    return Suggested(hours=hours, has_common=has_common, alone=alone, here=here, there=there)


def _hour(suggestion: Suggestion, here: Place, there: Place) -> Hour:
    start = suggestion.span.start
    return Hour(
        suggestion=suggestion,
        day=suggestion.starts[0].day,
        outside=[
            (place, minutes)
            for place, minutes in zip((here, there), suggestion.outside, strict=False)
            if minutes
        ],
        unusual=times.hours(times.gap(start, here, there)) if suggestion.unusual else "",
    )
