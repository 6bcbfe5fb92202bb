"""Hypothesis strategies for the records of calendars and rooms, whose fields depend on each other."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from jumelage.components.rooms.records import (
    AnswerWord,
    PairAsked,
    PairDecided,
    RoomAnswered,
    SessionHeld,
    Time,
    VerdictWord,
    WindowOpened,
)
from jumelage.components.rooms.states import Reason
from jumelage.components.rooms.states import terms as terms_of
from jumelage.directory.calendars.records import BusyStated, Closure, Hours, ResourceListed
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

ORIGINS = ("a" * 32, "b" * 32)
POOL = tuple(str(Uri(origin, letter * 26)) for origin in ORIGINS for letter in "abc")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
texts = st.sampled_from([Bilingual(), Bilingual(fr="Salle", en="Room"), Bilingual(en="𝄞")])
hours = st.builds(
    Hours,
    day=st.integers(0, 6),
    opens=st.sampled_from(["00:00", "09:00"]),
    closes=st.sampled_from(["12:30", "24:00"]),
)
few_hours = st.lists(hours, max_size=2).map(tuple)
closures = st.builds(
    lambda day, length: Closure(first=day, last=day + timedelta(days=length)),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(0, 9),
)
starts = st.integers(0, 400).map(lambda number: NOON + number * QUARTER)
lengths = st.integers(1, 96).map(lambda number: number * QUARTER)
TIMES = (
    (Time(number=1, start=NOON, end=NOON + QUARTER),),
    tuple(
        Time(number=n, start=NOON + timedelta(days=n), end=NOON + timedelta(days=n, hours=1))
        for n in (1, 3)
    ),
)
reasons: Built = st.sampled_from([str(each) for each in Reason])


def _own(uri: str, letter: str = "c") -> str:
    return str(replace(Uri.parse(uri), id=letter * 26))


def _other(uri: str, letter: str = "c") -> str:
    origin = next(each for each in ORIGINS if each != Uri.parse(uri).origin)
    return str(Uri(origin, letter * 26))


def resources(uri: Built) -> Built:
    """Return resources."""
    return st.builds(
        ResourceListed,
        uri=uri,
        name=texts.filter(bool),
        what=st.sampled_from(["room", "desk", "equipment"]),
        city=st.sampled_from(["paris", "sf"]),
        time_zone=st.sampled_from(["Europe/Paris", "America/Los_Angeles"]),
        capacity=st.integers(1, 99),
        hours=few_hours,
        closures=st.lists(closures, max_size=2).map(tuple),
        holidays=st.sampled_from(["", "FR", "US-CA", "XX"]),
        approval=st.sampled_from(["automatic", "by-hand"]),
        access=texts,
    )


@st.composite
def busy(draw: st.DrawFn, uri: Built) -> BusyStated:
    """Draw a time one of the city's own resources is taken."""
    own, start = draw(uri), draw(starts)
    end = start + draw(lengths)
    return BusyStated(
        uri=own, resource=_own(own, draw(st.sampled_from("abc"))), start=start, end=end
    )


@st.composite
def pairs(draw: st.DrawFn, uri: Built) -> PairAsked:
    """Draw a pair; its rooms and times are of few, so that answers fit."""
    own = draw(uri)
    return PairAsked(
        uri=own,
        created_at=draw(starts),
        rooms=(_own(own), _other(own)),
        times=draw(st.sampled_from(TIMES)),
        zone="Europe/Paris",
        starts_local="2026-11-22T13:00",
        minutes=draw(st.integers(15, 90)),
        rule=draw(st.sampled_from(["", "FREQ=DAILY;COUNT=2"])),
        purpose=draw(st.sampled_from(["meeting", "teaching"])),
        all_or_nothing=draw(st.booleans()),
        answer_by=NOON + timedelta(days=30),
        title=draw(texts),
    )


def _terms(pair: str) -> Built:
    """Return the terms of a pair as `pairs` draws them, or of nothing."""
    known = [
        terms_of((_own(pair), _other(pair)), ((t.number, t.start, t.end) for t in times))
        for times in TIMES
    ]
    return st.sampled_from([*known, "0" * 64])


@st.composite
def answers(draw: st.DrawFn, uri: Built) -> RoomAnswered:
    """Draw an answer of either city for its own room of a pair."""
    own = draw(uri)
    pair = draw(st.sampled_from(POOL))
    room = _own(own, draw(st.sampled_from("cca")))
    words = [
        AnswerWord(
            number=n,
            word=draw(st.sampled_from(["held", "refused", "released"])),
            reason=draw(reasons),
        )
        for n in draw(st.sampled_from([(), (1,), (1, 3), (2,)]))
    ]
    return RoomAnswered(
        uri=own, created_at=NOON, pair=pair, room=room, terms=draw(_terms(pair)), words=tuple(words)
    )


@st.composite
def decisions(draw: st.DrawFn, uri: Built) -> PairDecided:
    """Draw a decision of the city that asked."""
    own = draw(uri)
    pair = _own(own, draw(st.sampled_from("abc")))
    words = [
        VerdictWord(number=n, word=draw(st.sampled_from(["confirmed", "released"])))
        for n in draw(st.sampled_from([(), (1,), (1, 3)]))
    ]
    return PairDecided(
        uri=own, created_at=NOON, pair=pair, terms=draw(_terms(pair)), words=tuple(words)
    )


@st.composite
def windows(draw: st.DrawFn, uri: Built) -> WindowOpened:
    """Draw a window."""
    own = draw(uri)
    return WindowOpened(
        uri=own,
        created_at=draw(starts),
        rooms=(_own(own), _other(own)),
        quiet=draw(few_hours),
        answers=draw(st.sampled_from(["", _other(own, "a")])),
    )


@st.composite
def sessions(draw: st.DrawFn, uri: Built) -> SessionHeld:
    """Draw what a session was like."""
    began = draw(starts)
    people = st.sampled_from([None, 0, 5, 12])
    return SessionHeld(
        uri=draw(uri),
        created_at=began,
        session=draw(st.sampled_from(POOL)),
        is_window=draw(st.booleans()),
        began_at=began,
        ended_at=began + timedelta(hours=1),
        minutes=draw(st.integers(0, 60)),
        attendance={origin: draw(people) for origin in ORIGINS},
        round_trip=draw(st.none() | st.integers(0, 900)),
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    ResourceListed: resources,
    BusyStated: busy,
    PairAsked: pairs,
    RoomAnswered: answers,
    PairDecided: decisions,
    WindowOpened: windows,
    SessionHeld: sessions,
}
"""How to build each record, given a strategy for its URI."""
