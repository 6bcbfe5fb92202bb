"""Questions about productions."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jumelage.bridge.api import NoIdentityError, me
from jumelage.components.studio.models import Membership, Production, Seat
from jumelage.components.studio.selectors.seats import seats_of
from jumelage.directory.models import Person

ORDERS = {
    "name": ("name",),
    "type": ("type", "name"),
    "begun": ("created_at",),
    "changed": ("recorded_at",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks the list of productions."""

    text: str = ""
    type: str = ""
    shared: str = ""
    state: str = ""
    sort: str = "name"


def productions_of(person: Person, question: Question) -> QuerySet[Production]:
    """Return the productions *person* has a seat in that answer *question*, in its order."""
    found = Production.objects.live().filter(uri__in=list(seats_of(person)))
    if question.text:
        words = Q(name__icontains=question.text) | Q(code__icontains=question.text)
        found = found.filter(words | Q(description__icontains=question.text))
    for column in ("type", "state"):
        if wanted := getattr(question, column):
            found = found.filter(**{column: wanted})
    if question.shared:
        alone = Q(opened_to="")
        found = found.filter(alone if question.shared == "home" else ~alone)
    columns = ORDERS.get(question.sort.removeprefix("-"), ORDERS["name"])
    sign = "-" if question.sort.startswith("-") else ""
    found = found.select_related("node", "organisation")
    return found.order_by(*(f"{sign}{column}" for column in columns), "uri")


def production_by_uri(uri: str) -> Production | None:
    """Return the live production *uri*."""
    found = Production.objects.live().filter(uri=uri).select_related("node", "organisation")
    return found.first()


def without_coordinator_here() -> QuerySet[Production]:
    """Return the productions that nobody of this city coordinates."""
    try:
        here = me().origin
    except NoIdentityError:
        return Production.objects.none()
    held = Membership.objects.filter(
        until=None, seat__origin=here, seat__withdrawn_at=None, seat__role=Seat.Role.COORDINATOR
    )
    unled = Production.objects.live().exclude(uri__in=held.values("production"))
    return unled.select_related("node").order_by("name", "uri")
