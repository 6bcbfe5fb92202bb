"""Who may use the studio, and as what."""

from django.db.models import QuerySet

from jumelage.components.studio.models import Application, Category, Membership, Seat
from jumelage.directory.models import Person

OF_ROLE = {
    Seat.Role.STUDENT: Category.STUDENT,
    Seat.Role.TEACHER: Category.TEACHER,
    Seat.Role.RESEARCHER: Category.RESEARCHER,
    Seat.Role.COMPANY: Category.COMPANY,
    Seat.Role.CLIENT: Category.COMPANY,
    Seat.Role.ARTIST: Category.ARTIST,
}
"""The category of somebody who never applied, by their seat."""


def application_of(person: Person) -> Application | None:
    """Return the newest application of *person*."""
    return Application.objects.filter(person=person).order_by("-asked_at", "-pk").first()


def applications(state: str = "") -> QuerySet[Application]:
    """Return all applications, those that wait first, then the newest."""
    found = Application.objects.select_related("person__user", "organisation", "answered_by")
    if state:
        found = found.filter(state=state)
    return found.order_by("answered_at", "-asked_at", "-pk")


def category_of(person: Person) -> str:
    """Return as what *person* uses the studio: as admitted, or by a seat they have."""
    admitted = Application.objects.filter(person=person, state=Application.State.ADMITTED)
    known = admitted.values_list("category", flat=True).first()
    return known or category_of_role(_role(person))


def category_of_role(role: str) -> str:
    """Return the category that a seat suggests."""
    return OF_ROLE.get(role, Category.OTHER)  # type: ignore[call-overload, no-any-return]  # roles are text


def _role(person: Person) -> str:
    held = Membership.objects.filter(person=person).order_by("until", "-since")
    return held.values_list("seat__role", flat=True).first() or ""
