"""What the addresses of the studio name."""

from django.http import HttpRequest

from jumelage.components.studio.models import (
    ChangeRequest,
    Comment,
    Entity,
    Production,
    Seat,
    Task,
)
from jumelage.components.studio.selectors.productions import production_by_uri
from jumelage.components.studio.selectors.tasks import task_by_uri


def production(uri: str) -> Production | None:
    """Return the production the address names."""
    return production_by_uri(uri)


def task(uri: str) -> Task | None:
    """Return the task the address names."""
    return task_by_uri(uri)


def entity(uri: str) -> Entity | None:
    """Return the shot or asset the address names."""
    found = Entity.objects.live().filter(uri=uri)
    return found.select_related("production", "parent", "node").first()


def shot(uri: str) -> Entity | None:
    """Return the shot the address names."""
    found = entity(uri)
    return found if found and found.type == Entity.Type.SHOT else None


def seat(uri: str) -> Seat | None:
    """Return the seat the address names."""
    return Seat.objects.live().filter(uri=uri).select_related("production", "node").first()


def comment(uri: str) -> Comment | None:
    """Return the comment the address names."""
    return Comment.objects.live().filter(uri=uri).select_related("production", "task").first()


def change_request(uri: str) -> ChangeRequest | None:
    """Return the request the address names."""
    found = ChangeRequest.objects.live().filter(uri=uri)
    return found.select_related("production", "seat", "node").first()


def page_number(request: HttpRequest) -> str:
    """Return the page of a list that is asked for."""
    return request.GET.get("page", "1")
