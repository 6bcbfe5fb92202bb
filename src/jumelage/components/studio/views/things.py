"""What the addresses of the studio name."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jumelage.components.studio.models import (
    ChangeRequest,
    Comment,
    Entity,
    Production,
    Seat,
    StudioRow,
    Task,
)
from jumelage.components.studio.selectors.productions import production_by_uri
from jumelage.components.studio.selectors.tasks import task_by_uri

Thing = TypeVar("Thing", bound=StudioRow)


def sent_from(
    page: str,
) -> Callable[[Callable[[HttpRequest, Thing], HttpResponse]], Callable[..., HttpResponse]]:
    """Lead who comes back to the address a form is sent to, to the *page* the form is on."""

    def guard(view: Callable[[HttpRequest, Thing], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, thing: Thing) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, uri=thing.uri)
            return view(request, thing)

        return answer

    return guard


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
