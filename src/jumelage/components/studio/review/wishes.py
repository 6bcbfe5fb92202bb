"""What the player asks to be stored: drawings to add and to remove, each named by the browser.

The name becomes the last part of the drawing's URI, so that a wish sent twice is stored once.
"""

from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from jumelage.bridge.api import me
from jumelage.components.studio.models import Annotation, Version
from jumelage.components.studio.models.values import Stroke
from jumelage.components.studio.services.review import annotations
from jumelage.directory.models import Person
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.kit.uris import Uri

MOST = 200


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """A drawing on a range of frames, under the name the browser gave it."""

    id: str
    first_frame: int
    last_frame: int
    strokes: tuple[Stroke, ...]


class Add(msgspec.Struct, forbid_unknown_fields=True):
    """Store this drawing."""

    add: Draft


class Remove(msgspec.Struct, forbid_unknown_fields=True):
    """Take the drawing of this name back."""

    remove: str


class Wishes(msgspec.Struct):
    """What a browser sends: wishes about the version whose original has this hash."""

    hash: str
    wishes: list[dict[str, Any]]


def read(body: bytes) -> Wishes:
    """Read what a browser sent.

    Raises:
        InvalidInputError: it is not what a player sends.
    """
    try:
        wishes = msgspec.json.decode(body, type=Wishes)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInputError(reason=str(error)[:200]) from error
    if len(wishes.wishes) > MOST:
        raise InvalidInputError(reason=_("too many drawings at once"))
    return wishes


def grant(*, version: Version, wishes: Wishes, by: Person) -> list[dict[str, str]]:
    """Store each wish by itself; return which ones were refused and why."""
    refused = []
    for wish in wishes.wishes:
        try:
            _grant(version, wishes.hash, wish, by)
        except JumelageError as error:
            refused.append({"id": _name(wish), "reason": error.message})
    return refused


def _name(wish: dict[str, Any]) -> str:
    added = wish.get("add")
    return str(added.get("id") if isinstance(added, dict) else wish.get("remove"))[:40]


@transaction.atomic
def _grant(version: Version, original: str, wish: dict[str, Any], by: Person) -> None:
    try:
        asked: Add | Remove = (
            msgspec.convert(wish, Add) if "add" in wish else msgspec.convert(wish, Remove)
        )
    except msgspec.ValidationError as error:
        raise InvalidInputError(reason=str(error)[:200]) from error
    name = asked.add.id if isinstance(asked, Add) else asked.remove
    drawn = Annotation.objects.filter(uri=uri_of(name), version=version).first()
    if isinstance(asked, Remove):
        if drawn and drawn.withdrawn_at is None:
            annotations.remove(annotation=drawn, by=by)
        return
    _add(version, original, asked.add, drawn, by)


def uri_of(name: str) -> str:
    """Return the URI of the drawing that a browser of this city calls *name*.

    Raises:
        InvalidInputError: it is no name.
    """
    return str(Uri.parse(f"jumelage:{me().origin}:{name}"))


def _add(
    version: Version, original: str, draft: Draft, drawn: Annotation | None, by: Person
) -> None:
    """Store *draft* unless it is stored, or was and is taken back."""
    facts = version.facts
    if facts is None or facts.original.hash != original:
        raise InvalidInputError(
            reason=_("the version has another picture now; load the page again")
        )
    if drawn is None:
        annotations.draw(
            version=version,
            first_frame=draft.first_frame,
            last_frame=draft.last_frame,
            strokes=draft.strokes,
            by=by,
            name=draft.id,
        )
    elif drawn.withdrawn_at is None and drawn.drawing != msgspec.to_builtins(draft.strokes):
        annotations.redraw(annotation=drawn, changes={"drawing": draft.strokes}, by=by)
