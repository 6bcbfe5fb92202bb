"""Erasing one of this node's records, here and at everybody who holds a copy.

Withdrawing says that a record no longer counts; what it said stays in the feeds, for those who
must know what was once agreed. Erasing drops what it said, for ever and everywhere.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.local import AUDIT
from jumelage.bridge.boundary.standing import standing
from jumelage.bridge.errors import BridgeError, ForeignRecordError, NoIdentityError
from jumelage.bridge.feeds import store
from jumelage.bridge.feeds.write import append, own_feed
from jumelage.bridge.models import Entry, Erasure, Node
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.uris import Uri


class UnknownRecordError(BridgeError):
    """This city never published a record {uri}."""

    exit_code = 29
    http_status = 404


@transaction.atomic
def erase(*, uri: str, by: str, ground: str) -> Erasure:
    """Drop what the record *uri* says, and say so on every feed that ever carried it.

    Nothing can be said under its name again. Erasing again returns the same erasure, and says
    it on the feeds that do not know of it yet. *by* (`person:<number>` or role words) and
    *ground* (an `Erasure.Ground`) stay on this node.

    Raises:
        InvalidInputError: *uri* is no identifier, or *ground* no known word.
        ForeignRecordError: the record belongs to another city, which alone can erase it.
        UnknownRecordError: this city never published it.
        RecoveringError: the node was restored and has not compared with its peers.
    """
    if ground not in Erasure.Ground.values:
        known = ", ".join(Erasure.Ground.values)
        raise InvalidInputError(reason=_("the ground is one of: {known}").format(known=known))
    demand_own(uri)
    before = Erasure.objects.filter(uri=uri).first()
    names = silent_feeds(uri)
    if before is None and not names:
        raise UnknownRecordError(uri=uri)
    _say(uri, names)
    if before is not None:
        return before
    Erasure.objects.filter(uri=uri).update(ground=ground, asked_by=by[:200])
    audit.note("record-erased", by=by, about=uri, ground=ground, feeds=names)
    return Erasure.objects.get(uri=uri)


def demand_own(uri: str) -> None:
    """Go on only with a record of this node.

    Raises:
        InvalidInputError: *uri* is no identifier.
        ForeignRecordError: the record belongs to another city, which alone can erase it.
    """
    node = Node.objects.filter(is_self=True).first()
    if node is None:
        raise NoIdentityError
    if Uri.parse(uri).origin != node.origin:
        raise ForeignRecordError(uri=uri)


def silent_feeds(uri: str) -> list[str]:
    """Return this node's feeds that carried the record *uri* and do not say that it is erased.

    The audit feed holds no records, and nothing is ever taken out of it.
    """
    entries = Entry.objects.filter(uri=uri, feed__node__is_self=True)
    entries = entries.exclude(feed__name=AUDIT)
    told = dict.fromkeys(entries.filter(op="put").values_list("feed__name", flat=True))
    erased = set(entries.filter(op="erase").values_list("feed__name", flat=True))
    return sorted(name for name in told if name not in erased)


def _say(uri: str, names: Sequence[str]) -> None:
    """Append the erase entry to each feed of *names*, all with the same revision."""
    if not names:
        return
    feeds = [own_feed(name) for name in names]
    said = Entry.objects.filter(uri=uri)
    newest = said.aggregate(newest=Max("rev"))["newest"]
    rev = max(newest + 1, *(store.first_revision(feed) for feed in feeds))
    kind = said.filter(op="put").order_by("-rev", "-pk").values_list("kind", flat=True)[0]
    for feed in feeds:
        append(feed, [(kind, Uri.parse(uri).id, rev, "erase", b"{}")])


def say_unsaid() -> int:
    """Say the erasures that some feed of this node does not know of; return how many.

    There are some after a restore: the ledger file knows them, and the entries that said so
    were lost with the feed's end.
    """
    if standing().recovering_since is not None:
        return 0
    erased = Erasure.objects.filter(origin__in=Node.objects.filter(is_self=True).values("origin"))
    entries = Entry.objects.filter(feed__node__is_self=True, uri__in=erased.values("uri"))
    carried = set(entries.filter(op="put").values_list("uri", "feed__name"))
    told = set(entries.filter(op="erase").values_list("uri", "feed__name"))
    uris = sorted({uri for uri, _ in carried - told})
    for uri in uris:
        with transaction.atomic():
            _say(uri, silent_feeds(uri))
    return len(uris)
