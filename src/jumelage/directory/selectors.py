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


def organisations_by_slug(slug: str) -> list[Organisation]:
    """Return every listing under *slug*: this city's first, withdrawn ones last."""
    found = Organisation.objects.filter(slug=slug).prefetch_related("changes")
    own = origin_here()
    return sorted(
        found, key=lambda one: (one.withdrawn_at is not None, one.origin != own, one.uri)
    )


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return what is listed under *slug*, by this city if by several; None when nobody does."""
    standing = [one for one in organisations_by_slug(slug) if one.withdrawn_at is None]
    return standing[0] if standing else None


def organisation_editable_by(person: Person) -> OrganisationQuerySet:
    """Return the organisations *person* is an editor of."""
    scopes = [scope for role, scope in person.roles if role == Grant.Role.EDITOR]
    return Organisation.objects.listed().filter(uri__in=scopes)


def cities() -> list[tuple[str, str]]:
    """Return the cities organisations are in: short name and name, by name."""
    slugs = Organisation.objects.listed().order_by().values_list("city", flat=True).distinct()
    names = {node.slug: str(node) for node in known_nodes()}
    return sorted(((slug, city_name(slug, names)) for slug in slugs), key=lambda c: folded(c[1]))


def city_name(slug: str, names: dict[str, str]) -> str:
    """Return the name of a city: its own node's word, else its short name made readable."""
    return names.get(slug) or slug.replace("-", " ").title()


def known_nodes() -> Sequence[Node]:
    """Return this node and its peers; none before `jumelage init`."""
    try:
        return [me(), *peers()]
    except NoIdentityError:
        return []


def origin_here() -> str:
    """Return the origin of this node; empty before `jumelage init`."""
    return next((node.origin for node in known_nodes()[:1]), "")


def people(words: str = "") -> QuerySet[Person]:
    """Return the people of this node by name, with their roles in force."""
    found = Person.objects.select_related("user", "organisation").order_by("name", "pk")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(user__email__icontains=words))
    return found


def grants_of(person: Person) -> QuerySet[Grant]:
    """Return every role *person* has or had, the newest first."""
    return person.grants.select_related("granted_by", "ended_by").order_by("-since", "-pk")
