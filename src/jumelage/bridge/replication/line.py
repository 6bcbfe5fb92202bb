"""The line to one peer: its states, as a table, and how long to wait before trying again."""

import random
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """What the worker is doing about a peer."""

    DOWN = "down"
    CATCHING_UP = "catching-up"
    LIVE = "live"
    POLLING = "polling"


class Event(StrEnum):
    """What can happen to a line."""

    ANSWERED = "answered"
    CAUGHT_UP = "caught-up"
    HELD_BACK = "held-back"
    BROKE = "broke"


TRANSITIONS = {
    (State.DOWN, Event.ANSWERED): State.CATCHING_UP,
    (State.DOWN, Event.BROKE): State.DOWN,
    (State.CATCHING_UP, Event.ANSWERED): State.CATCHING_UP,
    (State.CATCHING_UP, Event.CAUGHT_UP): State.LIVE,
    (State.CATCHING_UP, Event.BROKE): State.DOWN,
    (State.LIVE, Event.ANSWERED): State.LIVE,
    # An open stream that stays silent although the peer answers: a proxy holds it back.
    (State.LIVE, Event.HELD_BACK): State.POLLING,
    (State.LIVE, Event.BROKE): State.DOWN,
    (State.POLLING, Event.ANSWERED): State.POLLING,
    (State.POLLING, Event.BROKE): State.DOWN,
}


@dataclass(slots=True)
class Line:
    """The state of the line to one peer."""

    state: State = State.DOWN

    def on(self, event: Event) -> State:
        """Move by *event*; an event the table does not name in this state is a bug.

        Raises:
            KeyError: the table has no such transition.
        """
        self.state = TRANSITIONS[self.state, event]
        return self.state

    @property
    def up(self) -> bool:
        """Tell whether the peer answers."""
        return self.state is not State.DOWN


@dataclass(slots=True)
class Backoff:
    """Seconds to wait before the next try: doubling with jitter, from 0.25 up to 4.

    A line that is whole again must be used within 10 s, a try under way when it was mended (up
    to 4 s until it gives up) and the wait after it included.
    """

    first: float = 0.25
    most: float = 4.0
    _next: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first wait."""
        self._next = self.first

    def reset(self) -> None:
        """Begin again after something worked."""
        self._next = self.first

    def wait(self) -> float:
        """Return how long to wait now, and wait longer the next time."""
        seconds = self._next * random.uniform(0.75, 1.25)  # noqa: S311  # jitter, not a secret
        self._next = min(self._next * 2, self.most)
        return seconds
