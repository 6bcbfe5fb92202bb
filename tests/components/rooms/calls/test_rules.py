"""Who is let into a call and what they may do there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jumelage.components.rooms.calls import rules, state
from jumelage.components.rooms.calls.errors import (
    CallFullError,
    CallOverError,
    ConsentMissingError,
    EmptyWordsError,
    HostsOnlyError,
    NobodyThereError,
    TooEarlyError,
    TooManyWordsError,
    TurnedAwayError,
)
from jumelage.kit.live import Act, Facts, Participant, State

HERE, THERE = "h" * 32, "g" * 32
BEGINS = datetime(2026, 10, 27, 17, 0, tzinfo=UTC)
FACTS = Facts(
    uri="jumelage:h:a", kind="call", host=HERE, cities=(HERE, THERE), capacity=3,
    begins=BEGINS, ends=BEGINS + timedelta(hours=1, minutes=30),
)  # fmt: skip


def participant(name: str, role: str, city: str = HERE) -> Participant:
    """Return somebody whose connection and person are both called *name*."""
    return Participant(id=name, person=name, city=city, role=role, label=name.title())


def after(*acts: tuple[str, str, str, dict[str, Any]]) -> State:
    """Return the state after *acts*, each (kind, by, city, body)."""
    so_far = state.begin(HERE)
    for number, (kind, by, city, body) in enumerate(acts, 1):
        at = BEGINS + timedelta(seconds=number)
        so_far = state.fold(so_far, Act(
            session="s", origin=HERE, number=number, stamp=number, at=at, by=by, city=city,
            kind=kind, body=body,
        ))  # fmt: skip
    return so_far


def joined(name: str, role: str, city: str = HERE) -> tuple[str, str, str, dict[str, Any]]:
    """Return the act of *name* coming in."""
    return ("joined", name, city, {"participant": name, "role": role})


def let_in(
    by: Participant, *present: Participant, so_far: State | None = None,
    now: datetime = BEGINS, most: int | None = 3,
) -> str:  # fmt: skip
    """Return the role *by* gets."""
    so_far = after() if so_far is None else so_far
    return rules.admit(so_far, present, by, FACTS, now, most=most).role


@pytest.mark.parametrize(
    ("role", "minutes", "expected"),
    [
        ("host", -59, "host"),
        ("member", -59, "early"),
        ("member", -10, "member"),
        ("member", 45, "member"),
        ("kiosk", -59, "kiosk"),
        ("waiting", 5, "waiting"),
        ("somebody", 5, "waiting"),
    ],
)
def test_the_role_follows_from_booking_and_hour(role: str, minutes: int, expected: str) -> None:
    now = BEGINS + timedelta(minutes=minutes)
    assert let_in(participant("ana", role), now=now) == expected


@pytest.mark.parametrize(("minutes", "error"), [(-61, TooEarlyError), (91, CallOverError)])
@pytest.mark.parametrize("role", ["host", "member", "waiting"])
def test_nobody_comes_outside_of_the_hours(role: str, minutes: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        let_in(participant("ana", role), now=BEGINS + timedelta(minutes=minutes))


def test_only_as_many_as_there_are_places_come_in_and_knocks_take_none() -> None:
    present = [participant("ana", "host"), participant("bo", "kiosk", THERE)]
    door = [participant(f"w{n}", "waiting") for n in range(5)]
    assert let_in(participant("chi", "member"), *present, *door) == "member"
    present.append(participant("chi", "member"))
    with pytest.raises(CallFullError):
        let_in(participant("dan", "member"), *present)
    assert let_in(participant("dan", "waiting"), *present) == "waiting"


def test_who_was_admitted_comes_back_without_knocking() -> None:
    so_far = after(
        joined("ana", "host"), joined("chi", "waiting"),
        ("admitted", "ana", HERE, {"participant": "chi", "person": "chi"}),
    )  # fmt: skip
    assert rules.role_of(so_far, participant("chi", "waiting")) == "member"
    assert let_in(participant("chi", "waiting"), so_far=so_far) == "member"


def test_who_was_turned_away_goes_and_may_knock_again_later() -> None:
    so_far = after(
        joined("ana", "host"), joined("chi", "waiting"),
        ("denied", "ana", HERE, {"participant": "chi", "person": "chi"}),
    )  # fmt: skip
    chi = participant("chi", "waiting")
    assert rules.role_of(so_far, chi) == ""
    with pytest.raises(TurnedAwayError):
        let_in(chi, so_far=so_far, now=BEGINS + timedelta(seconds=30))
    assert let_in(chi, so_far=so_far, now=BEGINS + timedelta(seconds=70)) == "waiting"


def test_the_early_come_in_with_one_click_but_no_more_than_fit() -> None:
    so_far = after(joined("ana", "host"), *(joined(f"e{n}", "early") for n in range(4)))
    ana = participant("ana", "host")
    body = rules.decide(so_far, ana, "opened", {}, 3)
    assert body == {"participants": ["e0", "e1"]}
    then = after(
        joined("ana", "host"), *(joined(f"e{n}", "early") for n in range(4)),
        ("opened", "ana", HERE, body),
    )  # fmt: skip
    roles = [rules.role_of(then, participant(f"e{n}", "early")) for n in range(4)]
    assert roles == ["member", "member", "early", "early"]


def test_nobody_is_admitted_to_a_full_call_nor_who_is_not_there() -> None:
    so_far = after(joined("ana", "host"), joined("bo", "member"), joined("chi", "waiting"))
    ana = participant("ana", "host")
    with pytest.raises(CallFullError):
        rules.decide(so_far, ana, "admitted", {"participant": "chi"}, 2)
    with pytest.raises(NobodyThereError):
        rules.decide(so_far, ana, "admitted", {"participant": "dan"}, 4)


@pytest.mark.parametrize("kind", sorted(rules.HOSTED))
@pytest.mark.parametrize("role", ["member", "kiosk", "waiting", "early"])
def test_what_the_host_orders_only_those_in_charge_may_ask(kind: str, role: str) -> None:
    so_far = after(joined("ana", "host"), joined("chi", "waiting"))
    with pytest.raises(HostsOnlyError):
        rules.decide(so_far, participant("bo", role), kind, {"participant": "chi"}, 4)


def test_the_other_city_lets_in_its_own_people_only() -> None:
    so_far = after(joined("ana", "host"), joined("chi", "waiting"), joined("dee", "waiting", THERE))
    bo = participant("bo", "host", THERE)
    assert rules.decide(so_far, bo, "admitted", {"participant": "dee"}, 9)["person"] == "dee"
    for kind, who in (("admitted", "chi"), ("denied", "chi"), ("closed", "dee"),
                      ("opened", "dee"), ("recording", "dee"), ("carried", "dee")):  # fmt: skip
        with pytest.raises(HostsOnlyError):
            rules.decide(so_far, bo, kind, {"participant": who, "on": True}, 9)


def test_nothing_is_recorded_before_everybody_agreed() -> None:
    acts = [joined("ana", "host"), joined("bo", "member", THERE)]
    ana = participant("ana", "host")
    for person in ("ana", "bo"):
        with pytest.raises(ConsentMissingError):
            rules.decide(after(*acts), ana, "recording", {"on": True}, 4)
        acts.append(("consented", person, HERE, {"yes": True}))
    assert rules.decide(after(*acts), ana, "recording", {"on": True}, 4) == {"on": True}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("chat", "  Bonjour\u0007 Paris \n", "Bonjour Paris"),
        ("caption", "Hello", "Hello"),
        ("chat", " \u0000\n ", EmptyWordsError),
        ("chat", None, EmptyWordsError),
        ("caption", "a" * 501, TooManyWordsError),
        ("chat", "a" * 2001, TooManyWordsError),
    ],
)
def test_words_are_cleaned_and_bounded(
    kind: str, text: object, expected: str | type[Exception]
) -> None:
    so_far, bo = after(joined("bo", "member")), participant("bo", "member")
    if isinstance(expected, str):
        assert rules.decide(so_far, bo, kind, {"text": text}, 4) == {"text": expected}
        return
    with pytest.raises(expected):
        rules.decide(so_far, bo, kind, {"text": text}, 4)


def test_a_closed_call_lets_everybody_go_until_a_host_comes_back() -> None:
    so_far = after(joined("ana", "host"), joined("bo", "member"), ("closed", "ana", HERE, {}))
    assert rules.role_of(so_far, participant("bo", "member")) == ""
    with pytest.raises(CallOverError):
        let_in(participant("bo", "member"), so_far=so_far)
    assert let_in(participant("ana", "host"), so_far=so_far) == "host"
