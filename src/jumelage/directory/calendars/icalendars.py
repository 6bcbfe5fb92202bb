"""iCalendar files with exact time zones. Source: RFC 5545.

The package `icalendar` (7.3) writes the onsets of daylight time an hour late, so the VTIMEZONE
is written here, from the transitions of the zone in the years that matter.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, FreeBusy, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar import vDDDLists as Moments  # the package's name for a list of times

from jumelage.directory.calendars.times import Span

PRODUCT = "-//Jumelage//rooms//EN"
MARGIN = timedelta(days=400)
"""How far the rules of a zone reach beyond the events, for programs that repeat them."""


def calendar(name: str, *, method: str = "PUBLISH") -> Calendar:
    """Return an empty calendar."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    made.add("x-wr-calname", name)
    return made


def written(made: Calendar) -> bytes:
    """Return the file, with the time zones its events name."""
    zones: dict[str, list[datetime]] = {}
    for part in made.walk("VEVENT"):
        for name in ("dtstart", "dtend"):
            at = part.decoded(name)
            if isinstance(at.tzinfo, ZoneInfo) and at.tzinfo.key != "UTC":
                zones.setdefault(at.tzinfo.key, []).append(at)
    first = [
        zone_rules(ZoneInfo(key), min(times).astimezone(UTC), max(times).astimezone(UTC) + MARGIN)
        for key, times in sorted(zones.items())
    ]
    made.subcomponents[:0] = first
    return bytes(made.to_ical())


def event(
    *,
    uid: str,
    span: Span,
    zone: ZoneInfo,
    stamp: datetime,
    summary: str,
    status: str = "CONFIRMED",
) -> Event:
    """Return an event on the wall clock of *zone*; *stamp* is when it was said."""
    made = Event()
    made.add("uid", uid)
    made.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", span.start.astimezone(zone))
    made.add("dtend", span.end.astimezone(zone))
    made.add("summary", summary)
    made.add("status", status)
    return made


def leave_out(made: Event, times: Sequence[datetime], zone: ZoneInfo) -> None:
    """Say that the repetition *made* does not take place at *times*."""
    if times:
        made["exdate"] = Moments([at.astimezone(zone) for at in sorted(times)])
        made["exdate"].params["TZID"] = zone.key


def free_busy(*, uid: str, within: Span, busy: Sequence[Span], stamp: datetime) -> FreeBusy:
    """Return when something is taken, and nothing else about it."""
    made = FreeBusy()
    made.add("uid", uid)
    made.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", within.start.astimezone(UTC))
    made.add("dtend", within.end.astimezone(UTC))
    for span in busy:
        made.add("freebusy", [(span.start.astimezone(UTC), span.end.astimezone(UTC))])
    return made


def zone_rules(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Return the VTIMEZONE of *zone* that is right from *first* to *last*, in UTC."""
    made = Timezone()
    made.add("tzid", zone.key)
    begins = datetime(first.year, 1, 1, tzinfo=UTC)
    made.add_component(_onset(begins, begins, zone))
    groups: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    for at in transitions(zone, begins, datetime(last.year + 1, 1, 1, tzinfo=UTC)):
        before, after = _offset(at - timedelta(seconds=1), zone), _offset(at, zone)
        name = at.astimezone(zone).tzname() or ""
        groups.setdefault((before, after, name), []).append(at)
    for times in groups.values():
        made.add_component(_onset(times[0], times[0] - timedelta(seconds=1), zone, times[1:]))
    return made


def _onset(
    at: datetime, before: datetime, zone: ZoneInfo, again: Sequence[datetime] = ()
) -> TimezoneStandard | TimezoneDaylight:
    """Return when an offset begins, on the wall clock that was shown before it."""
    there, old, new = at.astimezone(zone), _offset(before, zone), _offset(at, zone)
    made = TimezoneDaylight() if there.dst() else TimezoneStandard()
    made.add("dtstart", (at + old).replace(tzinfo=None))
    made.add("tzoffsetfrom", old)
    made.add("tzoffsetto", new)
    made.add("tzname", there.tzname())
    if again:
        made.add("rdate", [(each + old).replace(tzinfo=None) for each in again])
    return made


def transitions(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants, in UTC, at which the wall clocks of *zone* jump."""
    day = timedelta(days=1)
    at = first
    while at < last:
        if _offset(at, zone) != _offset(at + day, zone):
            yield _jump(at, at + day, zone)
        at += day


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second with the new offset; between both there is one jump."""
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
