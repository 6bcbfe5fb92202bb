"""Joint meetings: wall times of two zones, decisions, work, calendar entries."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from jumelage.components.agreement.errors import (
    MeetingNotOverError,
    NoSuchLocalTimeError,
    NotOurRecordError,
)
from jumelage.components.agreement.models import Meeting
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.components.agreement.records import MeetingCalled
from jumelage.components.agreement.selectors.meetings import meetings, open_work
from jumelage.components.agreement.services.meetings import (
    call_meeting,
    cancel_meeting,
    finish_work,
    invitation,
    record_meeting,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from tests.factories.agreement import Convention

TITLE = Bilingual(fr="Comité", en="Committee")
PARIS, BAY = ZoneInfo("Europe/Paris"), ZoneInfo("America/Los_Angeles")


def _call(convention: Convention, officer: Person, starts: str) -> Meeting:
    return call_meeting(
        partnership=convention.instrument.partnership,
        title=TITLE,
        starts_local=datetime.fromisoformat(starts),
        minutes_long=60,
        agenda=(Bilingual(fr="Preuves", en="Evidence"),),
        by=officer,
    )


@pytest.mark.parametrize(
    ("day", "hour_there"),
    [
        (date(2026, 3, 7), 8),
        (date(2026, 3, 8), 9),
        (date(2026, 3, 28), 9),
        (date(2026, 3, 29), 8),
        (date(2026, 10, 24), 8),
        (date(2026, 10, 25), 9),
        (date(2026, 10, 31), 9),
        (date(2026, 11, 1), 8),
    ],
)
def test_meeting_keeps_its_wall_time_in_the_weeks_of_eight_hours(
    convention: Convention, officer: Person, day: date, hour_there: int
) -> None:
    meeting = _call(convention, officer, f"{day}T17:30")

    assert meeting.starts_at.astimezone(PARIS).hour == 17
    assert meeting.starts_at.astimezone(BAY).hour == hour_there


def test_cities_are_eight_hours_apart_on_28_days_of_2026() -> None:
    days = [datetime(2026, 1, 1, 16, 30, tzinfo=UTC).timestamp() + 86_400 * n for n in range(365)]
    apart = []
    for second in days:
        here = datetime.fromtimestamp(second, PARIS).replace(tzinfo=UTC)
        there = datetime.fromtimestamp(second, BAY).replace(tzinfo=UTC)
        apart.append((here - there).total_seconds() / 3600)

    assert (apart.count(8), apart.count(9)) == (28, 337)


@pytest.mark.parametrize("day", [date(2026, 3, 20), date(2026, 7, 1), date(2026, 10, 28)])
def test_invitation_is_right_in_both_zones(
    convention: Convention, officer: Person, day: date
) -> None:
    meeting = _call(convention, officer, f"{day}T17:30")

    calendar = Calendar.from_ical(invitation(meeting, "https://node.example/m"))

    zones = {zone.tz_name: zone.to_tz() for zone in calendar.timezones}
    event = calendar.events[0]
    assert isinstance(event.start, datetime)
    wall = event.start.replace(tzinfo=None)
    instant = wall.replace(tzinfo=zones["Europe/Paris"]).astimezone(UTC)
    assert sorted(zones) == ["America/Los_Angeles", "Europe/Paris"]
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert instant == meeting.starts_at.astimezone(UTC)
    there = instant.astimezone(zones["America/Los_Angeles"])
    assert f"{there:%H:%M}" == f"{instant.astimezone(BAY):%H:%M}"


def test_meeting_at_a_time_the_clocks_skip_is_refused(
    convention: Convention, officer: Person
) -> None:
    with pytest.raises(NoSuchLocalTimeError):
        _call(convention, officer, "2026-03-29T02:30")


def test_meeting_over_a_change_of_clocks_lasts_as_long_as_said(
    convention: Convention, officer: Person
) -> None:
    meeting = _call(convention, officer, "2026-10-25T02:30")

    length = meeting.ends_at.astimezone(UTC) - meeting.starts_at.astimezone(UTC)
    assert length.total_seconds() == 3600


def test_meeting_records_decisions_work_and_minutes(
    convention: Convention, officer: Person
) -> None:
    with clock.fixed(datetime(2026, 12, 2, 12, tzinfo=UTC)):
        meeting = _call(convention, officer, "2026-12-01T17:30")
        role = Bilingual(fr="Élus", en="Officials")
        held = record_meeting(
            meeting=meeting,
            attendance=[Attendance(city="paris", role=role, count=4)],
            decisions=[Bilingual(fr="Oui", en="Yes")],
            work=[
                WorkItem(text=TITLE, role=role, due=date(2026, 12, 1)),
                WorkItem(text=TITLE, role=role),
            ],
            minutes=Bilingual(fr="Compte rendu", en="Minutes"),
            by=officer,
        )
        partnership = convention.instrument.partnership
        assert [(work.position, work.late) for work in open_work(partnership)] == [
            (0, True),
            (1, False),
        ]

        finish_work(meeting=held, position=0, on=date(2026, 12, 2), by=officer)

        assert [work.position for work in open_work(partnership)] == [1]


def test_meeting_that_has_not_begun_has_no_minutes(convention: Convention, officer: Person) -> None:
    with clock.fixed(datetime(2026, 12, 1, 16, 29, tzinfo=UTC)):
        meeting = _call(convention, officer, "2026-12-01T17:30")
        with pytest.raises(MeetingNotOverError):
            record_meeting(meeting=meeting, by=officer)


def test_cancelled_meeting_leaves_the_list(convention: Convention, officer: Person) -> None:
    meeting = _call(convention, officer, "2026-11-01T17:30")

    cancel_meeting(meeting=meeting, by=officer)

    assert list(meetings(convention.instrument.partnership)) == []


def test_meeting_of_the_other_city_is_that_citys_to_change(
    convention: Convention, officer: Person
) -> None:
    record = MeetingCalled(
        uri=convention.peer.uri(),
        partnership=convention.instrument.partnership_id,
        title=TITLE,
        starts_local="2026-10-01T08:30",
        time_zone="America/Los_Angeles",
        minutes_long=60,
    )
    convention.say(record)

    with pytest.raises(NotOurRecordError):
        cancel_meeting(meeting=Meeting.objects.get(), by=officer)
