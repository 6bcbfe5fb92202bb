"""Read a calendar file into the times a room of this city is taken.

Only when is kept; what the file calls an event, and who takes part, is dropped. The events of one
calendar (`source`) are replaced by those of the file, so reading it again changes nothing, an
event that is gone or cancelled frees the room, and one that moved moves. Source: RFC 5545.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrule, rrulestr
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar, vRecur

from jumelage.components.rooms.errors import CalendarFileError
from jumelage.directory.calendars import services as calendars
from jumelage.directory.calendars.errors import OverlapError
from jumelage.directory.calendars.local_times import in_words
from jumelage.directory.calendars.models import QUARTER
from jumelage.directory.calendars.times import LONGEST, Span, is_span
from jumelage.directory.models import Person, Reservation, Resource
from jumelage.directory.policy import ensure
from jumelage.kit import clock

LARGEST = 2 * 1024 * 1024
MOST_EVENTS, MOST_TIMES = 5000, 2000
AHEAD, BEHIND = timedelta(days=731), timedelta(days=1)
"""How far times are read; what repeats without an end is read again later."""
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
UNREAD = frozenset({"BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYEASTER"})
SEARCHING = frozenset({"BYMONTHDAY", "BYSETPOS"})
"""Parts of a rule with which days could be searched for years without finding one."""
LONGEST_READING = 5.0
"""Seconds; a rule that matches no day is searched until the end of the calendar."""
DAY = timedelta(days=1)
Event = Any
"""An event of a file; the package types each property by everything it could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What reading a file changed; `refused` says when somebody else has the room already."""

    added: int
    removed: int
    unchanged: int
    refused: Sequence[str]


@transaction.atomic
def import_calendar(
    *, resource: Resource, content: bytes, by: Person, source: str = "import"
) -> Imported:
    """Keep *resource* for the events in *content*; see above.

    Raises:
        CalendarFileError: it is no calendar, is too large, or repeats more often than daily.
    """
    ensure(by, "rooms.import-calendar", resource)
    wanted = read(content, resource)
    kept = {each.for_uri: each for each in _kept(resource, source)}
    gone = [uri for uri in kept if uri not in wanted]
    told = calendars.free(for_uris=gone)
    fresh = [(uri, span) for uri, span in wanted.items() if uri not in kept]
    refused = [span for uri, span in fresh if not _hold(resource, uri, span, source)]
    added = _kept(resource, source).filter(busy="")
    count = added.count()
    calendars.tell_busy(list(added))
    calendars.tell_free(told)
    return Imported(
        added=count,
        removed=len(gone),
        unchanged=len(kept) - len(gone),
        refused=[in_words(span, resource.zone) for span in refused],
    )


def _kept(resource: Resource, source: str) -> QuerySet[Reservation]:
    """Return what is kept for the calendar *source*, but what is over."""
    since = clock.now() - BEHIND
    return Reservation.objects.filter(
        resource=resource, source=f"ics:{source}"[:80], ends_at__gt=since
    )


def _hold(resource: Resource, uri: str, span: Span, source: str) -> bool:
    state = Reservation.State.CONFIRMED
    try:
        calendars.hold(
            resource=resource, span=span, for_uri=uri, state=state, source=f"ics:{source}"[:80]
        )
    except OverlapError:
        return False
    return True


def read(content: bytes, resource: Resource) -> Mapping[str, Span]:
    """Return the times the file takes, by a name that is the same when it is read again.

    Raises:
        CalendarFileError: see `import_calendar`.
    """
    if len(content) > LARGEST:
        raise CalendarFileError(reason=_("it is larger than 2 MiB"))
    try:
        parsed = Calendar.from_ical(content)
        events = parsed.walk("VEVENT")
    except (ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        raise CalendarFileError(reason=_("it is no iCalendar file")) from error
    if len(events) > MOST_EVENTS:
        raise CalendarFileError(reason=_("it has too many events"))
    now = clock.now()
    within = Span(now - BEHIND, now + AHEAD)
    found: dict[str, Span] = {}
    times = _times(events, resource, within)
    for span in _apart(list(islice(times, MOST_TIMES + 1))):
        for part in _parts(span):
            named = f"{part.start.isoformat()} {part.end.isoformat()}"
            found["ics:" + hashlib.sha256(named.encode()).hexdigest()] = part
    if len(found) > MOST_TIMES:
        raise CalendarFileError(reason=_("it has too many times"))
    return found


def _times(events: Sequence[Event], resource: Resource, within: Span) -> Iterator[Span]:
    """Yield when the events take place; a moved or cancelled one of a series in its own place."""
    try:
        moved = {
            (str(each.get("uid")), _instant(each["recurrence-id"].dt, resource))
            for each in events
            if "recurrence-id" in each
        }
        until = time.monotonic() + LONGEST_READING
        for each in events:
            if time.monotonic() > until:
                raise CalendarFileError(reason=_("it takes too long to read"))
            cancelled = str(each.get("status", "")).upper() == "CANCELLED"
            if cancelled or str(each.get("transp", "")).upper() == "TRANSPARENT":
                continue
            for span in _of_event(each, resource, within):
                is_own = "recurrence-id" in each or (str(each.get("uid")), span.start) not in moved
                if is_own and span.meets(within):
                    yield span
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        raise CalendarFileError(reason=_("an event has no time, or a wrong one")) from error


def _of_event(event: Event, resource: Resource, within: Span) -> Iterator[Span]:
    begins = event["dtstart"].dt
    start = _instant(begins, resource)
    length = _length(event, start, resource)
    if not is_span(start, start + length):
        raise ValueError(start)
    skipped = {_instant(at.dt, resource) for at in _listed(event, "exdate")}
    if "rrule" not in event or "recurrence-id" in event:
        yield Span(start, start + length)
    else:
        for at in _repeated(event, begins, resource, within):
            if at not in skipped:
                yield Span(at, at + length)
    for extra in _listed(event, "rdate"):
        at = _instant(extra.dt, resource)
        if at not in skipped:
            yield Span(at, at + length)


def _length(event: Event, start: datetime, resource: Resource) -> timedelta:
    if "dtend" in event:
        length = _instant(event["dtend"].dt, resource) - start
    elif "duration" in event:
        length = event["duration"].dt
    else:
        length = timedelta(0) if isinstance(event["dtstart"].dt, datetime) else DAY
    return max(length, QUARTER)


def _repeated(
    event: Event, begins: date | datetime, resource: Resource, within: Span
) -> Iterator[datetime]:
    """Yield the beginnings of a repetition, on the wall clock it was written on."""
    rules = event["rrule"] if isinstance(event["rrule"], list) else [event["rrule"]]
    zone = begins.tzinfo if isinstance(begins, datetime) and begins.tzinfo else resource.zone
    wall = _wall(begins)
    for told in rules:
        parts = {name.upper(): values for name, values in told.items()}
        if {str(each).upper() for each in parts.get("FREQ", [])} - FREQUENCIES:
            raise CalendarFileError(reason=_("it repeats more often than daily"))
        daily = {"DAILY", "WEEKLY"} & {str(each).upper() for each in parts.get("FREQ", [])}
        if not all(1 <= int(month) <= 12 for month in parts.get("BYMONTH", [])):
            raise CalendarFileError(reason=_("it repeats in a month that does not exist"))
        if (UNREAD | (SEARCHING if daily else frozenset())) & set(parts):
            raise CalendarFileError(reason=_("it repeats in a way that is not read"))
        until = parts.pop("UNTIL", [None])[0]
        last = within.end.astimezone(zone).replace(tzinfo=None)
        if until is not None:
            last = min(last, _until(until, zone))
        plain = {name: values for name, values in parts.items() if name != "UNTIL"}
        text = vRecur(plain).to_ical().decode()
        yield from _limited(text, wall, last, zone)


def _limited(text: str, wall: datetime, last: datetime, zone: Any) -> Iterator[datetime]:  # noqa: ANN401  # any zone
    found = rrulestr(text, dtstart=wall)
    assert isinstance(found, rrule)  # noqa: S101  # one rule was given
    for at in islice(found, MOST_TIMES * 10):
        if at > last:
            return
        yield at.replace(tzinfo=zone).astimezone(UTC)


def _until(until: date | datetime, zone: Any) -> datetime:  # noqa: ANN401  # any zone
    if isinstance(until, datetime):
        return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until
    return _wall(until) + DAY - timedelta(seconds=1)


def _wall(at: date | datetime) -> datetime:
    if isinstance(at, datetime):
        return at.replace(tzinfo=None)
    return datetime.combine(at, datetime.min.time())


def _listed(event: Event, name: str) -> Iterator[Any]:
    value = event.get(name)
    for each in value if isinstance(value, list) else [value]:
        yield from getattr(each, "dts", [] if each is None else [each])


def _instant(at: date | datetime, resource: Resource) -> datetime:
    """Return *at* in UTC; a time without a zone, or a day, is the room's."""
    wall = at if isinstance(at, datetime) else _wall(at)
    return (wall if wall.tzinfo else wall.replace(tzinfo=resource.zone)).astimezone(UTC)


def _apart(spans: Sequence[Span]) -> Sequence[Span]:
    """Return *spans* in order, those that overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and found[-1].end > span.start:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _parts(span: Span) -> Iterator[Span]:
    """Yield *span* in whole quarters of an hour, outwards, a day at most each."""
    origin = datetime(2000, 1, 1, tzinfo=UTC)
    start = span.start - (span.start - origin) % QUARTER
    end = span.end + (-(span.end - origin)) % QUARTER
    while start < end:
        yield Span(start, min(start + LONGEST, end))
        start += LONGEST
