"""The state machine of pairing, walked by two nodes on a wire that loses and repeats."""

from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.identity.pairing.states import (
    CLOSED,
    FROM_THERE,
    TRANSITIONS,
    Event,
    State,
    allows,
    follow,
)

SAYS = {
    State.CONFIRMED_HERE: Event.CONFIRM_THERE,
    State.PAIRED: Event.CONFIRM_THERE,
    State.REFUSED: Event.REFUSE_THERE,
    State.EXPIRED: Event.REFUSE_THERE,
    State.ENDED: Event.END_THERE,
}
ACTIONS = (Event.CONFIRM_HERE, Event.REFUSE_HERE, Event.EXPIRE, Event.END_HERE)
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from([*ACTIONS, "tell"])), max_size=30
)


def test_closed_states_stay_closed() -> None:
    after = {TRANSITIONS[state, event] == state for state in CLOSED for event in FROM_THERE}
    assert after == {True}
    assert [allows(state, Event.CONFIRM_HERE) for state in sorted(CLOSED)] == [False] * 4


@given(STEPS)
def test_two_nodes_never_trust_alone_and_end_up_agreeing(steps: list[tuple[int, str]]) -> None:
    states, confirmed = [State.MET, State.MET], [False, False]
    for who, action in steps:
        if action == "tell":
            _tell(states, who)
        elif allows(states[who], Event(action)):
            states[who] = follow(states[who], Event(action))
            confirmed[who] |= action == Event.CONFIRM_HERE
        assert State.PAIRED not in states or confirmed == [True, True]
    for _ in range(2):
        _tell(states, 0)
        _tell(states, 1)
    assert _agree(states)


def _tell(states: list[State], who: int) -> None:
    """Let *who* say where it stands; what it says is always possible for the other."""
    event = SAYS.get(states[who])
    if event:
        states[1 - who] = follow(states[1 - who], event)


def _agree(states: list[State]) -> bool:
    trusted = [state == State.PAIRED for state in states]
    closed = [state in CLOSED for state in states]
    return trusted in ([True, True], [False, False]) and closed in ([True, True], [False, False])
