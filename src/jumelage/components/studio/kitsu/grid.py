"""The grid of shots or assets with their tasks, from a few queries straight to bytes.

A thousand shots with two tasks each are 1.6 MB that mostly repeat. The bytes are kept with what
they follow from: as long as nothing was said of the production, the same bytes and the same ETag
are sent without being made again.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Max
from django.http import HttpResponse

from jumelage.bridge.api import Entry
from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.entrance import packing
from jumelage.components.studio.kitsu.rows.grid import rows
from jumelage.components.studio.models import Membership, Production, TimeSpent, Word

MOST_KEPT = 16
MOST_LOOKED_AT = 200
"""Entries that are looked at before making the bytes again is quicker."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the bytes follow from: the newest entry, time spent, words, who sits where."""

    entry: int
    local: tuple[int, ...]


@dataclass(slots=True)
class Kept:
    """The bytes of one grid in one encoding, and the last stamp they were seen to hold for."""

    body: bytes
    etag: str
    stamp: Stamp


_kept: OrderedDict[tuple[str, str, str], Kept] = OrderedDict()
_turn = threading.Lock()


def stamp() -> Stamp:
    """Return how far everything is now."""
    newest = Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    local: list[int] = []
    for model in (TimeSpent, Word, Membership):
        told = model.objects.aggregate(newest=Max("pk"))
        local.append(told["newest"] or 0)
    ended = Membership.objects.exclude(until=None).count()
    minutes = TimeSpent.objects.aggregate(most=Max("minutes"))["most"] or 0
    return Stamp(newest, (*local, ended, minutes))


def answer(asked: Asked, production: Production, kind: str) -> HttpResponse:
    """Return the grid of *kind* (`shot` or `asset`), or 304 when the client holds it."""
    encoding = packing.accepted(str(asked.request.META.get("HTTP_ACCEPT_ENCODING", "")))
    held = _current(asked, production, kind, encoding)
    offered = {each.strip() for each in asked.request.headers.get("If-None-Match", "").split(",")}
    if held.etag in offered:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(held.body, content_type="application/json")
        if encoding:
            response["Content-Encoding"] = encoding
    response["ETag"] = held.etag
    response["Vary"] = "Accept-Encoding, Authorization"
    response["Cache-Control"] = "private, no-cache"
    return response


def _current(asked: Asked, production: Production, kind: str, encoding: str) -> Kept:
    key, now = (production.uri, kind, encoding), stamp()
    with _turn:
        held = _kept.get(key)
    if held is not None and _still_holds(held.stamp, now, production.uri):
        held.stamp = now
        return held
    body = orjson.dumps(rows(production, kind, asked.scope.crew))
    body = packing.compressed(body, encoding) if encoding else body
    made = Kept(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', now)
    with _turn:
        _kept[key] = made
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _still_holds(then: Stamp, now: Stamp, production: str) -> bool:
    """Tell whether nothing that was said since *then* is about *production*."""
    if then == now:
        return True
    if then.local != now.local or now.entry - then.entry > MOST_LOOKED_AT or now.entry < then.entry:
        return False
    said = Entry.objects.filter(pk__gt=then.entry, pk__lte=now.entry).values_list(
        "kind", "op", "uri", "body"
    )
    return not any(_is_about(production, *each) for each in said)


def _is_about(production: str, kind: str, op: str, uri: str, body: Any) -> bool:  # noqa: ANN401  # bytes or a view of them
    if not kind.startswith("studio."):
        return op == "erase"
    return op != "put" or uri == production or production.encode() in bytes(body or b"")
