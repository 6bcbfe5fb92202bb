"""The acts of one session in order, and what they come to; pure, and equal whatever came first."""

import logging
from bisect import bisect
from collections.abc import Iterable, Mapping

from jumelage.bridge.live.errors import ActConflictError, ActGapError, ForgedActError, LogFullError
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Facts, SessionKind, State

logger = logging.getLogger(__name__)
Vector = dict[str, int]
"""For each origin the highest number held; numbers of an origin have no gaps."""

MARK_EVERY = 64
"""Acts between two states that are kept, to fold again from when an act comes late."""
MOST_ACTS = 50_000
MOST_ACTS_OF_A_CITY = MOST_ACTS // 2
"""No city fills the log alone."""
LONGEST_LEAP = 1_000
"""A stamp is one more than the highest its city had seen, and that city's acts come in order:
it is at most one more than the highest held here, or what was lost on the way."""
Place = tuple[int, str, int]


class History:
    """All acts of a session that this node holds."""

    def __init__(self, kind: SessionKind, facts: Facts, acts: Iterable[Act] = ()) -> None:
        """Begin with *acts*, in whatever order between origins."""
        self._kind, self._facts = kind, facts
        self._places: list[Place] = []
        self._acts: list[Act] = []
        self._of: dict[str, list[Act]] = {}
        self._marks: list[State] = [kind.begin(facts)]
        self._folded, self._state = 0, self._marks[0]
        for act in acts:
            self.put(act)

    def __len__(self) -> int:
        """Return how many acts are held."""
        return len(self._acts)

    @property
    def acts(self) -> list[Act]:
        """All acts in order."""
        return list(self._acts)

    @property
    def vector(self) -> Vector:
        """How far each origin is held."""
        return {origin: len(acts) for origin, acts in self._of.items()}

    @property
    def stamp(self) -> int:
        """The highest stamp seen."""
        return self._places[-1][0] if self._places else 0

    @property
    def state(self) -> State:
        """What all acts come to."""
        while self._folded < len(self._acts):
            self._state = self._fold(self._state, self._acts[self._folded])
            self._folded += 1
            if self._folded % MARK_EVERY == 0:
                self._marks.append(self._state)
        return self._state

    def state_of(self, vector: Mapping[str, int]) -> State:
        """Return what the acts that *vector* covers come to, without those that came after."""
        whole = self.state
        lacking = [
            acts[_held(vector, of)]
            for of, acts in self._of.items()
            if len(acts) > _held(vector, of)
        ]
        if not lacking:
            return whole
        first = min(bisect(self._places, act.place) - 1 for act in lacking)
        mark = first // MARK_EVERY
        state = self._marks[mark]
        for act in self._acts[mark * MARK_EVERY :]:
            if act.number <= _held(vector, act.origin):
                state = self._fold(state, act)
        return state

    def get(self, origin: str, number: int) -> Act:
        """Return an act that is held."""
        return self._of[origin][number - 1]

    def next_number(self, origin: str) -> int:
        """Return the number of the next act of *origin*."""
        return len(self._of.get(origin, ())) + 1

    def put(self, act: Act) -> bool:
        """Take *act* into its place; tell whether it is new.

        Raises:
            ActConflictError: another act has its number.
            ActGapError: the one before it is missing.
            ForgedActError: its stamp cannot be.
            LogFullError: the session has too many acts.
        """
        own = self._of.get(act.origin, [])
        if act.number <= len(own):
            _compare(own[act.number - 1], act)
            return False
        self._check(own, act)
        own.append(act)
        self._of[act.origin] = own
        index = bisect(self._places, act.place)
        self._places.insert(index, act.place)
        self._acts.insert(index, act)
        self._unfold(index)
        return True

    def after(self, vector: Mapping[str, int]) -> list[Act]:
        """Return in order the acts that somebody who holds *vector* does not have."""
        missing = [
            act for origin, acts in self._of.items() for act in acts[_held(vector, origin) :]
        ]
        return sorted(missing, key=lambda act: act.place)

    def _check(self, own: list[Act], act: Act) -> None:
        facts = {"origin": act.origin, "session": act.session}
        if act.number != len(own) + 1:
            raise ActGapError(**facts, expected=len(own) + 1, number=act.number)
        if len(self._acts) >= MOST_ACTS or len(own) >= MOST_ACTS_OF_A_CITY:
            raise LogFullError
        if not (own[-1].stamp if own else 0) < act.stamp <= self.stamp + LONGEST_LEAP:
            raise ForgedActError(**facts, reason=f"stamp {act.stamp}")

    def _unfold(self, index: int) -> None:
        """Go back to the last kept state before *index*, if it was folded already."""
        if index < self._folded:
            mark = index // MARK_EVERY
            del self._marks[mark + 1 :]
            self._folded, self._state = mark * MARK_EVERY, self._marks[mark]

    def _fold(self, state: State, act: Act) -> State:
        try:
            return self._kind.fold(state, act)
        except (ArithmeticError, AttributeError, JumelageError, LookupError, TypeError, ValueError):
            # The same on every node: what another city said may make no sense.
            logger.info("act %s of %s was not understood", act.kind, act.origin, exc_info=True)
            return state


def _held(vector: Mapping[str, int], origin: str) -> int:
    return max(0, vector.get(origin, 0))


def covers(holder: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Tell whether *holder* holds everything of *wanted*."""
    return all(holder.get(origin, 0) >= number for origin, number in wanted.items())


def _compare(held: Act, act: Act) -> None:
    if held != act:
        raise ActConflictError(origin=act.origin, number=act.number, session=act.session)
