"""Saying again, after a restore, what was lost with the end of a feed.

A record lives on one feed at a time. When it moves, the new feed gets it and the former one
its withdrawal. If the withdrawal reached nobody before the node was lost while the move did,
the readers of the former feed keep a record they have no right to any more, and no entry
that anybody holds tells them. Only its owner can find that out, by comparing all its feeds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from jumelage.bridge.boundary.local import LOCAL
from jumelage.bridge.feeds import store
from jumelage.bridge.feeds.write import append
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Entry, Node
from jumelage.kit.uris import Uri


@dataclass(frozen=True, slots=True)
class Word:
    """What one feed last said about a record."""

    uri: str
    feed: str
    kind: str
    rev: int
    op: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A withdrawal that the readers of a feed have to hear again."""

    uri: str
    feed: str
    kind: str
    rev: int


def lost_withdrawals(words: Iterable[Word]) -> Sequence[Lost]:
    """Return the withdrawals that *words*, the last word of each feed on each record, lack.

    A feed that still gives a record lost it if a later revision of it is elsewhere. A
    withdrawal has the revision of the newest word, so that who reads both feeds keeps the
    record where it is now. Source: docs/protocol/feeds.md, “Revisions”.
    """
    known: dict[str, list[Word]] = {}
    for word in words:
        known.setdefault(word.uri, []).append(word)
    return [
        Lost(uri, word.feed, word.kind, newest)
        for uri, said in sorted(known.items())
        for newest in [max(word.rev for word in said)]
        for word in sorted(said, key=lambda word: word.feed)
        if word.op == "put" and word.rev < newest
    ]


def last_words(node: Node) -> Sequence[Word]:
    """Return the last word of each feed of *node* on each record that several feeds carried."""
    own = Entry.objects.filter(feed__node=node).exclude(feed__name__in=LOCAL)
    several = own.values("uri").annotate(feeds=Count("feed__name", distinct=True))
    rows = own.filter(uri__in=several.filter(feeds__gt=1).values("uri"))
    columns = ("uri", "feed__name", "kind", "rev", "op")
    found = {
        (uri, name): Word(uri, name, kind, rev, op)
        for uri, name, kind, rev, op in rows.order_by("feed__epoch", "seq").values_list(*columns)
    }
    return list(found.values())


@transaction.atomic
def reconcile() -> int:
    """Withdraw each record from the feeds it has left; return how many entries that took.

    Publishing may be forbidden still: this only takes away.
    """
    node = own_node()
    lost = lost_withdrawals(last_words(node))
    for name in sorted({one.feed for one in lost}):
        feed = store.locked_feed(node, name)
        append(feed, [_draft(one) for one in lost if one.feed == name])
    return len(lost)


def _draft(one: Lost) -> tuple[str, str, int, str, bytes]:
    return one.kind, Uri.parse(one.uri).id, one.rev, "withdraw", b"{}"
