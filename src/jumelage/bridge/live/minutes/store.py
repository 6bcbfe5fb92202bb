"""The rows of shared minutes: written in batches, squashed now and then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from pycrdt import merge_updates

from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.live.minutes.document import Document
from jumelage.bridge.live.minutes.errors import UnknownMinutesError
from jumelage.bridge.models import LiveMinutes, LiveMinutesBatch
from jumelage.kit import clock

SQUASH_AFTER = 200
"""Batches that are kept as rows of their own: a minute of busy writing."""

DAYS_KEPT = 365
"""How long a text is kept after its last change; whoever needs it longer downloads it."""

IDLE_SECONDS = 3600.0
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The text of a session as its rows hold it: `updates` in order, the last is batch `batches`.

    `cities` are the origins of the other nodes that take part.
    """

    uri: str
    kind: str
    cities: tuple[str, ...]
    held: Mapping[str, int]
    updates: tuple[bytes, ...]
    batches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesText:
    """The shared text of a session, for reading."""

    uri: str
    text: str
    changed_at: datetime
    is_shared: bool
    """Whether every other city is known to hold all of it."""


def load(uri: str) -> Stored | None:
    """Return the text of the session *uri*; None when nobody has opened it yet."""
    row = LiveMinutes.objects.filter(uri=uri).first()
    return None if row is None else _stored(row)


@transaction.atomic
def begin(uri: str, kind: str, cities: Sequence[str]) -> Stored:
    """Return the text of the session *uri*, empty when there was none; note whom it is shared with.

    *cities* are the origins of all that take part, this node's own among them.
    """
    own = own_node().origin
    cities = [origin for origin in cities if origin != own]
    made = {"kind": kind, "cities": cities, "changed_at": clock.now()}
    row, is_new = LiveMinutes.objects.get_or_create(uri=uri, defaults=made)
    if not is_new and set(row.cities) != set(cities):
        row.cities = cities
        row.is_shared = _is_held(row)
        row.save(update_fields=["cities", "is_shared"])
    return _stored(row)


@transaction.atomic
def write(uri: str, updates: Sequence[bytes]) -> int:
    """Write *updates* as the next batch, in one commit; return its number.

    Raises:
        UnknownMinutesError: the text was forgotten meanwhile.
    """
    row = LiveMinutes.objects.select_for_update().filter(uri=uri).first()
    if row is None:
        raise UnknownMinutesError
    row.batches += 1
    merged = merge_updates(*updates) if len(updates) > 1 else updates[0]
    LiveMinutesBatch.objects.create(minutes=row, number=row.batches, update=merged)
    if row.batches - row.squashed > SQUASH_AFTER:
        _squash(row)
    row.changed_at, row.is_shared = clock.now(), _is_held(row)
    row.save()
    return row.batches


def hold(uri: str, held: Mapping[str, int]) -> None:
    """Note up to which batch each other node holds the text."""
    row = LiveMinutes.objects.filter(uri=uri).first()
    if row is None:
        return
    row.held = {**row.held, **held}
    row.is_shared = _is_held(row)
    row.save(update_fields=["held", "is_shared"])


def unshared() -> list[tuple[str, str]]:
    """Return kind and identifier of the sessions whose text another node may lack part of."""
    rows = LiveMinutes.objects.filter(is_shared=False).order_by("-changed_at")
    return list(rows.values_list("kind", "uri")[:AT_ONCE])


def read(uri: str) -> MinutesText | None:
    """Return the text of the session *uri* as it is stored; None when there is none."""
    row = LiveMinutes.objects.filter(uri=uri).first()
    if row is None:
        return None
    text = Document(*_stored(row).updates).text
    return MinutesText(uri=uri, text=text, changed_at=row.changed_at, is_shared=row.is_shared)


def tidy() -> int:
    """Forget old texts, and the words that were taken out of the others; return how many it touched."""
    return forget() + squash_idle()


def squash_idle(*, seconds: float = IDLE_SECONDS) -> int:
    """Squash the texts nobody has changed for a while; return how many.

    So that words somebody took out do not stay in the batches of the day they were written.
    """
    still = LiveMinutes.objects.filter(changed_at__lt=clock.now() - timedelta(seconds=seconds))
    uris = still.filter(batches__gt=F("squashed")).values_list("uri", flat=True)
    return sum(_squash_one(uri) for uri in list(uris[:AT_ONCE]))


@transaction.atomic
def _squash_one(uri: str) -> bool:
    row = LiveMinutes.objects.select_for_update().filter(uri=uri).first()
    if row is None:
        return False
    _squash(row)
    row.save(update_fields=["state", "squashed"])
    return True


@transaction.atomic
def forget(*, days: int = DAYS_KEPT) -> int:
    """Delete texts that nobody has changed for so many days; return how many."""
    old = LiveMinutes.objects.filter(changed_at__lt=clock.now() - timedelta(days=days))
    uris = list(old.values_list("uri", flat=True)[:AT_ONCE])
    return remove(*uris)


@transaction.atomic
def remove(*uris: str) -> int:
    """Delete the texts of these sessions on this node; return how many there were.

    The other city keeps its copy, and gives it back when the session is opened again: to take
    words out of both, take them out of the text.
    """
    LiveMinutesBatch.objects.filter(minutes__in=uris).delete()
    gone, _ = LiveMinutes.objects.filter(uri__in=uris).delete()
    return gone


def _is_held(row: LiveMinutes) -> bool:
    """Tell whether every other node holds all of it."""
    return all(row.held.get(origin, 0) >= row.batches for origin in row.cities)


def _stored(row: LiveMinutes) -> Stored:
    written = row.written.filter(number__gt=row.squashed).order_by("number")
    batches = [bytes(update) for update in written.values_list("update", flat=True)]
    return Stored(
        uri=row.uri,
        kind=row.kind,
        cities=tuple(row.cities),
        held=dict(row.held),
        updates=tuple(part for part in (bytes(row.state), *batches) if part),
        batches=row.batches,
    )


def _squash(row: LiveMinutes) -> None:
    """Put all batches into the state; what was deleted meanwhile loses its words there."""
    row.state = Document(*_stored(row).updates).whole
    row.squashed = row.batches
    row.written.filter(number__lte=row.squashed).delete()
