"""iCalendar files out and in: exact zones, stable bytes, no names, hostile files refused."""

import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

from jumelage.components.rooms.errors import CalendarFileError
from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.selectors.calendars import (
    calendar_of,
    invitation,
    room_calendar,
    room_free_busy,
    series_calendar,
)
from jumelage.components.rooms.services import book_one, invite, release, rename
from jumelage.components.rooms.services.imports import Imported, import_calendar
from jumelage.directory.calendars.icalendars import calendar, event, written
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Busy, Person, Reservation, Resource
from jumelage.kit.errors import NotAllowedError
from tests.factories import directory, rooms
from tests.factories.rooms import NOON

HOUR = timedelta(hours=1)
WEEKLY = "FREQ=WEEKLY;COUNT=30"
YEAR = Span(NOON, NOON + timedelta(days=365))


def events(content: bytes) -> list[Any]:
    """Return the events of a file."""
    return list(Calendar.from_ical(content).walk("VEVENT"))


@pytest.mark.parametrize("key", ["Europe/Paris", "America/Los_Angeles", "Asia/Kolkata"])
def test_zone_in_the_file_is_right_at_every_hour(key: str) -> None:
    """Another program's reader of VTIMEZONE shows every hour of two years as the zone does."""
    zone = ZoneInfo(key)
    made = calendar("x")
    span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC))
    made.add_component(event(uid="x", span=span, zone=zone, stamp=NOON, summary="x"))
    text = written(made).decode()
    if key == "Asia/Kolkata":
        assert text.count("BEGIN:STANDARD") == 1
    read = tz.tzical(StringIO(text.replace("\r\n ", ""))).get(key)

    hours = [datetime(2026, 1, 1) + n * HOUR for n in range(24 * 700)]  # noqa: DTZ001  # wall clocks
    wrong = [
        at
        for at in hours
        if tz.datetime_exists(at.replace(tzinfo=zone))
        and not tz.datetime_ambiguous(at.replace(tzinfo=zone))
        and at.replace(tzinfo=zone).utcoffset() != at.replace(tzinfo=read).utcoffset()
    ]

    assert wrong == []


def test_invitation_says_when_in_both_cities(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member, title="Jury")
    made = events(invitation(Occurrence.objects.get()))[0]

    assert str(made["summary"]) == "Jury"
    assert made["dtstart"].dt == datetime(2026, 12, 1, 17, tzinfo=ZoneInfo("Europe/Paris"))
    assert "08:00-09:00 (America/Los_Angeles)" in str(made["description"])
    assert str(made["status"]) == "TENTATIVE"
    assert booking.title == "Jury"


