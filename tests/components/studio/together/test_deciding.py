"""Who may move the picture, take it, give it, and say what."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jumelage.components.studio.together.deciding import decide
from jumelage.components.studio.together.errors import (
    NobodyThereError,
    NothingToShowError,
    NotPresentingError,
    NotUnderstoodError,
    NotYoursToTakeError,
    OnlyLookingError,
)
from jumelage.components.studio.together.folding import begin
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Facts, Participant, State

PARIS, SF = "a" * 32, "b" * 32
VERSION = f"jumelage:{PARIS}:{'c' * 26}"
ITEM = {"version": VERSION, "hash": "d" * 64, "first": 1001, "frames": 48, "rate": [24, 1]}
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)


def who(person: str, role: str = "annotator", city: str = PARIS) -> Participant:
    """Return somebody in the session."""
    return Participant(id=person[0], person=person, city=city, role=role, label=person)


ADA, LEO, VIO, BOB = (
    who("ada"),
    who("leo", "presenter"),
    who("vio", "viewer"),
    who("bob", "presenter", SF),
)


def state(presenter: str = "ada", **facts: Any) -> State:  # noqa: ANN401  # of the state
    """Return a session in which all are."""
    begun = begin(
        Facts(uri=VERSION, kind="review", host=PARIS, cities=(PARIS, SF), more={"items": [ITEM]})
    )
    here = [
        {"id": one.id, "person": one.person, "city": one.city, "role": one.role}
        for one in (ADA, LEO, VIO, BOB)
    ]
    return {**begun, "presenter": presenter, "here": here, **facts}


def refused(by: Participant, kind: str, body: dict[str, Any], **facts: Any) -> type[JumelageError]:  # noqa: ANN401  # of the state
    """Return how it is refused."""
    with pytest.raises(JumelageError) as caught:
        decide(state(**facts), by, kind, body, NOW)
    return type(caught.value)


def test_only_who_presents_moves_the_picture() -> None:
    seek = {"command": "seek", "frame": 1010}

    assert decide(state(), ADA, "transport", seek, NOW)["frame"] == 1010
    assert decide(state(presenter=""), BOB, "transport", seek, NOW)["frame"] == 1010
    assert refused(LEO, "transport", seek) is NotPresentingError
    assert refused(VIO, "transport", seek) is OnlyLookingError


def test_leader_of_the_hosts_city_takes_the_picture_back_and_no_other() -> None:
    assert decide(state("bob"), LEO, "presenter", {"to": "leo"}, NOW) == {"to": "leo"}
    assert refused(BOB, "presenter", {"to": "bob"}) is NotYoursToTakeError
    assert refused(ADA, "presenter", {"to": "ada"}, presenter="leo") is NotYoursToTakeError


def test_anybody_takes_what_nobody_holds() -> None:
    assert decide(state("gone"), ADA, "presenter", {"to": "ada"}, NOW) == {"to": "ada"}
    beyond = state("bob", lost=[SF])
    assert decide(beyond, ADA, "presenter", {"to": "ada"}, NOW) == {"to": "ada"}


def test_picture_is_given_to_somebody_who_is_here_and_may() -> None:
    assert decide(state(), ADA, "presenter", {"to": "bob"}, NOW) == {"to": "bob"}
    assert refused(ADA, "presenter", {"to": "vio"}) is NobodyThereError
    assert refused(ADA, "presenter", {"to": "eve"}) is NobodyThereError
    assert refused(LEO, "presenter", {"to": "bob"}) is NotYoursToTakeError


@pytest.mark.parametrize(
    "body",
    [
        {}, {"command": "dance"}, {"command": "seek"}, {"command": "seek", "frame": "x"},
        {"command": "seek", "frame": float("inf")}, {"command": "rate", "speed": 0},
        {"command": "rate", "speed": 99}, {"command": "play", "lead": "soon"},
        {"command": "seek", "frame": float("nan")}, {"command": ["play"]},
    ],
)  # fmt: skip
def test_commands_that_are_none_are_refused(body: dict[str, Any]) -> None:
    assert refused(ADA, "transport", body) is NotUnderstoodError


def test_places_that_are_none_are_refused() -> None:
    assert refused(ADA, "transport", {"command": "item", "item": 7}) is NothingToShowError
    assert refused(ADA, "transport", {"command": "play"}, items=[]) is NothingToShowError


def test_list_is_taken_from_who_presents_or_leads() -> None:
    body = {"items": [ITEM]}

    assert decide(state(), ADA, "items", body, NOW) == body
    assert decide(state(), LEO, "items", body, NOW) == body
    assert refused(who("eve"), "items", body) is NotPresentingError
    assert refused(ADA, "items", {"items": [{**ITEM, "rate": [24, 0]}]}) is NotUnderstoodError
    assert refused(ADA, "items", {"items": [{**ITEM, "frames": 0}]}) is NotUnderstoodError


def test_city_lists_only_what_it_keeps_itself() -> None:
    theirs = f"jumelage:{SF}:{'e' * 26}"
    body = {"uri": theirs, "version": VERSION, "first": 1001, "last": 1002}

    assert decide(state(), BOB, "drawn", body, NOW) == body
    assert refused(ADA, "drawn", body) is NotUnderstoodError
    assert refused(BOB, "noted", {**body, "decision": "maybe"}) is NotUnderstoodError
    assert refused(BOB, "noted", {**body, "name": "Bob"}) is NotUnderstoodError


def test_seat_belongs_to_the_city_of_who_says_so() -> None:
    seat = f"jumelage:{PARIS}:{'e' * 26}"

    assert decide(state(), VIO, "seated", {"seat": seat}, NOW) == {"seat": seat}
    assert refused(BOB, "seated", {"seat": seat}) is NotUnderstoodError
