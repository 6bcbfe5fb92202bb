"""What happened, read from the feeds: between two marks, or the last of it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import orjson
from django.db.models import Max, QuerySet

from jumelage.bridge.api import Entry, me
from jumelage.components.studio.kitsu.events import naming
from jumelage.components.studio.kitsu.ids import moment, uid, word_id
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.models import Production, Software, TimeSpent, Word
from jumelage.components.studio.models.words import Family

KINDS = "studio."
AT_ONCE = 500
FILES = "preview-file:"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, what it says, and which production it is of (empty: everybody's)."""

    name: str
    data: Data
    production: str
    at: datetime | None = None
    number: str = ""
    """Unique and stable: the entry it follows from, and its place among its events."""
    person: str | None = None

    @property
    def row(self) -> Data:
        """The event as lists have it."""
        return {
            "id": uid(f"event/{self.number}"), "created_at": moment(self.at) if self.at else None,
            "name": self.name, "user_id": self.person,
            "project_id": self.data.get("project_id"), "data": self.data,
        }  # fmt: skip


class Mark(NamedTuple):
    """How far everything is that events follow from."""

    entry: int
    time: int
    software: int
    word: int


def _newest(model: type[Any]) -> int:
    return model.objects.aggregate(newest=Max("pk"))["newest"] or 0


def mark() -> Mark:
    """Return how far everything is now."""
    return Mark(_newest(Entry), _newest(TimeSpent), _newest(Software), _newest(Word))


def since(seen: Mark, now: Mark) -> list[Event]:
    """Return what happened after *seen* until *now*, in order."""
    entries = Entry.objects.filter(pk__gt=seen.entry, pk__lte=now.entry, kind__startswith=KINDS)
    entries = entries.filter(state=Entry.State.APPLIED)
    crew = Crew(me().origin, _productions())
    events = [event for entry in entries.order_by("pk") for event in _of(entry, crew)]
    return events + _local(seen, now, crew.here)


def _productions() -> list[str]:
    return list(Production.objects.live().values_list("uri", flat=True))


def _local(seen: Mark, now: Mark, here: str) -> list[Event]:
    """Return the events of what no feed carries."""
    events = []
    spent = TimeSpent.objects.filter(pk__gt=seen.time, pk__lte=now.time).select_related("task")
    for each in spent:
        uri = each.task.production_id
        data = {"time_spent_id": uid(f"time/{here}/{each.pk}"), "project_id": uid(uri)}
        events.append(Event("time-spent:new", data, uri))
    events += [
        Event("software:new", {"software_id": str(each.uuid)}, "")
        for each in Software.objects.filter(pk__gt=seen.software, pk__lte=now.software)
    ]
    types = Word.objects.filter(family=Family.ASSET_TYPE, given_by="")
    for word in types.filter(pk__gt=seen.word, pk__lte=now.word):
        told = {"asset_type_id": word_id(word.family, word.slug)}
        events.append(Event("asset-type:new", told, ""))
    return events


def last(
    *,
    productions: Collection[str],
    limit: int,
    after: datetime | None,
    before: datetime | None,
    name: str,
    only_files: bool,
    crew: Crew,
) -> list[Event]:
    """Return the last *limit* events of *productions*, the newest first."""
    entries = Entry.objects.filter(kind__startswith=KINDS, state=Entry.State.APPLIED)
    if after:
        entries = entries.filter(time__gt=after)
    if before:
        entries = entries.filter(time__lt=before)
    wanted = _wanting(set(productions), name, only_files=only_files)
    found = (
        event
        for entry in _backwards(entries)
        if _production(entry) in productions
        for event in reversed(_of(entry, crew))
        if wanted(event)
    )
    return list(islice(found, limit))


def _wanting(productions: set[str], name: str, *, only_files: bool) -> Callable[[Event], bool]:
    def wanted(event: Event) -> bool:
        if only_files and not event.name.startswith(FILES):
            return False
        return event.production in productions and name in {"", event.name}

    return wanted


def _backwards(entries: QuerySet[Entry]) -> Iterator[Entry]:
    """Yield *entries*, the newest first, some at a time."""
    newest = None
    while True:
        rows = entries if newest is None else entries.filter(pk__lt=newest)
        page: Sequence[Entry] = list(rows.order_by("-pk")[:AT_ONCE])
        yield from page
        if len(page) < AT_ONCE:
            return
        newest = page[-1].pk


def _body(entry: Entry) -> Data:
    return orjson.loads(bytes(entry.body)) if entry.body else {}


def _production(entry: Entry) -> str:
    if entry.kind == naming.PRODUCTION:
        return entry.uri
    return str(_body(entry).get("production") or naming.production_of(entry.kind, entry.uri))


def _of(entry: Entry, crew: Crew) -> list[Event]:
    """Return the events that follow from one entry; none, when what it said was erased.

    What is of no production anybody knows is nobody's: without one, an event is everybody's.
    """
    production = _production(entry)
    if not production or (entry.op == "put" and not entry.body):
        return []
    said = naming.Said(entry.kind, entry.uri, entry.rev, entry.op, _body(entry), production)
    told = list(naming.events_of(said, crew))
    return [
        Event(name, {**data, "project_id": uid(said.production)}, said.production, entry.time,
              f"{entry.hash.hex()}/{place}", data.get("person_id") or _author(said, crew))
        for place, (name, data) in enumerate(told)
    ]  # fmt: skip


def _author(said: naming.Said, crew: Crew) -> str | None:
    seat = said.body.get("seat")
    return crew.id_of(str(seat)) if seat else None
