"""The partner organisations of a production: who sits for them, and what their seats see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jumelage.components.studio.models import Production, Seat
from jumelage.components.studio.selectors.house.assigned import Assigned
from jumelage.directory.models import Organisation


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation in a production; *tasks* are those assigned to its *seats* of both cities."""

    organisation: Organisation
    seats: int
    tasks: int
    is_apart: bool
    """Whether its seats see those tasks alone."""


def partners_of(production: Production) -> Sequence[Partner]:
    """Return the organisations that sit in *production* or that a wall stands before, by name."""
    seats = Seat.objects.live().filter(production=production).exclude(organisation=None)
    sitting = Counter(seats.values_list("organisation_id", flat=True))
    known = Organisation.objects.filter(uri__in=[*sitting, *production.vendors])
    return [
        Partner(
            organisation=each,
            seats=sitting[each.uri],
            tasks=len(Assigned(production.uri, each.uri).tasks),
            is_apart=each.uri in production.vendors,
        )
        for each in known.order_by("sort_name", "uri")
    ]
