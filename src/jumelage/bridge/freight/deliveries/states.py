r"""What a delivery can be and what can happen to it, as a table checked at import.

Browser     gathering --gathered--> packing
Sender      packing --packed--> offered --accepted--> ready --begin--> carrying --received--> delivered
Receiver    offered --(ask)--> asking --accepted--> ready --begin--> carrying --received--> delivered

`ready` and `carrying` go back and forth as the line is cut, the node restarts or something more
urgent overtakes; `paused` is what a person or a full disk did. What has ended stays ended, whatever
arrives late: `delivered`, `refused`, `cancelled`, `failed`.
"""

from enum import StrEnum

from jumelage.bridge.freight.errors import DeliveryStateError
from jumelage.bridge.models import Delivery

State = Delivery.State


class Event(StrEnum):
    """What can happen to a delivery."""

    GATHERED = "gathered"
    PACKED = "packed"
    UNPACKABLE = "unpackable"
    ASK = "ask"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BEGIN = "begin"
    HALT = "halt"
    RECEIVED = "received"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


ENDED = frozenset({State.DELIVERED, State.REFUSED, State.CANCELLED, State.FAILED})
ACTIVE = frozenset(State) - ENDED
MOVING = frozenset({State.READY, State.CARRYING})

TRANSITIONS = {
    (State.GATHERING, Event.GATHERED): State.PACKING,
    (State.PACKING, Event.PACKED): State.OFFERED,
    (State.PACKING, Event.UNPACKABLE): State.FAILED,
    (State.OFFERED, Event.ASK): State.ASKING,
    (State.OFFERED, Event.ACCEPTED): State.READY,
    (State.OFFERED, Event.REFUSED): State.REFUSED,
    (State.ASKING, Event.ACCEPTED): State.READY,
    (State.ASKING, Event.REFUSED): State.REFUSED,
    (State.READY, Event.BEGIN): State.CARRYING,
    (State.READY, Event.HALT): State.READY,
    (State.READY, Event.ACCEPTED): State.READY,
    (State.CARRYING, Event.BEGIN): State.CARRYING,
    (State.CARRYING, Event.HALT): State.READY,
    (State.CARRYING, Event.ACCEPTED): State.CARRYING,
    (State.PAUSED, Event.RESUME): State.READY,
    (State.PAUSED, Event.PAUSE): State.PAUSED,
    (State.PAUSED, Event.HALT): State.PAUSED,
    # The last parcel may have been acknowledged while somebody paused or the line went.
    **{(s, Event.RECEIVED): State.DELIVERED for s in (*MOVING, State.PAUSED, State.OFFERED)},
    **{(s, Event.PAUSE): State.PAUSED for s in MOVING},
    **{(s, Event.CANCEL): State.CANCELLED for s in ACTIVE},
    # The receiver may change its mind after it accepted.
    **{(s, Event.REFUSED): State.REFUSED for s in (*MOVING, State.PAUSED)},
}
LATE = frozenset({Event.RECEIVED, Event.REFUSED, Event.ACCEPTED, Event.HALT})
"""What may still arrive after the end, and changes nothing then."""


def follow(state: str, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        DeliveryStateError: the table has no such transition.
    """
    before = State(state)
    if before in ENDED and event in LATE:
        return before
    after = TRANSITIONS.get((before, event))
    if after is None:
        raise DeliveryStateError(state=before.label, event=event.value)
    return after


def allows(state: str, event: Event) -> bool:
    """Tell whether *event* can happen in *state* and change something."""
    return (State(state), event) in TRANSITIONS


def _check() -> None:
    """Refuse to be imported with a table that loses a state or leaves one that has ended."""
    reached = {State.GATHERING, State.PACKING, State.OFFERED, *TRANSITIONS.values()}
    if reached != set(State):
        message = f"states nobody can reach: {set(State) - reached}"
        raise AssertionError(message)
    if any(start in ENDED for start, _ in TRANSITIONS):
        message = "a delivery that has ended begins again"
        raise AssertionError(message)


_check()
