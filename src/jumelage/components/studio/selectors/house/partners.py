"""The partner organisations of a production: who sits for them, and what their seats see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jumelage.components.studio.models import Production, Seat
from jumelage.components.studio.selectors.walls.assigned import given_out
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
    """Return the organisations that sit in *production* or that a wall stands before, by name.

    The one that makes it is no partner, unless a wall stands before it.
    """
    seats = Seat.objects.live().filter(production=production).exclude(organisation=None)
    sitting = dict(seats.values_list("uri", "organisation_id"))
    working = Counter(
        organisation
        for _task, _entity, on in given_out(production.uri)
        for organisation in {sitting[seat] for seat in on if seat in sitting}
    )
    wanted = {*sitting.values()} - {production.organisation_id} | {*production.vendors}
    held = Counter(sitting.values())
    return [
        Partner(each, held[each.uri], working[each.uri], each.uri in production.vendors)
        for each in Organisation.objects.filter(uri__in=wanted).order_by("sort_name", "uri")
    ]
