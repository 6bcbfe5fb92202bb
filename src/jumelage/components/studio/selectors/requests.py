"""What was asked of a city, and what it was asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import NoIdentityError, me
from jumelage.components.studio.models import (
    ChangeAnswer,
    ChangeRequest,
    Entity,
    Playlist,
    Production,
    Seat,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.kit.sql.among import Among

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


@dataclass(frozen=True, slots=True)
class Difference:
    """What one field says now, and what it should say."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class About:
    """What a request is about, as a page shows it."""

    label: str
    url: str
    changes: Sequence[Difference]


LABELS = {
    "name": _("name"),
    "code": _("short name"),
    "description": _("description"),
    "frames": _("frames"),
    "frame_in": _("first frame"),
    "frame_out": _("last frame"),
    "handles": _("handles"),
    "canceled": _("cancelled"),
    "parent": _("sequence"),
    "asset_type": _("type of asset"),
    "cast": _("assets"),
    "main_version": _("version that stands for it"),
    "assignees": _("who"),
    "estimate": _("estimate in minutes"),
    "starts": _("begins on"),
    "due": _("due on"),
    "priority": _("priority"),
    "items": _("places"),
    "for_client": _("for the client"),
    "ends": _("ends on"),
}


def about(request: ChangeRequest) -> About:
    """Return what *request* is about, with what stands there now."""
    row = target_of(request)
    names = _names(request, row)
    changes = [
        Difference(
            str(LABELS.get(field, field)),
            _in_words(_held(row, field), names),
            _in_words(value, names),
        )
        for field, value in request.changes.items()
    ]
    if row is None:
        return About("", "", changes)
    label = f"{row.entity} · {row}" if isinstance(row, Task) else str(row)
    return About(label, row.get_absolute_url(), changes)  # type: ignore[attr-defined]  # every target has a page


def _held(row: StudioRow | None, field: str) -> object:
    """Return what *field* of *row* says now; what it is within by its URI, as a request says it."""
    return getattr(row, "parent_id" if field == "parent" else field, None)


def _names(request: ChangeRequest, row: StudioRow | None) -> Mapping[str, str]:
    """Return what people call whatever *request* names, and whatever stands in *row* now."""
    seats = Seat.objects.filter(production=request.production_id)
    names = {seat.uri: f"{seat}, {seat.node}" for seat in seats.select_related("node")}
    asked = set(request.changes)
    if asked & {"items", "cast", "parent", "main_version"}:
        said = [request.changes.values(), [_held(row, field) for field in asked]]
        uris = {uri for values in said for value in values for uri in _uris(value)}
        for model in (Entity, Version):
            found = model.objects.filter(Among("uri", uris), production=request.production_id)
            names |= {each.uri: f"{each}" for each in found}
    if "asset_type" in asked:
        words = used_by(request.production, "asset-type")
        names |= {word.slug: spoken(word) for word in words}
    return names


def _uris(value: object) -> Iterator[str]:
    """Yield whatever *value* names: a URI, a place of a playlist, or many of them."""
    if isinstance(value, str):
        yield from value.split(" ")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from (key, *_uris(each))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _uris(each)


def _in_words(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping) and "entity" in value:
        return _in_words(PlaylistItem(**value).line, names)
    if isinstance(value, Mapping):
        return ", ".join(f"{names.get(str(key), key)} {each}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(each, names) for each in value)
    if value is None:
        return ""
    return " ".join(names.get(word, word) for word in str(value).split(" "))


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
