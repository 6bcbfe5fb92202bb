"""Rooms of two cities, and what is asked and said about them the way people and nodes do it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from jumelage.bridge.api import Node, me, open_kind
from jumelage.bridge.feeds.receive import receive
from jumelage.components.rooms.models import Answer, Booking, Occurrence, Pair
from jumelage.components.rooms.records import (
    RECORDS,
    AnswerWord,
    PairAsked,
    RoomAnswered,
    Time,
)
from jumelage.components.rooms.services import ask_pair, register_room
from jumelage.components.rooms.services.duties import answer_asked, carry_out, decide
from jumelage.components.rooms.services.rooms import Room
from jumelage.directory.calendars.records import BusyStated, Hours, ResourceListed
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Person, Resource, Slot
from jumelage.kit.component import Record
from jumelage.kit.i18n import Bilingual
from tests.factories import directory
from tests.factories.bridge import Peer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MEETING = datetime(2026, 12, 1, 17)  # noqa: DTZ001  # on the wall clock of Paris
ALWAYS = tuple(Hours(day=day, opens="00:00", closes="24:00") for day in range(7))
OFFICE = tuple(Hours(day=day, opens="09:00", closes="18:00") for day in range(5))
KINDS = (*RECORDS, ResourceListed, BusyStated)


def open_rooms() -> None:
    """Open every kind of rooms and calendars, as an annex does."""
    for record in KINDS:
        for audience in record.audiences:
            open_kind(kind=record.kind, audience=audience, article="annex", instrument="test")


def room(
    by: Person | None = None,
    *,
    name: str = "Salle bleue",
    hours: Sequence[Hours] = ALWAYS,
    approval: str = "automatic",
    **more: object,
) -> Resource:
    """Register a room of this city."""
    said = Room(
        name=Bilingual(fr=name, en=name),
        capacity=8,
        hours=tuple(hours),
        approval=approval,  # type: ignore[arg-type]  # one of its words
        **more,  # type: ignore[arg-type]  # facts of a room
    )
    return register_room(room=said, by=by or directory.person("officer"))


def listed_there(
    there: Peer, *, name: str = "Blue room", hours: Sequence[Hours] = ALWAYS, **more: object
) -> ResourceListed:
    """Return the record of a room of the city *there*."""
    facts = {
        "uri": there.uri(),
        "name": Bilingual(fr=name, en=name),
        "what": "room",
        "city": there.slug,
        "time_zone": there.zone,
        "capacity": 6,
        "hours": tuple(hours),
        **more,
    }
    return ResourceListed(**facts)  # type: ignore[arg-type]  # facts of a room


def arrive(there: Peer, *records: Record, rev: int = 1) -> None:
    """Let *records* of the city *there* arrive at this node, each on the feed it belongs to."""
    for record in records:
        audience = next(iter(record.audiences))
        feed = f"twin:{me().origin}" if audience == "twin" else audience
        peer = Node.objects.get(origin=there.origin)
        lines = there.say(record, feed=feed, rev=rev)
        receive(peer, feed, lines, there.checkpoint(feed))


def room_there(there: Peer, **facts: object) -> Resource:
    """Let a room of the city *there* arrive."""
    record = listed_there(there, **facts)  # type: ignore[arg-type]  # facts of a room
    arrive(there, record)
    return Resource.objects.get(uri=record.uri)


def plan(**changes: object) -> Plan:
    """Return an hour at five in Paris, on the first of December 2026."""
    facts = {"zone": "Europe/Paris", "starts": MEETING, "minutes": 60, **changes}
    return Plan(**facts)  # type: ignore[arg-type]  # facts of a plan


def asked(one: Resource, other: Resource, by: Person, **more: object) -> Booking:
    """Ask for both rooms."""
    wanted = more.pop("plan", None) or plan()
    return ask_pair(room=one, twin_room=other, plan=wanted, by=by, **more)  # type: ignore[arg-type]  # facts of a plan


def asked_there(
    there: Peer, own: Resource, twin: str, spans: Iterable[Span] = (), **more: object
) -> PairAsked:
    """Return what the city *there* asks: its room *twin* and *own*, which is ours."""
    spans = list(spans) or [Span(NOON + timedelta(days=9), NOON + timedelta(days=9, hours=1))]
    facts = {
        "uri": there.uri(),
        "created_at": NOON,
        "rooms": (twin, own.uri),
        "times": tuple(Time(number=n, start=s.start, end=s.end) for n, s in enumerate(spans, 1)),
        "zone": there.zone,
        "starts_local": "2026-12-01T09:00",
        "minutes": 60,
        "answer_by": NOON + timedelta(days=3),
        **more,
    }
    return PairAsked(**facts)  # type: ignore[arg-type]  # facts of a pair


def answered_there(
    there: Peer, pair: Pair | PairAsked, room_uri: str, *, word: str = "held", **more: object
) -> RoomAnswered:
    """Return what the city *there* says of its own room."""
    numbers = [t["number"] if isinstance(t, dict) else t.number for t in pair.times]
    facts = {
        "uri": there.uri(),
        "created_at": NOON,
        "pair": pair.uri,
        "room": room_uri,
        "terms": pair.terms,
        "words": tuple(AnswerWord(number=n, word=word) for n in numbers),  # type: ignore[arg-type]  # a word
        **more,
    }
    return RoomAnswered(**facts)  # type: ignore[arg-type]  # facts of an answer


def do_duties() -> None:
    """Do what the node does by itself, until nothing is left."""
    while answer_asked() + decide() + carry_out():
        pass


def states(series: str) -> list[str]:
    """Return where the occurrences of *series* stand, in order."""
    found = Occurrence.objects.filter(series=series).order_by("number")
    return list(found.values_list("state", flat=True))


def taken(resource: Resource) -> int:
    """Return how many quarters of an hour of *resource* are taken."""
    return Slot.objects.filter(resource=resource).count()


def own_words(series: str, origin: str) -> dict[str, str]:
    """Return what the city *origin* said of its room, by number."""
    row = Answer.objects.get(pair=series, origin=origin)
    return {number: said["word"] for number, said in row.words.items()}
