"""What a plan comes to before anybody is asked: both clocks, what is unusual, what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from jumelage.directory.calendars.local_times import LocalTime, is_unusual, local
from jumelage.directory.calendars.opening import is_open
from jumelage.directory.calendars.recurring import Plan, Planned, expand
from jumelage.directory.calendars.selectors import busy
from jumelage.directory.models import Resource
from jumelage.kit import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why a room cannot be had: `taken`, `closed`, as far as this node knows."""

    room: Resource
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One time of a plan in each room's city.

    `starts` and `ends` are local times, in the order of the rooms. `unusual`: the clocks of both
    cities are not as far apart as they mostly are (eight hours instead of nine).
    """

    planned: Planned
    starts: tuple[LocalTime, ...]
    ends: tuple[LocalTime, ...]
    unusual: bool
    past: bool
    conflicts: tuple[Conflict, ...]

    @property
    def is_free(self) -> bool:
        """Tell whether it is to come and every room can be had."""
        return not self.conflicts and not self.past


def propose(*, rooms: Sequence[Resource], plan: Plan) -> Sequence[Proposed]:
    """Return every time of *plan* as it would be in *rooms*; nothing is asked or kept.

    Raises:
        As `recurring.expand`.
    """
    return [_proposed(planned, rooms) for planned in expand(plan)]


def _proposed(planned: Planned, rooms: Sequence[Resource]) -> Proposed:
    span = planned.span
    zones = [room.zone for room in rooms]
    return Proposed(
        planned=planned,
        starts=tuple(local(span.start, zone) for zone in zones),
        ends=tuple(local(span.end, zone) for zone in zones),
        unusual=any(is_unusual(span.start, zones[0], zone) for zone in zones[1:]),
        past=span.start <= clock.now(),
        conflicts=tuple(found for room in rooms for found in _conflicts(room, planned)),
    )


def _conflicts(room: Resource, planned: Planned) -> Sequence[Conflict]:
    if busy(room, planned.span):
        return [Conflict(room=room, reason="taken")]
    if not is_open(room, planned.span):
        return [Conflict(room=room, reason="closed")]
    return []
