"""Asking the other city to change what is its own, and answering what it asks."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction

from jumelage.bridge.api import me, publish_all, withdraw
from jumelage.components.studio.errors import (
    AlreadyAnsweredError,
    NotChangeableError,
    YoursToChangeError,
)
from jumelage.components.studio.models import (
    ChangeAnswer,
    ChangeRequest,
    Entity,
    Playlist,
    Production,
    StudioRow,
    Task,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.records import ChangeAnswered, ChangeRequested
from jumelage.components.studio.records.base import StudioRecord
from jumelage.components.studio.selectors.requests import target_of, waiting_here
from jumelage.components.studio.selectors.seats import vendor_of
from jumelage.components.studio.services import entities, productions, tasks
from jumelage.components.studio.services.review import playlists
from jumelage.components.studio.services.saying import put, revised, say, take_back, voice
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.uris import Uri, new_id

CHANGEABLE = {
    Entity: entities.CHANGEABLE,
    Task: tasks.CHANGEABLE,
    Playlist: playlists.CHANGEABLE,
    Production: frozenset({"description", "starts", "ends"}),
}
"""What a city may ask the other to change."""
VERBS = {
    Entity: "studio.change-entity",
    Task: "studio.change-task",
    Playlist: "studio.change-playlist",
    Production: "studio.change-production",
}


@transaction.atomic
def change_or_ask(
    *, row: StudioRow, changes: dict[str, Any], by: Person, reason: str = ""
) -> StudioRow | ChangeRequest:
    """Change *row* when this city owns it, or ask the other city to; return what was said."""
    if row.origin == me().origin:
        if isinstance(row, Production):
            return productions.change_production(production=row, changes=changes, by=by)
        say(voice(by, VERBS[type(row)], row), [_anew(row, changes)])
        row.refresh_from_db()
        return row
    return ask(row=row, changes=changes, by=by, reason=reason)


def _anew(row: StudioRow, changes: dict[str, Any]) -> StudioRecord:
    """Return the record of *row* with *changes*; raises as `revised` and `tasks.anew`."""
    if isinstance(row, Task):
        return tasks.anew(row, changes)
    return revised(row, changes, CHANGEABLE[type(row)])


@transaction.atomic
def ask(
    *, row: StudioRow, by: Person, changes: dict[str, Any] | None = None, reason: str = ""
) -> ChangeRequest:
    """Ask the city that owns *row* for *changes*, or, without any, to take it back.

    Raises:
        YoursToChangeError: this city owns it.
        NotChangeableError: a field may not be changed, or not to that.
    """
    if row.origin == me().origin:
        raise YoursToChangeError
    held = voice(by, "studio.request-change", row)
    if type(row) not in CHANGEABLE:
        raise NotChangeableError(field=type(row).__name__)
    if changes:
        _anew(row, changes)
    record = ChangeRequested(
        uri=held.new_uri(),
        created_at=clock.now(),
        production=held.production,
        seat=held.seat,
        target=row.uri,
        changes=_asked(changes or {}),
        withdraws=not changes,
        reason=reason.strip(),
    )
    return put(held, ChangeRequest, [record])[0]


def _asked(changes: dict[str, Any]) -> dict[str, Any]:
    """Return *changes* as a request says them: each place of a playlist in one line."""
    plain: dict[str, Any] = msgspec.to_builtins(changes)
    if "items" in plain:
        plain["items"] = [PlaylistItem(**item).line for item in plain["items"]]
    return plain


def _meant(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a request asks for, as the record has them.

    Raises:
        NotChangeableError: the places are not lines.
    """
    if "items" not in changes:
        return dict(changes)
    lines = changes["items"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NotChangeableError(field="items")
    return {**changes, "items": [PlaylistItem.of_line(line) for line in lines]}


@transaction.atomic
def answer(*, request: ChangeRequest, accepted: bool, by: Person, note: str = "") -> ChangeAnswer:
    """Answer *request*; what is accepted is done at once.

    Raises:
        AlreadyAnsweredError: somebody was faster.
        NotChangeableError: it cannot be done any more.
    """
    held = voice(by, "studio.answer-request", request)
    Production.objects.select_for_update().get(uri=request.production_id)
    if request.answers.filter(withdrawn_at=None).exists():
        raise AlreadyAnsweredError
    if accepted:
        _do(request)
    return _say(request, accepted=accepted, reason="decided", seat=held.seat, note=note)


def _do(request: ChangeRequest) -> None:
    """Do what *request* asks, when its target stands and belongs to the same production.

    Nobody takes a whole production back, least of all a member of another city.

    Raises:
        NotChangeableError: it does not, or the change is not one.
    """
    row = target_of(request)
    if row is None or type(row) not in CHANGEABLE or row.withdrawn_at is not None:
        raise NotChangeableError(field=request.target)
    if request.withdraws and isinstance(row, Production):
        raise NotChangeableError(field="production")  # it is closed, never taken back
    audience = request.production.audience(me().origin)
    if request.withdraws:
        withdraw(row.uri, audience=audience)
    else:
        record = _anew(row, _meant(request.changes))
        publish_all([record], audience=audience)


def _say(
    request: ChangeRequest, *, accepted: bool, reason: str, seat: str | None, note: str = ""
) -> ChangeAnswer:
    here = me().origin
    record = ChangeAnswered(
        uri=str(Uri(here, new_id())),
        created_at=clock.now(),
        production=request.production_id,
        request=request.uri,
        accepted=accepted,
        reason=reason,  # type: ignore[arg-type]  # one of its words
        seat=seat,
        note=note.strip(),
    )
    publish_all([record], audience=request.production.audience(here))
    return ChangeAnswer.objects.get(uri=record.uri)


@transaction.atomic
def withdraw_request(*, request: ChangeRequest, by: Person) -> None:
    """Ask no longer."""
    take_back(voice(by, "studio.withdraw-request", request), request)


def answer_trusted() -> int:
    """Accept what members ask whose role the production trusts; return how many.

    A duty of the node that owns the records. What cannot be done any more is refused. What a vendor
    asks, from whatever seat, waits for somebody who decides.
    """
    answered = 0
    for request in waiting_here():
        seat, production = request.seat, request.production
        is_apart = vendor_of(seat.role, seat.organisation_id, production.vendors)
        if seat.role in production.trusts and not is_apart:
            answered += _answer_trusted(request)
    return answered


def _answer_trusted(request: ChangeRequest) -> int:
    try:
        with transaction.atomic():
            _do(request)
            _say(request, accepted=True, reason="trusted", seat=None)
    except JumelageError:
        _say(request, accepted=False, reason="impossible", seat=None)
    return 1
