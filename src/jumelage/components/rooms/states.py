"""How a room in each city is booked in one act: the table, and what follows from it.

Each city says one word for each occurrence about its own room, and the city that asked (the
coordinator) decides; all of it are records, so both cities compute the same state from them:

    asked -> each owner holds or refuses -> the coordinator confirms what both hold -> both confirm

A word never goes back: an owner that gave a room back has said `released`, which no later word
undoes. A held room waits for the coordinator however long the line is cut; the coordinator
alone gives up, by a decision. So once every record has arrived, both rooms are confirmed or
both are free. `tests/models/rooms.pml` checks it in every state, with cuts at every step.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an occurrence stands, for both rooms together."""

    ASKED = "asked", _("asked")
    HELD = "held", _("held in both cities")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    RELEASED = "released", _("released")


class Word(models.TextChoices):
    """What an owner says of its own room."""

    NOTHING = "", _("no answer yet")
    HELD = "held", _("held")
    REFUSED = "refused", _("refused")
    RELEASED = "released", _("released")


class Decision(models.TextChoices):
    """What the coordinator says."""

    NOTHING = "", _("not decided")
    CONFIRMED = "confirmed", _("confirmed")
    RELEASED = "released", _("released")


class Reason(models.TextChoices):
    """Why a room was refused or an occurrence released."""

    NOTHING = "", ""
    TAKEN = "taken", _("the room is taken at that time")
    CLOSED = "closed", _("the room is closed at that time")
    DECLINED = "declined", _("the city refused it")
    UNKNOWN = "unknown", _("there is no such room")
    TOGETHER = "together", _("another occurrence could not be had, and all were asked or none")
    LATE = "late", _("no answer came in time")
    CANCELLED = "cancelled", _("it was cancelled")
    OVERRIDDEN = "overridden", _("a city took its room back")


_RELEASED = (State.RELEASED,) * 3
_REFUSED = (State.REFUSED, State.REFUSED, State.REFUSED)
_ROWS: Mapping[tuple[Word, Word], tuple[State, State, State]] = {
    # one room, the other room: undecided, confirmed, released
    (Word.NOTHING, Word.NOTHING): (State.ASKED, State.ASKED, State.RELEASED),
    (Word.NOTHING, Word.HELD): (State.ASKED, State.ASKED, State.RELEASED),
    (Word.NOTHING, Word.REFUSED): _REFUSED,
    (Word.NOTHING, Word.RELEASED): _RELEASED,
    (Word.HELD, Word.HELD): (State.HELD, State.CONFIRMED, State.RELEASED),
    (Word.HELD, Word.REFUSED): _REFUSED,
    (Word.HELD, Word.RELEASED): _RELEASED,
    (Word.REFUSED, Word.REFUSED): _REFUSED,
    (Word.REFUSED, Word.RELEASED): _REFUSED,
    (Word.RELEASED, Word.RELEASED): _RELEASED,
}
_COLUMNS = (Decision.NOTHING, Decision.CONFIRMED, Decision.RELEASED)
_EITHER_WAY = {**_ROWS, **{(other, one): row for (one, other), row in _ROWS.items()}}
TABLE: Mapping[tuple[Word, Word, Decision], State] = {
    (one, other, decision): state
    for (one, other), row in _EITHER_WAY.items()
    for decision, state in zip(_COLUMNS, row, strict=True)
}
"""The state of every combination; it does not matter which room is whose."""
OVER = frozenset({State.REFUSED, State.RELEASED})
"""States in which both rooms are given back, for good."""


def state_of(one: Word, other: Word, decision: Decision) -> State:
    """Return where an occurrence stands."""
    return TABLE[one, other, decision]


Said = Mapping[int, tuple[str, Reason]]
"""Word and reason by number of the occurrence."""


class Standing(Protocol):
    """What the coordinator looks at: an occurrence, where it stands, what was decided."""

    number: int
    state: str
    decision: str
    reason: str


def verdicts(standings: Iterable[Standing], *, all_or_nothing: bool, late: bool) -> Said:
    """Return what the coordinator has to decide now; nothing: wait.

    *late*: the time to answer is over. Where all were asked or none, all are confirmed at once,
    or released as soon as one cannot be had.
    """
    every = list(standings)
    open_ = [one for one in every if one.decision == Decision.NOTHING]
    lost = [one for one in open_ if one.state in OVER or (late and one.state == State.ASKED)]
    held = [one for one in open_ if one.state == State.HELD]
    said: dict[int, tuple[str, Reason]] = {
        one.number: (Decision.RELEASED, Reason(one.reason))
        for one in every
        if one.decision == Decision.CONFIRMED and one.state in OVER
    }
    for one in lost:
        reason = Reason(one.reason) if one.state in OVER else Reason.LATE
        said[one.number] = (Decision.RELEASED, reason)
    if not all_or_nothing or len(held) == len(open_):
        return said | {one.number: (Decision.CONFIRMED, Reason.NOTHING) for one in held}
    if lost:
        left = (one.number for one in open_ if one.number not in said)
        return said | dict.fromkeys(left, (Decision.RELEASED, Reason.TOGETHER))
    return said


def terms(rooms: Iterable[str], times: Iterable[tuple[int, datetime, datetime]]) -> str:
    """Return a hash of what was asked: which rooms, when.

    Answers and decisions repeat it, and count only for the terms they were given for: who asks
    for more afterwards has asked for something else.
    """
    said = [*rooms]
    said += [
        f"{number} {start.timestamp():.0f} {end.timestamp():.0f}" for number, start, end in times
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
