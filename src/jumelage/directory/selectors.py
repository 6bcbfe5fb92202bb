"""Questions about the directory that are asked twice or more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jumelage.bridge.api import Node, NoIdentityError, me, peers
from jumelage.directory.models import Grant, Organisation, OrganisationQuerySet, Person, folded

ORDERS = {
    "name": ("sort_name",),
    "city": ("city", "sort_name"),
    "kind": ("kind", "sort_name"),
    "status": ("status", "sort_name"),
    "confirmed": ("confirmed_on", "sort_name"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks the list of organisations."""

    words: str = ""
    city: str = ""
    kind: str = ""
    sort: str = "name"


def organisations(question: Question) -> OrganisationQuerySet:
    """Return the organisations that answer *question*, in its order; `-name` is backwards."""
    found = Organisation.objects.listed().matching(question.words)
    for field in ("city", "kind"):
        if wanted := getattr(question, field):
            found = found.filter(**{field: wanted})
    columns = ORDERS.get(question.sort.removeprefix("-"), ORDERS["name"])
    sign = "-" if question.sort.startswith("-") else ""
    return found.order_by(*(f"{sign}{column}" for column in columns), "uri")


def organisations_by_slug(slug: str, here: str) -> list[Organisation]:
    """Return every listing under *slug*: of the node *here* first, withdrawn ones last."""
    found = Organisation.objects.filter(slug=slug).prefetch_related("changes")
    return sorted(
        found, key=lambda one: (one.withdrawn_at is not None, one.origin != here, one.uri)
    )


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return what is listed under *slug*, by this city if by several; None when nobody does."""
    here = next((node.origin for node in known_nodes()), "")
    found = organisations_by_slug(slug, here)
    return next((one for one in found if one.withdrawn_at is None), None)


def cities(nodes: Sequence[Node]) -> list[tuple[str, str]]:
    """Return the cities organisations are in: short name and name, by name."""
    slugs = Organisation.objects.listed().order_by().values_list("city", flat=True).distinct()
    named = [(slug, city_name(slug, nodes)) for slug in slugs]
    return sorted(named, key=lambda city: folded(city[1]))


def city_name(slug: str, nodes: Sequence[Node]) -> str:
    """Return the name of a city: its own node's word, else its short name made readable."""
    said = next((str(node) for node in nodes if node.slug == slug), "")
    return said or slug.replace("-", " ").title()


def known_nodes() -> Sequence[Node]:
    """Return this node and its peers; none before `jumelage init`."""
    try:
        return [me(), *peers()]
    except NoIdentityError:
        return []


def people(words: str = "") -> QuerySet[Person]:
    """Return the people of this node by name, with their roles in force."""
    found = Person.objects.select_related("user", "organisation").order_by("name", "pk")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(user__email__icontains=words))
    return found


def grants_of(person: Person) -> QuerySet[Grant]:
    """Return every role *person* has or had, the newest first."""
    return person.grants.select_related("granted_by", "ended_by").order_by("-since", "-pk")
