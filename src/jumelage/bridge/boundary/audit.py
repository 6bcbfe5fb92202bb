"""The audit feed: what people and the node itself decided, signed, chained, served to nobody.

It has the form of every other feed, so what is true of those is true of it: no line can be
taken out or changed later without the chain showing it. It names people by their number here,
never by name, and it is never copied by another node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet

from jumelage.bridge.boundary.local import AUDIT as FEED
from jumelage.bridge.feeds import checkpoints, store
from jumelage.bridge.feeds.chain import extend
from jumelage.bridge.models import Entry, Node
from jumelage.kit import clock
from jumelage.kit.uris import new_id

KIND = "audit."


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the audit feed: what was done, by whom (`person:<number>`), to what."""

    seq: int
    at: datetime
    action: str
    by: str
    about: str
    facts: Mapping[str, Any]


@transaction.atomic
def note(action: str, *, by: str, about: str = "", **facts: object) -> None:
    """Write down that *by* did *action* (`bridge-closed`, `role-granted`...) to *about*.

    In the transaction of the deed itself: what is undone is not noted. *facts* are plain
    values and never secrets. Before `jumelage init` there is no key to sign with, and nothing
    is noted.
    """
    node = Node.objects.filter(is_self=True).first()
    if node is None:
        return
    feed = store.locked_feed(node, FEED)
    said = {"by": by, "about": about, **{name: _plain(value) for name, value in facts.items()}}
    _, link = extend(
        store.head_of(feed),
        kind=f"{KIND}{action}",
        record_id=new_id(),
        rev=1,
        op="put",
        body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS),
        time=clock.now(),
    )
    store.append(feed, [link], [Entry.State.APPLIED])
    store.keep_checkpoint(feed, checkpoints.sign(store.head_of(feed)))


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | list | None) else str(value)[:500]


def entries(*, action: str = "") -> QuerySet[Entry]:
    """Return the entries of the audit feed, newest first; of one *action* if it is named."""
    found = Entry.objects.filter(feed__name=FEED, feed__node__is_self=True).order_by("-seq")
    return found.filter(kind=f"{KIND}{action}") if action else found


def read(entry: Entry) -> Note:
    """Return what an entry of the audit feed says."""
    facts = orjson.loads(bytes(entry.body or b"{}"))
    by, about = facts.pop("by", ""), facts.pop("about", "")
    return Note(entry.seq, entry.time, entry.kind.removeprefix(KIND), by, about, facts)


def actions() -> list[str]:
    """Return the actions that occur, by name."""
    kinds = entries().order_by("kind").values_list("kind", flat=True).distinct()
    return [kind.removeprefix(KIND) for kind in kinds]
