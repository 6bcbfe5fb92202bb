"""What was held: the city that asked states the sessions from invented logs, and counts its months."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import Indicator
from jumelage.components.agreement.services.evidence import count_evidence
from jumelage.components.rooms.models import Occurrence, Session
from jumelage.components.rooms.services import state_session
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.node.demonstration.meetings.past import WEEKS

SKIPPED = frozenset({9, 10, 23, 24})
"""Weeks nobody met, as in any year."""


def hold(by: Person) -> bool:
    """State what was held, and count it; tell whether both cities had confirmed the times."""
    held = _confirmed()
    if len(held) < WEEKS:
        return False
    with transaction.atomic():
        for occurrence in held:
            if occurrence.number not in SKIPPED:
                _state(occurrence)
        _count(by)
    return True


def _confirmed() -> Sequence[Occurrence]:
    found = Occurrence.objects.confirmed().filter(ends_at__lt=clock.now())
    return list(found.order_by("starts_at", "uri"))


def _state(occurrence: Occurrence) -> Session:
    """State a session as the log of its host would tell it: figures vary a little."""
    number = occurrence.number
    here, there = bridge.me().origin, bridge.peers()[0].origin
    late = timedelta(minutes=number % 3)
    return state_session(
        session=occurrence.uri,
        began_at=occurrence.starts_at + late,
        ended_at=occurrence.ends_at - timedelta(minutes=number % 4),
        minutes=60 - number % 3 - number % 4,
        people={here: 6 + number % 4, there: 5 + number % 3},
        engine="mesh",
        round_trip=148 + number % 5,
        loss=number % 3,
        freezes=number % 2,
        interruptions=1 if number % 11 == 0 else 0,
    )


def _count(by: Person) -> None:
    """Count every whole month of the indicators that the rooms count."""
    for indicator in Indicator.objects.live().filter(service="rooms").exclude(name=""):
        for month in _months():
            count_evidence(indicator=indicator, period=month, by=by)


def _months() -> list[Period]:
    """Return the whole months in which something was held."""
    found = _confirmed()
    day: date = found[0].starts_at.date().replace(day=1)
    months = []
    while (end := (day + timedelta(days=32)).replace(day=1)) <= clock.today():
        months.append(Period.month(day.year, day.month))
        day = end
    return months
