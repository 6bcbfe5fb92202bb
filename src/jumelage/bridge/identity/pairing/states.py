r"""What a pairing can be and what can happen to it, as a table checked at import.

    invited --meet--> met --confirm here--> confirmed-here --confirm there--> paired
                       \\--confirm there--> confirmed-there --confirm here-----/

Nothing is trusted before `paired`, and no path reaches it without both confirmations.
"""

from enum import StrEnum

from jumelage.bridge.identity.errors import PairingStateError
from jumelage.bridge.models import Pairing

State = Pairing.State


class Event(StrEnum):
    """What can happen to a pairing; `there` is what the peer's signed word says."""

    MEET = "meet"
    CONFIRM_HERE = "confirm-here"
    CONFIRM_THERE = "confirm-there"
    REFUSE_HERE = "refuse-here"
    REFUSE_THERE = "refuse-there"
    CANCEL = "cancel"
    EXPIRE = "expire"
    END_HERE = "end-here"
    END_THERE = "end-there"


CLOSED = frozenset({State.REFUSED, State.CANCELLED, State.EXPIRED, State.ENDED})
FROM_THERE = frozenset({Event.CONFIRM_THERE, Event.REFUSE_THERE, Event.END_THERE})

TRANSITIONS = {
    (State.INVITED, Event.MEET): State.MET,
    (State.INVITED, Event.CANCEL): State.CANCELLED,
    (State.INVITED, Event.EXPIRE): State.EXPIRED,
    (State.MET, Event.CONFIRM_HERE): State.CONFIRMED_HERE,
    (State.MET, Event.CONFIRM_THERE): State.CONFIRMED_THERE,
    (State.MET, Event.REFUSE_HERE): State.REFUSED,
    (State.MET, Event.REFUSE_THERE): State.REFUSED,
    (State.MET, Event.EXPIRE): State.EXPIRED,
    # Confirmed here does not expire: the peer may have confirmed in time without our knowing.
    (State.CONFIRMED_HERE, Event.CONFIRM_THERE): State.PAIRED,
    (State.CONFIRMED_HERE, Event.REFUSE_HERE): State.REFUSED,
    (State.CONFIRMED_HERE, Event.REFUSE_THERE): State.REFUSED,
    (State.CONFIRMED_HERE, Event.END_THERE): State.REFUSED,
    (State.CONFIRMED_THERE, Event.CONFIRM_THERE): State.CONFIRMED_THERE,
    (State.CONFIRMED_THERE, Event.CONFIRM_HERE): State.PAIRED,
    (State.CONFIRMED_THERE, Event.REFUSE_HERE): State.REFUSED,
    (State.CONFIRMED_THERE, Event.REFUSE_THERE): State.REFUSED,
    (State.CONFIRMED_THERE, Event.EXPIRE): State.EXPIRED,
    (State.PAIRED, Event.CONFIRM_THERE): State.PAIRED,
    # The peer's person changed their mind before our confirmation reached them.
    (State.PAIRED, Event.REFUSE_THERE): State.ENDED,
    (State.PAIRED, Event.END_THERE): State.ENDED,
    (State.PAIRED, Event.END_HERE): State.ENDED,
    # A closed pairing stays closed whatever arrives late.
    **{(state, event): state for state in CLOSED for event in FROM_THERE},
}


def follow(state: str, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        PairingStateError: the table has no such transition.
    """
    after = TRANSITIONS.get((State(state), event))
    if after is None:
        raise PairingStateError(state=State(state).label, event=event.value)
    return after


def allows(state: str, event: Event) -> bool:
    """Tell whether *event* can happen in *state*."""
    return (State(state), event) in TRANSITIONS


def _reachable(without: Event | None = None) -> set[State]:
    """Return the states that can be reached from `invited` when *without* never happens."""
    found, fresh = {State.INVITED}, {State.INVITED}
    while fresh:
        after = {
            end
            for (start, event), end in TRANSITIONS.items()
            if start in fresh and event != without
        }
        fresh = after - found
        found |= fresh
    return found


def _check() -> None:
    """Refuse to be imported with a table that loses a state or trusts too early."""
    if _reachable() != set(State):
        message = f"states nobody can reach: {set(State) - _reachable()}"
        raise AssertionError(message)
    for needed in (Event.MEET, Event.CONFIRM_HERE, Event.CONFIRM_THERE):
        if State.PAIRED in _reachable(without=needed):
            message = f"a pairing is trusted without {needed}"
            raise AssertionError(message)


_check()
