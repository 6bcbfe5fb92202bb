"""How a member says something: who may, from which seat, to whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from django.db import router

from jumelage.bridge.api import me, publish_all, withdraw
from jumelage.components.studio.errors import (
    AnotherTaskError,
    ElsewhereError,
    NoSeatError,
    NotChangeableError,
    ProductionClosedError,
)
from jumelage.components.studio.models import Comment, Production, StudioRow, Task
from jumelage.components.studio.records import said
from jumelage.components.studio.records.base import StudioRecord
from jumelage.components.studio.selectors.seats import Held, held_by, production_of
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record
from jumelage.kit.errors import NotAllowedError

R = TypeVar("R", bound=StudioRow)
TICK = timedelta(microseconds=1)


def audience(production: Production) -> str:
    """Return who reads what this node says of *production*."""
    return production.audience(me().origin)


def voice(by: Person, verb: str, thing: StudioRow) -> Held:
    """Return the seat from which *by* does *verb* to *thing*.

    Raises:
        NoSeatError: they have none in this production.
        ProductionClosedError: the production is closed, and that is the only obstacle.
        NotAllowedError: their role, or the city that owns *thing*, does not allow it.
    """
    held = held_by(by, thing)
    if held is None:
        raise NoSeatError
    if not may(by, verb, thing):
        if not held.is_open:
            raise ProductionClosedError
        raise NotAllowedError
    return held


def say(held: Held, records: Sequence[Record]) -> None:
    """Publish *records* from the seat *held*, all or none."""
    publish_all(records, audience=held.audience)


def put(held: Held, rows: type[R], records: Sequence[StudioRecord]) -> list[R]:
    """Publish *records*, all or none, and return their rows without asking for them again."""
    said_as = publish_all(records, audience=held.audience)
    return [_row(rows, one, of) for one, of in zip(records, said_as, strict=True)]


def _row(rows: type[R], record: StudioRecord, provenance: Provenance) -> R:
    values = {
        "uri": record.uri,
        "origin": provenance.origin,
        "rev": provenance.rev,
        "recorded_at": provenance.time,
        "withdrawn_at": None,
        **record.columns(),
    }
    names = [field.attname for field in rows._meta.concrete_fields]
    return rows.from_db(router.db_for_write(rows), names, [values[name] for name in names])


def take_back(held: Held, row: StudioRow) -> None:
    """Withdraw what this city said."""
    withdraw(row.uri, audience=held.audience)
    row.withdrawn_at = clock.now()


def revised(row: StudioRow, changes: dict[str, Any], allowed: frozenset[str]) -> StudioRecord:
    """Return the record of *row* with *changes*; values are as in the record, or plain JSON.

    Raises:
        NotChangeableError: a field may not be changed.
        InvalidRecordError, InvalidInputError: the record would not be one.
    """
    for field in sorted(set(changes) - allowed):
        raise NotChangeableError(field=field[:40])
    record = said(row)
    plain = {**msgspec.to_builtins(record), **msgspec.to_builtins(changes)}
    try:
        return msgspec.convert(plain, type(record))
    except msgspec.ValidationError as error:
        raise NotChangeableError(field=str(error)[:200]) from error


def revise(held: Held, row: R, changes: dict[str, Any], allowed: frozenset[str]) -> R:
    """Publish *row* with *changes* and return it as it is then."""
    say(held, [revised(row, changes, allowed)])
    row.refresh_from_db()
    return row


def same_production(thing: StudioRow, *others: StudioRow | None) -> None:
    """Refuse to mix productions.

    Raises:
        ElsewhereError: one of *others* belongs to another production than *thing*.
    """
    if any(production_of(other) != production_of(thing) for other in others if other):
        raise ElsewhereError


def same_task(task: Task, comment: Comment | None) -> None:
    """Refuse a comment that was said of another task.

    Raises:
        AnotherTaskError: it was.
    """
    if comment is not None and comment.task_id != task.uri:
        raise AnotherTaskError


def after(other: datetime | None) -> datetime:
    """Return now, or the moment after *other*, which a fast clock may have said.

    So what answers something always comes after it, however the cities’ clocks differ.
    """
    now = clock.now()
    return now if other is None or other < now else other + TICK
