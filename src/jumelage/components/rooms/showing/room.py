"""One room: its week, its hours, its rules."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jumelage.components.rooms.models import Booking, Occurrence
from jumelage.components.rooms.showing.places import beside, place_of
from jumelage.components.rooms.showing.week import DAYS, Day, Taken, Week
from jumelage.components.rooms.states import State
from jumelage.directory.calendars import selectors
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.opening import closed_on, open_spans
from jumelage.directory.calendars.times import Span, week_of
from jumelage.directory.models import Person

DRAWN = {State.CONFIRMED: "confirmed", State.HELD: "held", State.ASKED: "held"}


def week(room: Resource, monday: date, reader: Person | None) -> Week:
    """Return the week of *room* that begins with *monday*, with what *reader* booked in it."""
    other = beside(room.origin)
    within = week_of(monday, room.zone)
    own = _own(room, within, reader)
    known = [Span(each.begins, each.ends) for each in own]
    free = selectors.without(selectors.busy(room, within), known)
    taken = [*own, *(Taken(begins=span.start, ends=span.end) for span in free)]
    return Week(place=place_of(room) or other, other=other, days=_days(room, monday, taken))


def _days(room: Resource, monday: date, taken: Sequence[Taken]) -> list[Day]:
    days = [monday + timedelta(days=number) for number in range(DAYS)]
    return [_day(room, day, taken) for day in days]


def _day(room: Resource, day: date, taken: Sequence[Taken]) -> Day:
    start, end = (week_of(each, room.zone).start for each in (day, day + timedelta(days=1)))
    spans = open_spans(room, Span(start, end))
    meeting = [each for each in taken if each.begins < end and each.ends > start]
    closed = closed_on(room, day)
    return Day(
        date=day,
        open=tuple((span.start, span.end) for span in spans),
        taken=tuple(sorted(meeting, key=lambda each: each.begins)),
        closed=str(closed.reason or _("closed")) if closed else "",
    )


def _own(room: Resource, within: Span, reader: Person | None) -> list[Taken]:
    """Return what *reader* booked in the room, or is invited to."""
    if reader is None:
        return []
    mine = bookings_of(reader)
    found = Occurrence.objects.standing().in_room(room.uri).filter(series__in=mine)
    found = found.filter(starts_at__lt=within.end, ends_at__gt=within.start)
    return [
        Taken(
            begins=each.starts_at,
            ends=each.ends_at,
            look=DRAWN[State(each.state)],
            label=mine[each.series],
            url=reverse("rooms:series", args=[each.series]),
        )
        for each in found
    ]


def bookings_of(reader: Person) -> Mapping[str, str]:
    """Return what *reader* booked or is invited to: the URI and what it is called."""
    own = Booking.objects.filter(person=reader)
    invited = Booking.objects.filter(invitations__person=reader)
    return {booking.uri: str(booking) for booking in own.union(invited)}


def hours(room: Resource) -> list[tuple[int, str]]:
    """Return the opening hours by day of the week, Monday first; none: closed."""
    spans: dict[int, list[str]] = {}
    for each in sorted(room.hours, key=lambda each: (each["day"], each["opens"])):
        spans.setdefault(each["day"], []).append(f"{each['opens']}–{each['closes']}")
    return [(number, ", ".join(spans.get(number, ()))) for number in range(DAYS)]


def facts(room: Resource) -> dict[str, Any]:
    """Return what a room is, for programs."""
    return {
        "uri": room.uri,
        "city": room.origin,
        "name": room.title,
        "what": room.what,
        "place": room.address,
        "organisation": room.organisation_id,
        "time_zone": room.time_zone,
        "capacity": room.capacity,
        "equipment": room.equipment,
        "accessibility": room.accessibility,
        "hours": room.hours,
        "closures": room.closures,
        "holidays": room.holidays,
        "approval": room.approval,
        "access_rules": room.rules,
        "photo": room.photo or None,
        "withdrawn_at": room.withdrawn_at,
    }
