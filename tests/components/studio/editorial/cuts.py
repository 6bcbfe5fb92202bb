"""Cuts for tests: strategies of Hypothesis, and small ones by hand."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from jumelage.components.studio.editorial.cut import Cut, Event, Marker, Transition, in_order

NAMES = [f"sh{number:03d}" for number in range(10, 100, 10)]
TRANSITIONS = st.none() | st.builds(
    Transition, kind=st.sampled_from(["dissolve", "wipe"]), frames=st.integers(1, 24)
)
MARKERS = st.builds(
    Marker,
    frame=st.integers(0, 40),
    name=st.sampled_from(["", "retake", "note"]),
    text=st.sampled_from(["", "brighter"]),
    colour=st.sampled_from(["red", "blue"]),
)


def event(name: str, at: int, frames: int = 24, **more: object) -> Event:
    """Return an event of *frames* frames at *at* on the first picture track."""
    made = Event(
        name=name,
        track="V1",
        record_in=at,
        record_out=at + frames,
        source_in=1001,
        source_out=1001 + frames,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # each field has a type of its own


def cut(*events: Event, rate: str = "24", start: int = 0) -> Cut:
    """Return a cut of *events*."""
    return Cut(name="reel 1", rate=rate, start=start, events=in_order(events))


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Return any event."""
    at, frames = draw(st.integers(0, 2000)), draw(st.integers(1, 200))
    speed = draw(st.sampled_from([1.0, 1.0, 1.0, 2.0, -1.0, 0.0, 0.5]))
    source = draw(st.integers(0, 3000))
    return Event(
        name=draw(st.sampled_from(NAMES)) + draw(st.sampled_from(["", "_v001.mov", ".mov"])),
        track=draw(st.sampled_from(["V1", "V1", "V2", "A1"])),
        record_in=at,
        record_out=at + frames,
        source_in=source,
        source_out=source + round(frames * abs(speed)),
        speed=speed,
        enter=draw(TRANSITIONS),
        markers=tuple(draw(st.lists(MARKERS, max_size=2))),
    )


CUTS = st.builds(lambda found: cut(*found), st.lists(events(), max_size=14))
RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)])


@st.composite
def assemblies(draw: st.DrawFn) -> Cut:
    """Return a cut as editors make them: clip after clip on each track, gaps between some."""
    rate, made = draw(RATES), []
    start = draw(st.sampled_from([0, 86400, 1000]))
    for track in draw(st.sampled_from([["V1"], ["V1", "V2"], ["V1", "A1"]])):
        at = start
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=6)):
            at += draw(st.sampled_from([0, 0, 0, 12]))
            speed = draw(st.sampled_from([1.0, 1.0, 2.0, 0.0]))
            frames, source = draw(st.integers(1, 90)), draw(st.integers(0, 4000))
            taken = round(frames * speed)
            made.append(
                event(
                    name, at, frames, track=track, speed=speed,
                    source_in=source, source_out=source + taken,
                    markers=tuple(draw(st.lists(MARKERS, max_size=1))),
                )
            )  # fmt: skip
            at += frames
    return cut(*made, rate=str(rate), start=start if made else 0)
