"""Bookings and rooms as iCalendar files. Source: RFC 5545, RFC 7986.

What a file says of a room tells nobody who has it or what for. Everything in a file comes from
rows, the date it was said included, so that reading it again changes nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Event, vRecur

from jumelage.components.rooms.models import Answer, Booking, Occurrence, Pair, Verdict
from jumelage.components.rooms.states import OVER, State
from jumelage.directory.calendars import icalendars
from jumelage.directory.calendars.local_times import in_words
from jumelage.directory.calendars.recurring import Plan, Planned, expand
from jumelage.directory.calendars.selectors import busy
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Person, Resource
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

STATUS = {State.CONFIRMED: "CONFIRMED", State.REFUSED: "CANCELLED", State.RELEASED: "CANCELLED"}
TENTATIVE = "TENTATIVE"
MOST_EVENTS = 2000
Address = Callable[[Occurrence], str]
"""Gives the address of the page of an occurrence."""


def no_address(_occurrence: Occurrence) -> str:
    """Return no address."""
    return ""


def uid_of(uri: str) -> str:
    """Return the identifier of an event for calendar programs."""
    parsed = Uri.parse(uri)
    return f"{parsed.id}@{parsed.origin}.jumelage"


def invitation(occurrence: Occurrence, *, address: Address = no_address) -> bytes:
    """Return the file of one occurrence."""
    made = icalendars.calendar(_title(occurrence))
    made.add_component(_event(occurrence, address))
    return icalendars.written(made)


def series_calendar(series: str, *, address: Address = no_address) -> bytes:
    """Return the file of a whole booking: one repeated event where its rule is exact, else many.

    It is not where an hour does not exist on some day, where both cities stand differently from
    time to time, or where this city knows no rule.
    """
    rows = list(Occurrence.objects.filter(series=series).select_related("room", "twin_room"))
    made = icalendars.calendar(_title(rows[0]) if rows else _("Booking"))
    for each in _events(series, rows, address):
        made.add_component(each)
    return icalendars.written(made)


def calendar_of(person: Person, *, address: Address = no_address) -> bytes:
    """Return the file of everything *person* booked or is invited to, cancelled ones as such."""
    mine = Booking.objects.filter(person=person) | Booking.objects.filter(
        invitations__person=person
    )
    made = icalendars.calendar(_("My rooms"))
    for uri in mine.distinct().order_by("-created_at").values_list("uri", flat=True):
        rows = list(Occurrence.objects.filter(series=uri).select_related("room", "twin_room"))
        for each in _events(uri, rows, address):
            made.add_component(each)
        if len(made.subcomponents) > MOST_EVENTS:
            break
    return icalendars.written(made)


def room_calendar(resource: Resource, within: Span) -> bytes:
    """Return when *resource* is taken, as opaque events without who or why."""
    made = icalendars.calendar(str(resource))
    for span in busy(resource, within)[:MOST_EVENTS]:
        named = f"{resource.uri} {span.start.isoformat()} {span.end.isoformat()}"
        uid = hashlib.sha256(named.encode()).hexdigest()[:32] + "@jumelage"
        each = icalendars.event(
            uid=uid, span=span, zone=resource.zone, stamp=resource.recorded_at, summary=_("Taken")
        )
        each.add("transp", "OPAQUE")
        each.add("class", "PRIVATE")
        made.add_component(each)
    return icalendars.written(made)


def room_free_busy(resource: Resource, within: Span) -> bytes:
    """Return when *resource* is taken, as free/busy time."""
    made = icalendars.calendar(str(resource))
    told = icalendars.free_busy(
        uid=uid_of(resource.uri),
        within=within,
        busy=busy(resource, within),
        stamp=resource.recorded_at,
    )
    made.add_component(told)
    return icalendars.written(made)


def _events(series: str, rows: Sequence[Occurrence], address: Address) -> Sequence[Event]:
    booking = Booking.objects.filter(uri=series).first()
    repeated = _repeated(booking, rows, address) if booking and len(rows) > 1 else None
    return [repeated] if repeated else [_event(each, address) for each in rows]


def _repeated(booking: Booking, rows: Sequence[Occurrence], address: Address) -> Event | None:
    """Return the booking as one event with its rule; None where the rule is not exact."""
    planned, standing = _planned(booking), [row for row in rows if row.is_standing]
    by_number = {row.number: row for row in standing}
    exact = all(
        not each.missing
        and (each.number not in by_number or by_number[each.number].span == each.span)
        for each in planned
    )
    if not planned or not standing or not exact or len({row.state for row in standing}) > 1:
        return None
    if set(by_number) - {each.number for each in planned}:
        return None
    zone, first = ZoneInfo(booking.zone), planned[0]
    made = _event(standing[0], address, span=first.span, zone=zone, uid=uid_of(booking.uri))
    made.add("rrule", _rule(booking.rule, zone))
    left = [each.span.start for each in planned if each.number not in by_number]
    icalendars.leave_out(made, left, zone)
    return made


def _rule(text: str, zone: ZoneInfo) -> vRecur:
    """Return the rule *text*; its last instant in UTC, as RFC 5545 section 3.3.10 wants it."""
    rule: vRecur = vRecur.from_ical(text.upper())
    if "UNTIL" in rule:
        rule["UNTIL"] = [_in_utc(each, zone) for each in rule["UNTIL"]]
    return rule


def _in_utc(until: date, zone: ZoneInfo) -> date:
    if not isinstance(until, datetime) or until.tzinfo:
        return until
    return until.replace(tzinfo=zone).astimezone(UTC)


def _planned(booking: Booking) -> Sequence[Planned]:
    if not booking.rule:
        return []
    plan = Plan(
        zone=booking.zone,
        starts=datetime.fromisoformat(booking.starts_local),
        minutes=booking.minutes,
        rule=booking.rule,
    )
    try:
        return expand(plan)
    except JumelageError:
        return []


def _event(
    occurrence: Occurrence,
    address: Address,
    *,
    span: Span | None = None,
    zone: ZoneInfo | None = None,
    uid: str = "",
) -> Event:
    room = occurrence.room
    made = icalendars.event(
        uid=uid or uid_of(occurrence.uri),
        span=span or occurrence.span,
        zone=zone or (room.zone if room else ZoneInfo("UTC")),
        stamp=_said_at(occurrence),
        summary=_title(occurrence),
        status=STATUS.get(State(occurrence.state), TENTATIVE),
    )
    made.add("sequence", _sequence(occurrence.series))
    rooms = [each for each in (occurrence.room, occurrence.twin_room) if each]
    made.add("location", " / ".join(str(each) for each in rooms))
    if not uid:
        lines = [f"{each}: {in_words(occurrence.span, each.zone)}" for each in rooms]
        made.add("description", "\n".join(lines))
    if where := address(occurrence):
        made.add("url", where)
    made.add("transp", "TRANSPARENT" if State(occurrence.state) in OVER else "OPAQUE")
    return made


def _title(occurrence: Occurrence) -> str:
    """Return what this city calls it, else what the other city opened, else what it is for."""
    booking = Booking.objects.filter(uri=occurrence.series).first()
    if booking is not None:
        return str(booking)
    pair = Pair.objects.filter(uri=occurrence.series).first()
    opened = str(Bilingual.of(pair.title)) if pair else ""
    return opened or (pair.get_purpose_display() if pair else _("Booking"))


def _said_at(occurrence: Occurrence) -> datetime:
    """Return when it was asked for."""
    pair = Pair.objects.filter(uri=occurrence.series).first()
    if pair is not None:
        return pair.created_at
    booking = Booking.objects.filter(uri=occurrence.series).first()
    return booking.created_at if booking else occurrence.starts_at


def _sequence(series: str) -> int:
    """Return how often something was said about the booking; it only grows."""
    said = [
        rev
        for model in (Answer, Verdict)
        for rev in model.objects.filter(pair=series).values_list("rev", flat=True)
    ]
    booking = Booking.objects.filter(uri=series).values_list("sequence", flat=True).first()
    return sum(said) + (booking or 0)
