"""What was asked of a city, and what it was asked about."""

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from jumelage.bridge.api import NoIdentityError, me
from jumelage.components.studio.models import (
    ChangeAnswer,
    ChangeRequest,
    Entity,
    Playlist,
    Production,
    StudioRow,
    Task,
)

TARGETS: Sequence[type[StudioRow]] = (Task, Entity, Playlist, Production)


def open_requests() -> QuerySet[ChangeRequest]:
    """Return the requests that stand and wait for an answer, oldest first."""
    answered = ChangeAnswer.objects.live().filter(request=OuterRef("uri"))
    found = ChangeRequest.objects.live().exclude(Exists(answered))
    return found.order_by("created_at", "uri")


def waiting_here() -> Sequence[ChangeRequest]:
    """Return what members of the other city ask of this one, in productions of both.

    Who asks has a seat of their own city in the same production, and their city makes it, too.
    """
    try:
        here = me().origin
    except NoIdentityError:
        return []
    asked = open_requests().filter(target__startswith=f"jumelage:{here}:").exclude(origin=here)
    asked = asked.filter(
        seat__withdrawn_at=None, seat__origin=F("origin"), seat__production=F("production")
    )
    found = asked.select_related("seat", "production", "node")
    return [each for each in found if each.origin in each.production.cities]


def target_of(request: ChangeRequest) -> StudioRow | None:
    """Return the record *request* is about, when it belongs to the same production."""
    for model in TARGETS:
        row = model.objects.filter(uri=request.target).first()
        if row is not None:
            production = row.uri if isinstance(row, Production) else row.production_id  # type: ignore[attr-defined]  # every target but a production has one
            return row if production == request.production_id else None
    return None


def asked_in(production: Production) -> QuerySet[ChangeRequest]:
    """Return what was asked in *production*, what waits first, then the newest."""
    answered = ChangeAnswer.objects.live().filter(request=OuterRef("uri"))
    replies = ChangeAnswer.objects.live().select_related("node", "seat__node")
    return (
        ChangeRequest.objects.live()
        .filter(production=production)
        .annotate(is_answered=Exists(answered))
        .select_related("seat__node", "seat__organisation", "node", "production")
        .prefetch_related(Prefetch("answers", replies))
        .order_by("is_answered", "-created_at", "uri")
    )
