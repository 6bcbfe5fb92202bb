"""The order of acts is the same whatever came first."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.live.table import Table
from jumelage.bridge.live.errors import ActConflictError, ActGapError, ForgedActError, LogFullError
from jumelage.bridge.live.log import history as histories
from jumelage.bridge.live.log.history import History, Vector, covers
from jumelage.kit.live import Act, Facts

CITIES = ("a" * 32, "b" * 32, "c" * 32)
FACTS = Facts(uri="jumelage:x:y", kind="table", host=CITIES[0], cities=CITIES)
AT = datetime(2026, 5, 31, 12, tzinfo=UTC)


def act(origin: str, number: int, stamp: int, **changed: Any) -> Act:  # noqa: ANN401  # members
    """Return an act that throws a chip."""
    told = {"by": "p", "city": origin, "kind": "chip", "body": {"n": stamp}, **changed}
    return Act(session=FACTS.uri, origin=origin, number=number, stamp=stamp, at=AT, **told)


@st.composite
def evenings(draw: st.DrawFn) -> list[list[Act]]:
    """Return what three cities log while they hear each other late or not at all."""
    heard = dict.fromkeys(CITIES, 0)
    logged: dict[str, list[Act]] = {city: [] for city in CITIES}
    for place in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=150)):
        city = CITIES[place[0]]
        if place[1] == 0:  # it hears from the others now
            heard[city] = max(heard.values())
        heard[city] += 1
        odd = {"kind": "strange", "body": {}} if place[1] == 5 else {}
        broken = {"body": {"m": 1}} if place[1] == 4 else {}
        own = logged[city]
        own.append(act(city, len(own) + 1, heard[city], **(odd or broken)))
    return list(logged.values())


def interleaved(logs: list[list[Act]], order: list[int]) -> list[Act]:
    """Return all acts in an order of arrival: each city's own order holds."""
    left = [list(log) for log in logs]
    found = [left[city].pop(0) for city in order if left[city]]
    return found + [one for log in left for one in log]


@given(evenings(), st.lists(st.integers(0, 2), max_size=200), st.lists(st.integers(0, 2)))
def test_order_and_state_are_equal_whatever_the_order_of_arrival(
    logs: list[list[Act]], first: list[int], second: list[int]
) -> None:
    one, other = (History(Table(), FACTS) for _ in range(2))
    for arrived in interleaved(logs, first):
        one.put(arrived)
        one.state  # noqa: B018  # folded at every step
    for arrived in interleaved(logs, second):
        other.put(arrived)
    assert one.acts == other.acts == sorted(one.acts, key=lambda each: each.place)
    assert one.state == other.state == History(Table(), FACTS, one.acts).state
    assert one.vector == other.vector


@given(evenings(), st.lists(st.integers(0, 2), max_size=200), st.integers(0, 200))
def test_what_is_missing_by_a_vector_completes_a_history(
    logs: list[list[Act]], order: list[int], cut: int
) -> None:
    arrived = interleaved(logs, order)
    whole = History(Table(), FACTS, arrived)
    part = History(Table(), FACTS, arrived[:cut])
    assert whole.state_of(part.vector) == part.state
    assert covers(whole.vector, part.vector)
    for missing in whole.after(part.vector):
        assert part.put(missing)
    assert part.state == whole.state
    assert whole.after(part.vector) == []


def test_history_takes_an_act_once_and_refuses_what_cannot_be() -> None:
    history = History(Table(), FACTS, [act(CITIES[0], 1, 3)])
    assert not history.put(act(CITIES[0], 1, 3))
    with pytest.raises(ActConflictError):
        history.put(act(CITIES[0], 1, 3, body={"n": 4}))
    with pytest.raises(ActGapError):
        history.put(act(CITIES[0], 3, 9))
    with pytest.raises(ForgedActError):
        history.put(act(CITIES[0], 2, 3))
    with pytest.raises(ForgedActError):
        history.put(act(CITIES[1], 1, 2**40))
    assert history.vector == {CITIES[0]: 1}


def test_history_ends_before_it_fills_memory() -> None:
    history = History(Table(), FACTS)
    full: Vector = {}
    most = histories.MOST_ACTS_OF_A_CITY
    for turn, city in enumerate(CITIES[:2]):
        for number in range(1, most + 1):
            history.put(act(city, number, turn * most + number, kind="quiet"))
            full[city] = number
        with pytest.raises(LogFullError):
            history.put(act(city, most + 1, 2 * most))
    with pytest.raises(LogFullError):
        history.put(act(CITIES[2], 1, 1))
    assert covers(history.vector, full)
