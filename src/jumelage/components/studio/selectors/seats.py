"""Who sits where: the seat a person has in a production, and what they may do with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from jumelage.bridge.api import HOME
from jumelage.components.studio.models import Membership, Production, Seat
from jumelage.directory.models import Person
from jumelage.kit.uris import Uri, new_id

_ROLES = Seat.Role
LEADS = frozenset({_ROLES.COORDINATOR, _ROLES.SUPERVISOR, _ROLES.TEACHER})
"""Roles that plan, assign and decide."""
MAKERS = LEADS | {_ROLES.ARTIST, _ROLES.STUDENT, _ROLES.RESEARCHER, _ROLES.COMPANY}
"""Roles that make versions."""
SPEAKERS = MAKERS | {_ROLES.CLIENT}
"""Roles that comment and draw."""
UNMOVED = frozenset({_ROLES.COORDINATOR, _ROLES.CLIENT})
"""Roles whose view is the same for every organisation."""


@dataclass(frozen=True, slots=True)
class Held:
    """The seat somebody of this city has in a production, and where what they say goes."""

    production: str
    seat: str
    role: str
    origin: str
    """The city the production belongs to."""
    opened_to: str
    state: str
    vendor: str = ""
    """The organisation (URI) whose tasks are all it sees; empty: it sees what its role does."""

    @property
    def here(self) -> str:
        """The origin of this node: seats belong to the city of who sits on them."""
        return Uri.parse(self.seat).origin

    @property
    def audience(self) -> str:
        """Who reads what is said from this seat; see `Production.audience`."""
        if not self.opened_to:
            return HOME
        return f"twin:{self.opened_to if self.here == self.origin else self.origin}"

    @property
    def is_open(self) -> bool:
        """Tell whether the production is still being made."""
        return self.state == Production.State.OPEN

    @property
    def is_client(self) -> bool:
        """Tell whether who sits there sees what is shown to clients."""
        return self.role == Seat.Role.CLIENT

    @property
    def is_walled(self) -> bool:
        """Tell whether a wall stands before who sits there; see `selectors/walls/seeing.py`."""
        return self.is_client or bool(self.vendor)

    def new_uri(self) -> str:
        """Return a fresh identifier of this city."""
        return str(Uri(self.here, new_id()))


def seats_of(person: Person) -> Mapping[str, Held]:
    """Return the seats of *person* by production; read once for each instance."""
    found: dict[str, Held] | None = person.__dict__.get("studio_seats")
    if found is None:
        held = Membership.objects.filter(
            person=person,
            until=None,
            seat__withdrawn_at=None,
            production__withdrawn_at=None,
        ).values_list(
            "production_id", "seat_id", "seat__role", "production__origin",
            "production__opened_to", "production__state",
            "seat__organisation_id", "production__vendors",
        )  # fmt: skip
        found = {row[0]: _held(*row) for row in held}
        person.__dict__["studio_seats"] = found
    return found


def _held(*row: Any) -> Held:  # noqa: ANN401  # the columns above
    *facts, organisation, vendors = row
    held = Held(*facts)
    vendor = vendor_of(held.role, organisation, vendors)
    if vendor and held.role in LEADS:
        held = replace(held, role=_ROLES.COMPANY)
    return replace(held, vendor=vendor) if vendor else held


def vendor_of(role: str, organisation: str | None, vendors: Collection[str]) -> str:
    """Return *organisation* if a seat of it sees its own tasks alone, or nothing.

    *vendors* are those of the production. Who coordinates sees everything, a client what is shown
    to clients. Anybody else of a vendor leads nothing, whatever their role.
    """
    is_apart = bool(organisation) and organisation in vendors
    return str(organisation) if is_apart and role not in UNMOVED else ""


def forget_seats(person: Person) -> None:
    """Read the seats of *person* again at the next question."""
    person.__dict__.pop("studio_seats", None)


def production_of(thing: object) -> str:
    """Return the URI of the production *thing* is, or belongs to; empty when it is neither."""
    if isinstance(thing, Production):
        return thing.uri
    return str(getattr(thing, "production_id", ""))


def held_by(person: Person | None, thing: object) -> Held | None:
    """Return the seat of *person* in the production of *thing*."""
    return seats_of(person).get(production_of(thing)) if person else None


def seats_in(production: Production) -> QuerySet[Seat]:
    """Return the seats of both cities in *production*, by city, role and number."""
    seats = Seat.objects.live().filter(production=production).select_related("node", "organisation")
    return seats.order_by("origin", "role", "number")


def names_here(production: Production) -> Mapping[str, str]:
    """Return the names of those of this city who have a seat in *production*, by the seat's URI."""
    sitting = Membership.objects.filter(production=production, until=None)
    return {each.seat_id: str(each.person) for each in sitting.select_related("person")}


def has_coordinator_here(production: str, here: str) -> bool:
    """Tell whether somebody of the city *here* coordinates *production*."""
    return Membership.objects.filter(
        production=production,
        until=None,
        seat__origin=here,
        seat__withdrawn_at=None,
        seat__role=Seat.Role.COORDINATOR,
    ).exists()
