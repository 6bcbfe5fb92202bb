"""How two cities book a room each in one act: asked, answered, decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar, Literal

import msgspec
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.rooms.models import Answer, Pair, Verdict
from jumelage.components.rooms.records.base import RoomRecord, owner, require, to_the_twin
from jumelage.components.rooms.records.settling import settle
from jumelage.components.rooms.states import terms
from jumelage.directory.calendars.recurring import MOST_OCCURRENCES
from jumelage.directory.calendars.times import Span, is_bookable, is_span, is_zone
from jumelage.kit.i18n import Bilingual

PurposeWord = Literal["meeting", "teaching", "review", "interview", "event", "office", "other"]
EngineWord = Literal["any", "direct", "server"]
ReasonWord = Literal[
    "", "taken", "closed", "declined", "unknown", "together", "late", "cancelled", "overridden"
]
LONGEST_WAIT = timedelta(days=400)
"""The longest time that somebody may keep the other city waiting for a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One time that is asked for, in UTC."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWord:
    """What an owner says about one time."""

    number: int
    word: Literal["held", "refused", "released"]
    reason: ReasonWord = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWord:
    """What the coordinator decides about one time."""

    number: int
    word: Literal["confirmed", "released"]
    reason: ReasonWord = ""


class _AboutPair(RoomRecord):
    """A record from which the occurrences of a pair follow."""

    __slots__ = ()

    def touches(self) -> Collection[str]:
        """Return the pair that is asked for, answered or decided."""
        return (getattr(self, "pair", self.uri),)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Return the pairs that the rows *uris* are about."""
        rows = cls.rows.objects.filter(uri__in=uris)
        return {uri for row in rows if (uri := getattr(row, "pair_id", None))}

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Write the occurrences again."""
        settle(touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAsked(_AboutPair):
    """Somebody asks for a room in each city, together; nobody is named.

    `rooms` names the room of the city that asks, then the other's. `terms` hashes rooms and times.
    """

    kind: ClassVar[str] = "rooms.pair-asked"
    rows: ClassVar[type[Pair]] = Pair
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "rooms",
        "times",
        "zone",
        "starts_local",
        "minutes",
        "rule",
        "purpose",
        "engine",
        "all_or_nothing",
        "answer_by",
        "title",
    )

    uri: str
    created_at: datetime
    rooms: tuple[str, str]
    times: tuple[Time, ...]
    zone: str
    starts_local: str
    minutes: int
    answer_by: datetime
    rule: str = ""
    purpose: PurposeWord = "meeting"
    engine: EngineWord = "any"
    all_or_nothing: bool = True
    title: Bilingual = Bilingual()  # noqa: RUF009  # frozen

    def __post_init__(self) -> None:
        """Refuse what nobody could book."""
        own, other = (owner(room) for room in self.rooms)
        require(own == owner(self.uri), _("the first room is of the city that asks"))
        require(other != own, _("the second room is of another city"))
        require(0 < len(self.times) <= MOST_OCCURRENCES, _("too many times, or none"))
        require(
            all(is_bookable(time.start, time.end) for time in self.times),
            _("a time is not made of whole quarters of an hour, or is out of range"),
        )
        _check_numbers([time.number for time in self.times])
        spans = sorted(Span(time.start, time.end) for time in self.times)
        apart = all(one.end <= other.start for one, other in pairwise(spans))
        require(apart, _("two of the times overlap"))
        require(is_zone(self.zone), _("this is no time zone"))
        waits = is_span(self.created_at, self.answer_by)
        require(
            waits and self.answer_by - self.created_at <= LONGEST_WAIT,
            _("the time to answer is out of range"),
        )

    @property
    def terms(self) -> str:
        """What answers and decisions repeat."""
        return terms(self.rooms, ((time.number, time.start, time.end) for time in self.times))

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row."""
        return {
            "room_id": self.rooms[0],
            "twin_room_id": self.rooms[1],
            "times": msgspec.to_builtins(self.times),
            "terms": self.terms,
            "zone": self.zone,
            "starts_local": self.starts_local,
            "minutes": self.minutes,
            "rule": self.rule,
            "purpose": self.purpose,
            "engine": self.engine,
            "all_or_nothing": self.all_or_nothing,
            "answer_by": self.answer_by,
            "title": self.title.as_dict(),
        }

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Return the pairs themselves."""
        return set(uris)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAnswered(_AboutPair):
    """A city holds its own room, refuses it, or gives it back, time by time."""

    kind: ClassVar[str] = "rooms.room-answered"
    rows: ClassVar[type[Answer]] = Answer
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "pair", "room", "terms", "words"
    )

    uri: str
    created_at: datetime
    pair: str
    room: str
    terms: str
    words: tuple[AnswerWord, ...]

    def __post_init__(self) -> None:
        """Refuse an answer for a room that is not one's own."""
        owner(self.pair)
        require(owner(self.room) == owner(self.uri), _("a city answers for its own rooms only"))
        _check_numbers([each.number for each in self.words])

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row."""
        return {
            "pair_id": self.pair,
            "room_id": self.room,
            "terms": self.terms,
            "words": _by_number(self.words),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDecided(_AboutPair):
    """The city that asked decides, time by time: both rooms, or none."""

    kind: ClassVar[str] = "rooms.pair-decided"
    rows: ClassVar[type[Verdict]] = Verdict
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin("pair", "terms", "words")

    uri: str
    created_at: datetime
    pair: str
    terms: str
    words: tuple[VerdictWord, ...]

    def __post_init__(self) -> None:
        """Refuse a decision of anybody but who asked."""
        require(owner(self.pair) == owner(self.uri), _("only the city that asked decides"))
        _check_numbers([each.number for each in self.words])

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row."""
        return {"pair_id": self.pair, "terms": self.terms, "words": _by_number(self.words)}


def _check_numbers(numbers: Sequence[int]) -> None:
    require(len(numbers) <= MOST_OCCURRENCES, _("too many times, or none"))
    fits = len(set(numbers)) == len(numbers) and all(0 < n <= MOST_OCCURRENCES for n in numbers)
    require(fits, _("the times are numbered from 1"))


def _by_number(words: Sequence[AnswerWord | VerdictWord]) -> Mapping[str, Mapping[str, str]]:
    return {str(each.number): {"word": each.word, "reason": each.reason} for each in words}
