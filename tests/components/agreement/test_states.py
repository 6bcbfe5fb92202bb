"""The state of a commitment, as a table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.components.agreement.selectors.states import (
    Activity,
    CommitmentFacts,
    EvidenceFact,
    state_of,
    tally,
)

TODAY = date(2026, 11, 22)
PARIS, BAY = "a" * 32, "b" * 32


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def _said(
    days: int,
    *,
    confirmed: bool = True,
    disputed: bool = False,
    completes: bool = False,
    nothing: bool = False,
) -> EvidenceFact:
    return EvidenceFact(
        uri=f"uri-{days}",
        on=_ago(days),
        stated_by=PARIS,
        confirmed_by=frozenset({BAY} if confirmed else ()),
        confirmed_on=_ago(days) if confirmed else None,
        disputed_by=frozenset({BAY} if disputed else ()),
        completes=completes,
        nothing=nothing,
    )


def _facts(*evidence: EvidenceFact, **known: object) -> CommitmentFacts:
    return CommitmentFacts(evidence=evidence, **known)  # type: ignore[arg-type]  # fields of the dataclass


TABLE = {
    "nothing said": (_facts(), Activity.NOT_STARTED, None),
    "nothing said since a day": (_facts(first_day=_ago(40)), Activity.NOT_STARTED, _ago(40)),
    "only stated": (_facts(_said(3, confirmed=False)), Activity.NOT_STARTED, None),
    "only disputed": (_facts(_said(3, confirmed=False, disputed=True)), Activity.NOT_STARTED, None),
    "confirmed by one, disputed by another": (
        _facts(_said(3, disputed=True)),
        Activity.NOT_STARTED,
        None,
    ),
    "confirmed today": (_facts(_said(0)), Activity.ACTIVE, TODAY),
    "confirmed for tomorrow": (_facts(_said(-1)), Activity.NOT_STARTED, None),
    "confirmed 183 days ago": (_facts(_said(183)), Activity.ACTIVE, _ago(183)),
    "confirmed 184 days ago": (_facts(_said(184)), Activity.QUIET, TODAY),
    "confirmed 200 days ago": (_facts(_said(200)), Activity.QUIET, _ago(16)),
    "active in one run": (_facts(_said(300), _said(150), _said(10)), Activity.ACTIVE, _ago(300)),
    "active again after silence": (_facts(_said(400), _said(10)), Activity.ACTIVE, _ago(10)),
    "a confirmed zero": (_facts(_said(3, nothing=True)), Activity.NOT_STARTED, None),
    "a zero after life": (_facts(_said(200), _said(3, nothing=True)), Activity.QUIET, _ago(16)),
    "deadline today": (_facts(_said(1), deadline=TODAY), Activity.ACTIVE, _ago(1)),
    "deadline yesterday": (_facts(_said(1), deadline=_ago(1)), Activity.OVERDUE, TODAY),
    "deadline past, never begun": (_facts(deadline=_ago(9)), Activity.OVERDUE, _ago(8)),
    "fulfilled": (_facts(_said(5, completes=True)), Activity.DONE_CONFIRMED, _ago(5)),
    "fulfilled after the deadline": (
        _facts(_said(5, completes=True), deadline=_ago(9)),
        Activity.DONE_CONFIRMED,
        _ago(5),
    ),
    "fulfilled, says one city alone": (
        _facts(_said(5, confirmed=False, completes=True)),
        Activity.NOT_STARTED,
        None,
    ),
    "text ended": (_facts(_said(5), last_day=_ago(1)), Activity.ENDED, TODAY),
    "text ended and overdue": (
        _facts(last_day=_ago(1), deadline=_ago(1)),
        Activity.OVERDUE,
        TODAY,
    ),
    "renewed": (
        _facts(_said(5), replaced=True, replaced_on=_ago(2)),
        Activity.ENDED,
        _ago(2),
    ),
    "withdrawn": (_facts(_said(5), withdrawn=True), Activity.ENDED, None),
}


@pytest.mark.parametrize(("facts", "activity", "since"), TABLE.values(), ids=TABLE.keys())
def test_state_follows_from_the_facts(
    facts: CommitmentFacts, activity: Activity, since: date | None
) -> None:
    state = state_of(facts, TODAY)

    assert (state.activity, state.since) == (activity, since)


def test_state_says_who_confirmed_and_what_waits() -> None:
    state = state_of(
        _facts(_said(30), _said(20, confirmed=False), _said(10, confirmed=False, disputed=True)),
        TODAY,
    )

    assert state.last_confirmed == _ago(30)
    assert state.cities == {PARIS, BAY}
    assert [fact.uri for fact in state.waiting] == ["uri-20"]
    assert [fact.uri for fact in state.disputed] == ["uri-10"]
    assert (state.orphan, state.unmeasured) == (True, True)


@pytest.mark.parametrize(
    ("facts", "alarm"),
    [
        (_facts(first_day=_ago(184)), True),
        (_facts(first_day=_ago(183)), False),
        (_facts(_said(184)), True),
        (_facts(_said(5)), False),
        (_facts(), False),
        (_facts(_said(400, completes=True)), False),
        (_facts(_said(400), replaced=True), False),
    ],
    ids=["never begun", "young", "quiet", "active", "no date known", "done", "renewed"],
)
def test_alarm_rings_after_183_days_while_something_is_due(
    facts: CommitmentFacts, alarm: bool
) -> None:
    assert state_of(facts, TODAY).alarm == alarm


evidence = st.builds(
    _said,
    st.integers(-50, 800),
    confirmed=st.booleans(),
    disputed=st.booleans(),
    completes=st.booleans(),
    nothing=st.booleans(),
)


@given(st.lists(evidence, max_size=8), st.randoms())
def test_state_does_not_depend_on_the_order_of_evidence(
    said: list[EvidenceFact], random: object
) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    first, second = state_of(_facts(*said), TODAY), state_of(_facts(*mixed), TODAY)

    assert (first.activity, first.last_confirmed) == (second.activity, second.last_confirmed)


def test_tally_names_every_activity() -> None:
    counted = tally({"a": state_of(_facts(), TODAY)})

    assert counted.activities == {
        Activity.NOT_STARTED: 1,
        Activity.ACTIVE: 0,
        Activity.QUIET: 0,
        Activity.OVERDUE: 0,
        Activity.DONE_CONFIRMED: 0,
        Activity.ENDED: 0,
    }
