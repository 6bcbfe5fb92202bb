"""Applying entries to the tables of components: the one path of local and remote writes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, partial
from itertools import groupby

import msgspec
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Max

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.boundary.policy import Clauses, allowed_fields, clauses, was_open
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.erasing.entries import erase_copies, erased_among
from jumelage.bridge.errors import (
    BodyTooLargeError,
    BridgeError,
    KindNotOpenedError,
    UnknownKindError,
)
from jumelage.bridge.feeds.chain import OPERATIONS, Link
from jumelage.bridge.feeds.wire import BODY_LIMIT, decode_body
from jumelage.bridge.models import Entry, Feed
from jumelage.kit.component import Provenance, Record, record_types
from jumelage.kit.errors import JumelageError
from jumelage.kit.sql.among import Among
from jumelage.kit.uris import Uri

Refuse = Callable[[Link, JumelageError], None]
State = Entry.State
REFUSABLE = (ValidationError, IntegrityError, DataError, ValueError, ArithmeticError)
"""What bad content raises in the tables; a full disk or a lost database is not in here."""


def refusing(feed: Feed) -> Refuse:
    """Return what records the refusals of entries of *feed*."""

    def refuse(link: Link, error: JumelageError) -> None:
        record_refusal(feed.node_id, error, feed=feed.name, seq=link.header.seq)

    return refuse


class MalformedRecordError(BridgeError):
    """The record {uri} of kind “{kind}” cannot be read: {reason}."""

    exit_code = 21
    http_status = 422


class FieldNotOpenedError(BridgeError):
    """The record {uri} of kind “{kind}” carries fields that may not cross: {fields}."""

    exit_code = 22
    http_status = 403


@dataclass(slots=True)
class Item:
    """One link on its way into the tables."""

    link: Link
    uri: str
    provenance: Provenance
    record_type: type[Record] | None = None
    record: Record | None = None
    state: str = State.APPLIED
    stale: bool = False
    sent: frozenset[str] = frozenset()
    """The names of the fields in the body."""


def apply_links(
    feed: Feed,
    links: Sequence[Link],
    refuse: Refuse | None = None,
    *,
    said_before: bool = False,
    fresh: bool = False,
) -> list[str]:
    """Apply *links* of *feed* in order; return the state of each.

    With *refuse*, an entry that may not or cannot be applied is reported to it, stays in the
    chain and changes nothing; without, its error is raised (our own writes). What this node
    has *said_before*, and takes back after a restore, was open when it said it: the articles
    that opened it may not be here again yet. What is *fresh* is known to be open, newer than
    all that is held, and of records that were not erased.
    """
    items = [_item(feed, link) for link in links]
    if not fresh:
        _mark_gone(items)
    for segment in _segments(items):
        known = None if said_before or fresh else clauses(feed.name)
        for item in _due(segment):
            _guarded(item, refuse, partial(_read, feed, item, known))
        if not fresh:
            _mark_stale(feed, segment)
        for (record_type, op), run in groupby(_due(segment), key=_kind_and_operation):
            if op == "erase":
                _erase_run(feed, list(run))
            else:
                _apply_run(record_type, op, list(run), refuse)
    return [item.state for item in items]


def _segments(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut *items* where records that can change what is open, such as co-signatures, end."""
    segment: list[Item] = []
    before = False
    for item in items:
        record_type = record_types().get(item.link.header.kind)
        needs_no_clause = record_type is not None and record_type.opened_by_pairing
        if before and not needs_no_clause:
            yield segment
            segment = []
        segment.append(item)
        before = needs_no_clause
    if segment:
        yield segment


def _mark_gone(items: Sequence[Item]) -> None:
    """Mark the puts whose content was erased, here or at their owner; their headers stay."""
    erased = {item.uri for item in items if item.link.header.operation == "erase"}
    erased |= erased_among({item.uri for item in items})
    for item in items:
        if item.link.header.operation == "put" and (item.uri in erased or item.link.body is None):
            item.state = State.GONE


def _kind_and_operation(item: Item) -> tuple[type[Record] | None, str]:
    return item.record_type, item.link.header.operation


def _item(feed: Feed, link: Link) -> Item:
    return Item(link, str(Uri(feed.node_id, link.header.id)), provenance_of(feed, link))


def provenance_of(feed: Feed, link: Link) -> Provenance:
    """Return where the record that *link* carries comes from."""
    header = link.header
    at = datetime.fromisoformat(header.time)
    return Provenance(feed.node_id, feed.name, header.seq, header.rev, at)


def _guarded(item: Item, refuse: Refuse | None, step: Callable[[], None]) -> None:
    try:
        step()
    except UnknownKindError:
        if refuse is None:
            raise
        item.state = State.UNKNOWN
    except JumelageError as error:
        if refuse is None:
            raise
        item.state = State.REFUSED
        refuse(item.link, error)


def _read(feed: Feed, item: Item, known: Clauses | None) -> None:
    header = item.link.header
    item.record_type = record_types().get(header.kind)
    _check_body(item)
    if header.operation not in OPERATIONS:
        raise UnknownKindError(kind=f"{header.kind} ({header.operation})")
    if header.operation == "erase":
        return
    if item.record_type is None:
        raise UnknownKindError(kind=header.kind)
    at = item.provenance.time
    if known is not None and not was_open(item.record_type, feed.name, at, known):
        raise KindNotOpenedError(kind=header.kind, audience=feed.name)
    if header.operation == "put":
        item.record = _read_body(feed, item, item.record_type)


