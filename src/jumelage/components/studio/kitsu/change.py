"""Changes of what another city owns: asked for instead of made, and said so to the client."""

from typing import Any

import orjson
from django.http import HttpResponse

from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import ChangeRequest, StudioRow
from jumelage.components.studio.services.requests import ask, change_or_ask
from jumelage.directory.models import Person

Row = dict[str, Any]
ASKED = 202
"""The change was asked for; the row in the answer is as it still is."""


def differing(row: StudioRow, wanted: Row) -> Row:
    """Keep of *wanted* (by attribute) what *row* does not say already.

    Clients send whole rows back in which they changed one field.
    """
    return {name: value for name, value in wanted.items() if _held(row, name) != value}


def _held(row: StudioRow, name: str) -> object:
    return getattr(row, f"{name}_id", None) if hasattr(row, f"{name}_id") else getattr(row, name)


def changed(*, row: StudioRow, changes: Row, by: Person) -> ChangeRequest | None:
    """Change *row* when this city owns it, or ask the other city to; return what was asked."""
    if not changes:
        return None
    done = change_or_ask(row=row, changes=changes, by=by)
    if isinstance(done, ChangeRequest):
        return done
    row.refresh_from_db()
    return None


def asked_to_withdraw(*, row: StudioRow, by: Person) -> ChangeRequest:
    """Ask the other city to take *row* back."""
    return ask(row=row, by=by)


def told(row: Row, request: ChangeRequest | None) -> Row | HttpResponse:
    """Return *row*; with the request and status 202 when the change was only asked for."""
    if request is None:
        return row
    body = orjson.dumps({**row, "change_request_id": uid(request.uri)})
    return HttpResponse(body, status=ASKED, content_type="application/json")
