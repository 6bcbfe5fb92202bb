"""Who appears to whom: members of this node by their accounts, those of the other city by seat."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from jumelage.bridge.api import Node
from jumelage.components.studio.kitsu.ids import moment, person_id, uid
from jumelage.components.studio.models import Membership, Seat
from jumelage.directory.models import Person

Row = dict[str, Any]
MANAGER, SUPERVISOR, USER, CLIENT = "manager", "supervisor", "user", "client"
ROLES = {
    Seat.Role.COORDINATOR: MANAGER,
    Seat.Role.SUPERVISOR: SUPERVISOR,
    Seat.Role.TEACHER: SUPERVISOR,
    Seat.Role.CLIENT: CLIENT,
    Seat.Role.OBSERVER: CLIENT,
}
"""Roles of Kitsu for those that are not simply `user`."""
RANK = (MANAGER, SUPERVISOR, USER, CLIENT)


def role_of(role: str) -> str:
    """Return the role of Kitsu for a role of a seat."""
    return str(ROLES.get(Seat.Role(role), USER)) if role in Seat.Role.values else USER


def strongest(roles: Iterable[str]) -> str:
    """Return the strongest of several roles of Kitsu."""
    return min(roles, key=RANK.index, default=USER)


_BLANK: Row = {
    "first_name": "", "last_name": "", "full_name": "", "email": "", "phone": "", "country": None,
    "contract_type": "open-ended", "active": True, "archived": False, "last_presence": "",
    "desktop_login": "", "totp_enabled": False, "email_otp_enabled": False, "fido_enabled": False,
    "preferred_two_factor_authentication": None, "shotgun_id": None, "timezone": "UTC",
    "locale": "en_US", "use_12_hour_clock": False, "display_date_format": "DD/MM/YYYY",
    "data": None, "role": USER, "position": "artist", "seniority": "mid", "daily_salary": 0,
    "has_avatar": False, "notifications_enabled": False, "notifications_slack_enabled": False,
    "notifications_slack_userid": "", "notifications_mattermost_enabled": False,
    "notifications_mattermost_userid": "", "notifications_discord_enabled": False,
    "notifications_discord_userid": "", "is_bot": False, "is_guest": False,
    "preview_project_id": None, "preview_opened_at": None, "preview_open_until": None,
    "expiration_date": None, "is_generated_from_ldap": False, "ldap_uid": None, "departments": [],
    "studio_id": None, "type": "Person",
}  # fmt: skip
"""A person of Kitsu; what a node does not keep of people is empty."""


def account_row(person: Person, here: str, role: str, *, mail: bool) -> Row:
    """Return the row of somebody with an account here; *mail* shows their address."""
    first, _space, last = person.name.partition(" ")
    made = moment(person.created_at)
    return {
        **_BLANK, "id": person_id(person.pk, here), "first_name": first, "last_name": last,
        "full_name": person.name, "email": person.user.email if mail else "", "role": role,
        "locale": "fr_FR" if person.language == "fr" else "en_US",
        "active": person.user.is_active, "created_at": made, "updated_at": made,
    }  # fmt: skip


def seat_row(seat: Seat) -> Row:
    """Return the row of somebody of the other city: their part, a number, the city's name."""
    label, city = f"{seat.role} {seat.number}", city_name(seat.node)
    made = moment(seat.created_at)
    return {
        **_BLANK, "id": uid(seat.uri), "first_name": label, "last_name": city,
        "full_name": f"{label}, {city}", "role": role_of(seat.role), "position": seat.role,
        "created_at": made, "updated_at": made,
    }  # fmt: skip


def city_name(city: Node | None) -> str:
    """Return the name of a city in English, the language of the dialect."""
    return str(city.name.get("en") or city.name.get("fr") or city.slug) if city else ""


class Crew:
    """Who sits where in some productions: from seats to persons and back, in one query."""

    def __init__(
        self,
        here: str,
        productions: Iterable[str],
        hidden: Collection[str] = (),
        own: int | None = None,
    ) -> None:
        """Know the crew of *productions* (URIs) on the node *here*.

        Of the *hidden* nobody is listed, and nobody but the person *own* (a number) appears by the
        identifier they have elsewhere.
        """
        self.here, self._productions, self._hidden = here, list(productions), hidden
        self._own = own

    @cached_property
    def members(self) -> Sequence[Membership]:
        """Everybody of this city who sits or sat there, those who left first."""
        found = Membership.objects.filter(production_id__in=self._productions)
        found = found.select_related("person__user", "seat")
        return sorted(found, key=lambda each: (each.until is None, each.pk))

    @cached_property
    def _persons(self) -> Mapping[str, int]:
        return {
            each.seat_id: each.person_id
            for each in self.members
            if each.production_id not in self._hidden or each.person_id == self._own
        }

    def hides(self, production: str) -> bool:
        """Tell whether a wall stands before *production* (a URI), behind which its people are."""
        return production in self._hidden

    @property
    def own(self) -> int | None:
        """The number of the person who asks."""
        return self._own

    def seats_of(self, person: str) -> set[str]:
        """Return the URIs of all seats of this city under which *person* (an identifier) appears."""
        return {seat for seat in self._seats if person in {self.id_of(seat), uid(seat)}}

    @cached_property
    def _seats(self) -> Sequence[str]:
        return [each.seat_id for each in self.members]

    def id_of(self, seat: str) -> str:
        """Return the identifier under which who sits on *seat* appears."""
        person = self._persons.get(seat) if f":{self.here}:" in seat else None
        return uid(seat) if person is None else person_id(person, self.here)

    def ids_of(self, seats: Iterable[str]) -> list[str]:
        """Return the identifiers of several seats."""
        return [self.id_of(seat) for seat in seats]

    def seat_of(self, production: str, person: str) -> str | None:
        """Return the URI of the seat of *person* (an identifier) in *production*."""
        if production in self._hidden:
            return None
        for each in reversed(self.members):
            ours = each.production_id == production and each.until is None
            if ours and person in {person_id(each.person_id, self.here), uid(each.seat_id)}:
                return str(each.seat_id)
        seats = Seat.objects.live().filter(production=production, uuid=person)
        return seats.values_list("uri", flat=True).first()

    def rows(self, *, mail: Collection[str] = (), only: str = "") -> list[Row]:
        """Return the persons of both cities, each once; of the production *only* if it is given.

        *mail* names the productions whose members are shown with their addresses.
        """
        shown = {only} if only else set(self._productions)
        shown -= set(self._hidden)
        roles: dict[int, list[str]] = {}
        people: dict[int, Person] = {}
        written = {each.person_id for each in self.members if each.production_id in mail}
        for each in self.members:
            if each.until is None and each.production_id in shown:
                people[each.person_id] = each.person
                roles.setdefault(each.person_id, []).append(role_of(each.seat.role))
        ours = [
            account_row(person, self.here, strongest(roles[pk]), mail=pk in written)
            for pk, person in people.items()
        ]
        theirs = Seat.objects.live().filter(production_id__in=shown)
        theirs = theirs.exclude(origin=self.here).select_related("node")
        return ours + [seat_row(seat) for seat in theirs.order_by("origin", "role", "number")]
