"""What both cities ask each other: a call at once, six weeks to come, a lesson, a request to decide over."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.rooms.models import Purpose
from jumelage.components.rooms.selectors import propose
from jumelage.components.rooms.services import ask_pair
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.node.demonstration.meetings.rooms import own, theirs

HOUR = 60
MEETING = Bilingual(fr="Revue de la semaine (démonstration)", en="Weekly review (demonstration)")
CALL = "Appel à essayer tout de suite (démonstration)"
QUARTER = 15
LESSON = "Cours commun d’animation (démonstration)"
GRADING = "Grading session for the film (demonstration)"


def tuesday(weeks: int) -> date:
    """Return the Tuesday so many weeks from this week's."""
    today = clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    return today - timedelta(days=(today.weekday() - 1) % 7) + timedelta(weeks=weeks)


def weekly(first: date, count: int) -> Plan:
    """Return a plan for *count* weeks from *first*, at five in the afternoon here."""
    return Plan(
        zone=bridge.me().time_zone,
        starts=datetime.combine(first, time(17)),
        minutes=HOUR,
        rule=f"FREQ=WEEKLY;COUNT={count}",
    )


def _free(rooms: tuple[Resource, Resource], day: date, hour: time, minutes: int) -> Plan:
    """Return a plan on *day*, or as many weeks later as holidays of either city ask for."""
    plans = [
        Plan(
            zone=bridge.me().time_zone,
            starts=datetime.combine(day + timedelta(weeks=week), hour),
            minutes=minutes,
        )
        for week in range(6)
    ]
    return next(
        plan for plan in plans if all(one.is_free for one in propose(rooms=rooms, plan=plan))
    )


def _soon() -> Plan:
    """Return a plan for three hours from the next quarter; its officers may go in at once."""
    zone = bridge.me().time_zone
    now = clock.now().astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
    starts = now + timedelta(minutes=QUARTER - now.minute % QUARTER)
    return Plan(zone=zone, starts=starts, minutes=3 * HOUR)


@transaction.atomic
def ask(officer: Person, member: Person) -> bool:
    """Ask for what the first city wants; tell whether the rooms of the other city have arrived."""
    other, booth = theirs(), theirs(1)
    if other is None or booth is None:
        return False
    ask_pair(
        room=own(2),
        twin_room=booth,
        plan=_soon(),
        title=CALL,
        open_title=True,
        invited=[member],
        by=officer,
    )
    ask_pair(
        room=own(),
        twin_room=other,
        plan=weekly(tuesday(1), 6),
        title=str(MEETING.fr),
        open_title=True,
        purpose=Purpose.REVIEW,
        all_or_nothing=False,
        invited=[member],
        by=officer,
    )
    ask_pair(
        room=own(),
        twin_room=other,
        plan=_free((own(), other), tuesday(1) + timedelta(days=2), time(18), HOUR),
        title=LESSON,
        open_title=True,
        purpose=Purpose.TEACHING,
        by=member,
    )
    return True


@transaction.atomic
def ask_back(officer: Person) -> bool:
    """Ask for the workshop of the first city, over which somebody decides by hand."""
    workshop = theirs(1)
    if workshop is None:
        return False
    ask_pair(
        room=own(),
        twin_room=workshop,
        plan=_free((own(), workshop), tuesday(2) + timedelta(days=1), time(9), 90),
        title=GRADING,
        open_title=True,
        purpose=Purpose.REVIEW,
        wait=timedelta(days=30),
        by=officer,
    )
    return True
