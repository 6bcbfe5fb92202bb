"""What both cities ask each other: six weeks to come, a lesson, and one over which somebody decides."""

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


@transaction.atomic
def ask(officer: Person, member: Person) -> bool:
    """Ask for what the first city wants; tell whether the room of the other city has arrived."""
    other = theirs()
    if other is None:
        return False
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