def test_series_is_one_event_with_its_rule(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    weekly = rooms.plan(rule=WEEKLY)
    booking = rooms.asked(room, twin_room, member, plan=weekly)
    release(occurrences=[Occurrence.objects.get(number=3)], by=member)
    [made] = events(series_calendar(booking.uri))
    found = rruleset()
    found.rrule(
        rrulestr(made["rrule"].to_ical().decode(), dtstart=made["dtstart"].dt.replace(tzinfo=None))
    )
    left_out = [each.dt.replace(tzinfo=None) for each in made["exdate"].dts]
    for each in left_out:
        found.exdate(each)
    paris = ZoneInfo("Europe/Paris")
    standing = Occurrence.objects.standing().values_list("starts_at", flat=True)

    assert [at.replace(tzinfo=paris).astimezone(UTC) for at in found] == list(standing)
    assert len(left_out) == 1


def test_series_with_an_hour_that_does_not_exist_is_many_events(
    room: Resource, member: Person
) -> None:
    nightly = rooms.plan(
        starts=datetime(2027, 3, 27, 2, 30),  # noqa: DTZ001  # on the wall clock
        rule="FREQ=DAILY;COUNT=3",
    )
    booking = book_one(room=room, plan=nightly, by=member)

    assert len(events(series_calendar(booking.uri))) == 3


def test_cancelled_booking_is_told_as_such_with_a_higher_sequence(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member)
    [before] = events(calendar_of(member))
    rename(booking=booking, title="Autre", by=member)
    [renamed] = events(calendar_of(member))
    release(occurrences=list(Occurrence.objects.all()), by=member)
    [after] = events(calendar_of(member))

    assert str(after["status"]) == "CANCELLED"
    assert before["uid"] == after["uid"]
    assert before["sequence"] < renamed["sequence"] < after["sequence"]


def test_same_bytes_when_nothing_changed(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member)

    assert series_calendar(booking.uri) == series_calendar(booking.uri)
    assert calendar_of(member) == calendar_of(member)


def test_feed_of_a_person_has_what_they_are_invited_to(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    guest = directory.person()
    booking = rooms.asked(room, twin_room, member)
    assert events(calendar_of(guest)) == []

    invite(booking=booking, people=[guest, guest], by=member)

    assert len(events(calendar_of(guest))) == 1
    with pytest.raises(NotAllowedError):
        invite(booking=booking, people=[guest], by=guest)


def test_feeds_of_a_room_name_nobody_and_nothing(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member, title="Canari titre")
    told = room_calendar(room, YEAR) + room_free_busy(room, YEAR)

    assert b"Canari" not in told
    assert booking.uri.rpartition(":")[2].encode() not in told
    assert b"FREEBUSY;VALUE=PERIOD:20261201T160000Z/20261201T170000Z" in told
    assert b"SUMMARY:Taken" in told


FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//EN
{events}
END:VCALENDAR
"""
ONE = """BEGIN:VEVENT
UID:one@example
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Paris:20261201T090700
DTEND;TZID=Europe/Paris:20261201T101000
SUMMARY:Canari réunion
ORGANIZER:mailto:canari@node.example
{more}END:VEVENT"""
SERIES = """BEGIN:VEVENT
UID:series@example
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Paris:20261202T140000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Paris:20261209T140000
END:VEVENT
BEGIN:VEVENT
UID:series@example
DTSTAMP:20261101T000000Z
RECURRENCE-ID;TZID=Europe/Paris:20261216T140000
DTSTART;TZID=Europe/Paris:20261217T080000
DTEND;TZID=Europe/Paris:20261217T090000
END:VEVENT"""
DAY = """BEGIN:VEVENT
UID:day@example
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
END:VEVENT"""


def file(*told: str) -> bytes:
    """Return an iCalendar file."""
    return FILE.format(events="\n".join(told)).replace("\n", "\r\n").encode()


def read(room: Resource, officer: Person, *told: str) -> Imported:
    """Read a file into the room."""
    return import_calendar(resource=room, content=file(*told), by=officer)


def starts(room: Resource) -> list[str]:
    """Return when the room is kept, on its own clock."""
    kept = Reservation.objects.filter(resource=room).order_by("starts_at")
    return [f"{each.starts_at.astimezone(room.zone):%m-%d %H:%M}" for each in kept]


def test_file_is_read_and_read_again(room: Resource, officer: Person) -> None:
    told = (ONE.format(more=""), SERIES, DAY)
    first = read(room, officer, *told)
    kept = list(Reservation.objects.order_by("pk").values_list())
    again = read(room, officer, *told)

    assert starts(room)[:4] == ["12-01 09:00", "12-02 14:00", "12-17 08:00", "12-23 14:00"]
    assert starts(room)[4] == "12-24 00:00"
    assert (first.removed, first.unchanged, first.refused) == (0, 0, [])
    assert (again.added, again.removed, again.unchanged) == (0, 0, first.added)
    assert list(Reservation.objects.order_by("pk").values_list()) == kept
    assert Busy.objects.live().count() == first.added


def test_event_that_is_gone_moved_or_cancelled_frees_the_room(
    room: Resource, officer: Person
) -> None:
    read(room, officer, ONE.format(more=""), SERIES)
    cancelled = ONE.format(more="SEQUENCE:2\nSTATUS:CANCELLED\n")
    changed = read(room, officer, cancelled, SERIES.replace("20261217T0", "20261218T0"))

    assert starts(room) == ["12-02 14:00", "12-18 08:00", "12-23 14:00"]
    assert (changed.added, changed.removed, changed.unchanged) == (1, 2, 2)
    assert Busy.objects.live().count() == 3


def test_what_is_booked_already_stays_booked(
    room: Resource, officer: Person, member: Person
) -> None:
    book_one(room=room, plan=rooms.plan(starts=datetime(2026, 12, 1, 9, 30)), by=member)  # noqa: DTZ001  # on the wall clock
    told = read(room, officer, ONE.format(more=""), SERIES)

    assert told.added == 3
    assert told.refused == ["2026-12-01 09:00-10:15 (Europe/Paris)"]


def test_free_events_take_nothing(room: Resource, officer: Person) -> None:
    assert read(room, officer, ONE.format(more="TRANSP:TRANSPARENT\n")).added == 0


RULES = (
    "FREQ=SECONDLY",
    "FREQ=HOURLY",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYSETPOS=400",
    "FREQ=YEARLY;BYWEEKNO=60",
    "FREQ=DAILY;BYMONTH=13",
    "FREQ=YEARLY;BYEASTER=400",
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 100,
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b"x" * (2 * 1024 * 1024 + 1),
        file(ONE.format(more="").replace("DTSTART", "X-START")),
        file(ONE.format(more="").replace("20261201T0907", "99991231T2359")),
        file(*(ONE.format(more=f"RRULE:{rule}\n") for rule in RULES)),
        *(file(ONE.format(more=f"RRULE:{rule}\n")) for rule in RULES),
        file(*[DAY] * 5001),
    ],
    ids=lambda content: f"{len(content)} {content[100:130]!r}",
)
def test_file_is_refused(room: Resource, officer: Person, content: bytes) -> None:
    with pytest.raises(CalendarFileError):
        import_calendar(resource=room, content=content, by=officer)

    assert starts(room) == []


def test_rules_that_match_no_day_are_given_up(room: Resource, officer: Person) -> None:
    never = file(*[ONE.format(more="RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\n")] * 5000)
    began = time.monotonic()

    with pytest.raises(CalendarFileError, match="too long"):
        import_calendar(resource=room, content=never, by=officer)

    assert time.monotonic() - began < 30


def test_only_who_runs_the_room_reads_files_into_it(
    room: Resource, twin_room: Resource, member: Person, officer: Person
) -> None:
    for which, by in ((room, member), (twin_room, officer)):
        with pytest.raises(NotAllowedError):
            import_calendar(resource=which, content=file(DAY), by=by)


def test_own_export_is_read_back(room: Resource, officer: Person, member: Person) -> None:
    book_one(room=room, plan=rooms.plan(rule="FREQ=WEEKLY;COUNT=3"), by=member)
    other = rooms.room(officer, name="Salle verte")
    told = import_calendar(resource=other, content=room_calendar(room, YEAR), by=officer)

    assert told.added == 3
    assert starts(other) == starts(room)
