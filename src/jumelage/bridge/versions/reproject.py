"""Applies stored bytes again, when this release can read more of them than the one before.

Nothing is asked of the peer: what an older release could not read was stored verified.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from django.db import transaction
from django.db.models import QuerySet

from jumelage.bridge.feeds.apply import apply_links, refusing
from jumelage.bridge.feeds.chain import OPERATIONS, Link
from jumelage.bridge.feeds.store import KEPT
from jumelage.bridge.feeds.wire import decode_header
from jumelage.bridge.models import Entry, Feed, Projection
from jumelage.kit.component import Record, record_types

PAGE = 500
Rows = QuerySet[Entry]


def reproject() -> int:
    """Apply what an older release stored unread or half read; return how many entries.

    Idempotent, and two queries when there is nothing to do.
    """
    return _apply_unknown() + _apply_grown()


def _apply_unknown() -> int:
    """Apply entries whose kind and operation this release knows and the one before did not."""
    rows = Entry.objects.filter(
        state=Entry.State.UNKNOWN, kind__in=record_types(), op__in=OPERATIONS
    )
    return sum(_again(feed, rows.filter(feed=feed)) for feed in _feeds(rows))


def _apply_grown() -> int:
    """Apply again the kinds of which this release knows fields that the one before left unread."""
    done, known = 0, dict(Projection.objects.values_list("kind", "fields"))
    for kind, record_type in record_types().items():
        now = _names(record_type)
        if known.get(kind) == now:
            continue
        if kind in known and set(now) - set(known[kind]):
            rows = Entry.objects.filter(kind=kind, op="put", state=Entry.State.APPLIED)
            done += sum(_again(feed, rows.filter(feed=feed)) for feed in _feeds(rows))
        Projection.objects.update_or_create(kind=kind, defaults={"fields": now})
    return done


def _names(record_type: type[Record]) -> list[str]:
    return sorted(field.name for field in fields(record_type))  # type: ignore[arg-type]  # records are dataclasses


def _feeds(rows: Rows) -> Sequence[Feed]:
    numbers = rows.order_by().values_list("feed", flat=True).distinct()
    return list(Feed.objects.filter(pk__in=numbers).select_related("node"))


def _again(feed: Feed, rows: Rows) -> int:
    """Apply *rows* of *feed* in order, a page in each transaction."""
    done = 0
    for page in _pages(rows):
        with transaction.atomic():
            _apply_page(feed, page)
        done += len(page)
    return done


def _pages(rows: Rows) -> Iterator[list[Entry]]:
    after = 0
    while page := list(rows.filter(seq__gt=after).order_by("seq")[:PAGE]):
        yield page
        after = page[-1].seq


def _apply_page(feed: Feed, page: Sequence[Entry]) -> None:
    states = apply_links(feed, [_link(entry) for entry in page], refusing(feed))
    for entry, state in zip(page, states, strict=True):
        if state == entry.state:
            continue
        entry.state = state
        if state not in KEPT:
            entry.salt = entry.body = None
        entry.save(update_fields=["state", "salt", "body"])


def _link(entry: Entry) -> Link:
    raw = bytes(entry.header)
    salt, body = (None if value is None else bytes(value) for value in (entry.salt, entry.body))
    return Link(decode_header(raw), raw, bytes(entry.hash), salt, body)
