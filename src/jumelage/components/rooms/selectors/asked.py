"""What this city was asked, and has not answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Booking, Occurrence, OccurrenceRows, Pair
from jumelage.components.rooms.states import State, Word
from jumelage.directory.models import Resource
from jumelage.kit import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Something asked for a room of this city over which somebody decides by hand.

    `pair` is none where the room alone was asked for, by somebody of this city (`booking`).
    """

    room: Resource
    occurrences: Sequence[Occurrence]
    pair: Pair | None = None
    booking: Booking | None = None


def own(here: str) -> OccurrenceRows:
    """Return the occurrences in which a room of the city *here* takes part, of pairs."""
    ours = f"jumelage:{here}:"
    mine = Q(room__uri__startswith=ours) | Q(twin_room__uri__startswith=ours)
    return Occurrence.objects.filter(mine, twin_room__isnull=False)


def unanswered(here: str, *, by_hand: bool) -> OccurrenceRows:
    """Return the occurrences for which the city *here* has said nothing of its own room."""
    ours = f"jumelage:{here}:"
    how = Resource.Approval.BY_HAND if by_hand else Resource.Approval.AUTOMATIC
    first = Q(room__uri__startswith=ours, room__approval=how, word=Word.NOTHING)
    second = Q(twin_room__uri__startswith=ours, twin_room__approval=how, twin_word=Word.NOTHING)
    asked = Occurrence.objects.filter(state=State.ASKED, decision="", twin_room__isnull=False)
    return asked.filter(first | second)


def incoming() -> Sequence[Incoming]:
    """Return what waits for somebody of this city to decide, the earliest first."""
    here, now = me().origin, clock.now()
    waiting = unanswered(here, by_hand=True).filter(starts_at__gt=now)
    single = Occurrence.objects.filter(twin_room=None, state=State.ASKED, starts_at__gt=now)
    both = list(waiting) + list(single)
    pairs = Pair.objects.select_related("node").in_bulk({each.series for each in both})
    bookings = Booking.objects.select_related("person").in_bulk({each.series for each in both})
    found: dict[str, list[Occurrence]] = {}
    for each in sorted(both, key=lambda one: (one.starts_at, one.uri)):
        found.setdefault(each.series, []).append(each)
    return [
        Incoming(
            room=_own_room(each[0], here),
            occurrences=each,
            pair=pairs.get(series),
            booking=bookings.get(series),
        )
        for series, each in found.items()
    ]


def _own_room(occurrence: Occurrence, here: str) -> Resource:
    """Return the room of this city; the other city's may not be listed here."""
    is_first = (occurrence.room_id or "").startswith(f"jumelage:{here}:")
    return Resource.objects.get(uri=occurrence.room_id if is_first else occurrence.twin_room_id)
