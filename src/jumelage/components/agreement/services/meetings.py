"""Joint meetings: call, record what was decided, hand out the calendar entry (R7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from icalendar import Alarm, Calendar, Event, Timezone

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import (
    MeetingNotOverError,
    NoSuchLocalTimeError,
    NotOurRecordError,
)
from jumelage.components.agreement.models import Meeting, Partnership
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.components.agreement.records import MeetingCalled, MeetingHeld
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual


@transaction.atomic
def call_meeting(  # one argument for each field of the form
    *,
    partnership: Partnership,
    title: Bilingual,
    starts_local: datetime,
    minutes_long: int,
    by: Person,
    place: Bilingual | None = None,
    agenda: Sequence[Bilingual] = (),
    changes: Meeting | None = None,
) -> Meeting:
    """Call a meeting at *starts_local*, a wall time (naive) of this city; or change one.

    Raises:
        NoSuchLocalTimeError: the clocks of this city skip that time.
        NotOurRecordError: *changes* was called by another city.
    """
    ensure(by, "agreement.call-meeting", partnership)
    zone = _ours(changes).time_zone if changes else bridge.me().time_zone
    _check_exists(starts_local, zone)
    record = MeetingCalled(
        uri=changes.uri if changes else bridge.new_uri(),
        partnership=partnership.uri,
        title=title,
        starts_local=f"{starts_local:%Y-%m-%dT%H:%M}",
        time_zone=zone,
        minutes_long=minutes_long,
        place=place or Bilingual(),
        agenda=tuple(agenda),
    )
    bridge.publish(record)
    return Meeting.objects.get(uri=record.uri)


def _check_exists(wall: datetime, zone: str) -> None:
    there = wall.replace(tzinfo=ZoneInfo(zone))
    if there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise NoSuchLocalTimeError(zone=zone, time=f"{wall:%H:%M}")


@transaction.atomic
def record_meeting(  # one argument for each field of the form
    *,
    meeting: Meeting,
    by: Person,
    attendance: Sequence[Attendance] = (),
    decisions: Sequence[Bilingual] = (),
    work: Sequence[WorkItem] = (),
    minutes: Bilingual | None = None,
) -> Meeting:
    """Record who came (counts by role and city), what was decided, and the minutes.

    Raises:
        MeetingNotOverError: it has not begun.
        NotOurRecordError: another city called it.
    """
    ensure(by, "agreement.record-meeting", meeting)
    if _ours(meeting).starts_at > clock.now():
        raise MeetingNotOverError
    bridge.publish(
        MeetingHeld(
            **_call(meeting),
            attendance=tuple(attendance),
            decisions=tuple(decisions),
            work=tuple(work),
            minutes=minutes,
        )
    )
    return Meeting.objects.get(uri=meeting.uri)


@transaction.atomic
def finish_work(*, meeting: Meeting, position: int, on: date, by: Person) -> Meeting:
    """Mark the work item at *position* of a held meeting as done on the day *on*."""
    work = list(meeting.work)
    work[position] = replace(work[position], done=on)
    return record_meeting(
        meeting=meeting,
        by=by,
        attendance=meeting.attendance,
        decisions=meeting.decisions,
        work=work,
        minutes=meeting.minutes,
    )


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Person) -> None:
    """Cancel a meeting this city called."""
    ensure(by, "agreement.call-meeting", meeting)
    bridge.withdraw(_ours(meeting).uri)


def _ours(meeting: Meeting) -> Meeting:
    if meeting.origin != bridge.me().origin:
        raise NotOurRecordError(city=bridge.node_of(meeting.uri) or meeting.origin)
    return meeting


def _call(meeting: Meeting) -> dict[str, Any]:
    names = ("uri", "title", "starts_local", "time_zone", "minutes_long", "place", "agenda")
    return {
        **{name: getattr(meeting, name) for name in names},
        "partnership": meeting.partnership_id,
    }


def invitation(meeting: Meeting, address: str = "") -> bytes:
    """Return *meeting* as an iCalendar file, correct in every zone.

    The start is written as wall time with the organising city's VTIMEZONE (RFC 5545, 3.6.5),
    and the other cities' zones are in the file, so a calendar shows each its own hour also
    in the weeks when the cities are an hour nearer. *address* is the page of the meeting.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Jumelage//Joint meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    zones = [meeting.time_zone, *(c.time_zone for c in meeting.partnership.cities)]
    for zone in dict.fromkeys(zones):
        calendar.add_component(_zone(zone, meeting.starts_at.year))
    calendar.add_component(_event(meeting, address))
    return bytes(calendar.to_ical())


def _zone(zone: str, year: int) -> Timezone:
    """Return the VTIMEZONE of *zone* with the changes of clocks around *year*."""
    return Timezone.from_tzinfo(
        ZoneInfo(zone), zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1)
    )


def _event(meeting: Meeting, address: str) -> Event:
    event = Event()
    event.add("uid", f"{meeting.uri.rpartition(':')[2]}@{meeting.origin}")
    event.add("dtstamp", meeting.recorded_at.astimezone(UTC))
    event.add("sequence", meeting.rev)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", _lines(meeting.title, " / "))
    event.add("location", _lines(meeting.place, " / "))
    event.add("description", "\n".join(_lines(item, " / ") for item in meeting.agenda))
    event.add("status", "CANCELLED" if meeting.withdrawn_at else "CONFIRMED")
    if address:
        event.add("url", address)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _lines(meeting.title, " / "))
    alarm.add("trigger", timedelta(minutes=-30))
    event.add_component(alarm)
    return event


def _lines(text: Bilingual, between: str) -> str:
    return between.join(dict.fromkeys(text.as_dict().values()))
