"""The states of a line and the waits between tries."""

import pytest

from jumelage.bridge.replication.line import TRANSITIONS, Backoff, Event, Line, State


def test_line_knows_what_a_break_means_in_every_state() -> None:
    assert {state for state, event in TRANSITIONS if event is Event.BROKE} == set(State)


def test_line_goes_up_catches_up_and_down_again() -> None:
    line = Line()

    states = [line.on(e) for e in (Event.ANSWERED, Event.CAUGHT_UP, Event.HELD_BACK, Event.BROKE)]

    assert states == [State.CATCHING_UP, State.LIVE, State.POLLING, State.DOWN]


def test_line_refuses_an_impossible_event() -> None:
    with pytest.raises(KeyError):
        Line().on(Event.CAUGHT_UP)


def test_backoff_doubles_up_to_its_most_and_starts_again() -> None:
    backoff = Backoff(first=1, most=4)

    waits = [backoff.wait() for _ in range(5)]
    backoff.reset()

    assert all(
        low <= wait <= high
        for wait, (low, high) in zip(
            waits, [(0.75, 1.25), (1.5, 2.5), (3, 5), (3, 5), (3, 5)], strict=True
        )
    )
    assert backoff.wait() <= 1.25