def _read_body(feed: Feed, item: Item, record_type: type[Record]) -> Record:
    kind, body = item.link.header.kind, item.link.body
    if body is None:
        raise MalformedRecordError(uri=item.uri, kind=kind, reason="it has no body")
    check_fields(feed, item)
    try:
        record = decode_body(record_type, body)
    except (msgspec.DecodeError, ValueError, JumelageError) as error:
        raise MalformedRecordError(uri=item.uri, kind=kind, reason=str(error)) from error
    if record.uri != item.uri:
        raise MalformedRecordError(uri=item.uri, kind=kind, reason="it names another URI")
    return record


def _check_body(item: Item) -> None:
    """Read the body, of whatever kind, in the only form that every program reads alike.

    Raises:
        BodyTooLargeError, MalformedRecordError: it is too large, or no object.
        NotJsonError, DuplicateNameError, NumberRefusedError, TooDeepError: as `ingress.plain`.
    """
    body = item.link.body
    if body is None:
        return
    if len(body) > BODY_LIMIT:
        raise BodyTooLargeError(size=len(body), limit=BODY_LIMIT)
    said = plain(body, item.uri)
    if not isinstance(said, dict):
        kind = item.link.header.kind
        raise MalformedRecordError(uri=item.uri, kind=kind, reason="it is not an object")
    item.sent = frozenset(said)


def check_fields(feed: Feed, item: Item) -> None:
    """Refuse fields this node knows but the audience may not see; unknown ones are newer."""
    record_type = item.record_type
    assert record_type is not None  # noqa: S101  # _read found it
    closed = (item.sent & _field_names(record_type)) - allowed_fields(record_type, feed.name)
    if closed:
        kind, names = item.link.header.kind, ", ".join(sorted(closed))
        raise FieldNotOpenedError(uri=item.uri, kind=kind, fields=names)


@cache
def _field_names(record_type: type[Record]) -> frozenset[str]:
    return frozenset(field.name for field in fields(record_type))  # type: ignore[arg-type]  # records are dataclasses


def _mark_stale(feed: Feed, items: Sequence[Item]) -> None:
    """Apply the revision rule over all feeds of the origin.

    A put counts if its revision is at least the one held; a withdrawal only if it is newer or
    the held copy came through the same feed. Source: docs/protocol/feeds.md, “Revisions”.
    """
    held = _held({item.uri for item in items})
    for item in _due(items):
        rev, feed_id = held.get(item.uri, (0, None))
        header = item.link.header
        item.stale = header.operation != "erase" and (
            header.rev < rev
            or (header.operation == "withdraw" and header.rev == rev and feed_id != feed.pk)
        )
        if not item.stale:
            held[item.uri] = (header.rev, feed.pk)


def _held(uris: set[str]) -> dict[str, tuple[int, int | None]]:
    newest = (
        Entry.objects.filter(Among("uri", uris), state=State.APPLIED)
        .values("uri")
        .annotate(newest=Max("rev"))
        .values_list("uri", "newest")
    )
    found = dict(newest)
    if not found:
        return {}
    rows = Entry.objects.filter(Among("uri", found), state=State.APPLIED, op="put")
    places = dict(rows.order_by("rev", "pk").values_list("uri", "feed_id"))
    return {uri: (rev, places.get(uri)) for uri, rev in found.items()}


def _due(items: Iterable[Item]) -> Iterator[Item]:
    return (item for item in items if item.state == State.APPLIED and not item.stale)


def _apply_run(
    record_type: type[Record] | None, op: str, run: list[Item], refuse: Refuse | None
) -> None:
    """Apply one run of the same kind and operation, as a page where the kind offers it."""
    assert record_type is not None  # noqa: S101  # refused or unknown items are not due
    apply_page = getattr(record_type, "apply_page", None)
    if op == "put" and apply_page is not None and len(run) > 1:
        try:
            with _undone_alone(refuse):
                apply_page([(item.record, item.provenance) for item in run])
        except (JumelageError, *REFUSABLE):
            if refuse is None:
                raise
        else:
            return
    for item in run:
        _guarded(item, refuse, partial(_apply_one, record_type, item, refuse))


def _undone_alone(refuse: Refuse | None) -> AbstractContextManager[None]:
    """Undo alone what may be refused; our own writes fail together, with their transaction."""
    return nullcontext() if refuse is None else transaction.atomic()


def _erase_run(feed: Feed, run: Sequence[Item]) -> None:
    for item in run:
        erase_copies(feed, item.link, item.provenance, item.uri)


def _apply_one(record_type: type[Record], item: Item, refuse: Refuse | None) -> None:
    try:
        with _undone_alone(refuse):
            if item.record is None:
                record_type.withdraw(item.uri, item.provenance)
            else:
                item.record.apply(item.provenance)
    except REFUSABLE as error:
        kind = item.link.header.kind
        raise MalformedRecordError(uri=item.uri, kind=kind, reason=str(error)) from error
