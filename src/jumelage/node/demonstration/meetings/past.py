"""The meetings of the months before: asked, answered and decided by both cities’ records.

The services ask for times to come only. So the records are written here, the answer of the second
city before the question of the first: whatever arrives first, both compute the same times.
"""

from datetime import timedelta

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.rooms.models import Booking, Purpose
from jumelage.components.rooms.records import (
    AnswerWord,
    PairAsked,
    PairDecided,
    RoomAnswered,
    Time,
    VerdictWord,
)
from jumelage.directory.calendars.recurring import expand
from jumelage.directory.models import Person
from jumelage.kit.uris import Uri
from jumelage.node.demonstration.meetings.asking import MEETING, tuesday, weekly
from jumelage.node.demonstration.meetings.rooms import own, theirs

WEEKS = 38
"""How long the cities have met every week."""


def plan_past() -> PairAsked | None:
    """Return what the first city will say it asked; None: the other city's room is not here."""
    other = theirs()
    if other is None:
        return None
    plan = weekly(tuesday(-WEEKS), WEEKS)
    times = tuple(
        Time(number=each.number, start=each.span.start, end=each.span.end) for each in expand(plan)
    )
    return PairAsked(
        uri=bridge.new_uri(),
        created_at=times[0].start - timedelta(days=9),
        rooms=(own().uri, other.uri),
        times=times,
        zone=plan.zone,
        starts_local=f"{plan.starts:%Y-%m-%dT%H:%M}",
        minutes=plan.minutes,
        rule=plan.rule,
        purpose="review",
        all_or_nothing=False,
        answer_by=times[0].start,
        title=MEETING,
    )


def _held(asked: PairAsked, room: str) -> RoomAnswered:
    return RoomAnswered(
        uri=bridge.new_uri(),
        created_at=asked.created_at,
        pair=asked.uri,
        room=room,
        terms=asked.terms,
        words=tuple(AnswerWord(number=time.number, word="held") for time in asked.times),
    )


def answer_past(asked: PairAsked) -> None:
    """Say, as the second city, that its room was held."""
    bridge.publish_all([_held(asked, asked.rooms[1])], audience=f"twin:{_first(asked)}")


def _first(asked: PairAsked) -> str:
    return Uri.parse(asked.uri).origin


@transaction.atomic
def ask_past(asked: PairAsked, by: Person) -> None:
    """Say, as the first city, what was asked, that its room was held, and that both were confirmed."""
    decided = PairDecided(
        uri=bridge.new_uri(),
        created_at=asked.created_at,
        pair=asked.uri,
        terms=asked.terms,
        words=tuple(VerdictWord(number=time.number, word="confirmed") for time in asked.times),
    )
    said = [asked, _held(asked, asked.rooms[0]), decided]
    bridge.publish_all(said, audience=f"twin:{Uri.parse(asked.rooms[1]).origin}")
    Booking.objects.create(
        uri=asked.uri,
        person=by,
        title=str(MEETING.fr),
        purpose=Purpose.REVIEW,
        zone=asked.zone,
        starts_local=asked.starts_local,
        minutes=asked.minutes,
        rule=asked.rule,
        created_at=asked.created_at,
    )
