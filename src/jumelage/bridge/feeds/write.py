"""Publishing: sign, append and apply in one transaction."""

from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge.boundary.policy import allowed_fields, is_open
from jumelage.bridge.boundary.standing import ensure_may_write
from jumelage.bridge.erasing.entries import erased_among
from jumelage.bridge.errors import (
    ErasedRecordError,
    ForeignRecordError,
    KindNotOpenedError,
    NoIdentityError,
)
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.apply import apply_links, provenance_of
from jumelage.bridge.feeds.chain import Head, Link, extend
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record, record_types
from jumelage.kit.sql.among import Among
from jumelage.kit.uris import Uri

Draft = tuple[str, str, int, str, bytes]
"""kind, record id, revision, operation, body."""


def publish(record: Record, *, audience: str = "public") -> Provenance:
    """Publish one record; see `publish_all`."""
    return publish_all([record], audience=audience)[0]


def publish_all(records: Sequence[Record], *, audience: str = "public") -> list[Provenance]:
    """Sign and append *records* to this node's feed for *audience*, and apply them here.

    One transaction: either everything is logged and applied, or nothing. Publishing a record
    again under the same URI is a new revision.

    Raises:
        KindNotOpenedError: no article in force opens the kind to the audience.
        ForeignRecordError: the record's URI belongs to another node.
        ErasedRecordError: a record of that URI was erased.
        RecoveringError: the node was restored and has not compared with its peers.
        BodyTooLargeError: a record is over 256 KiB.
    """
    if not records:
        return []
    with transaction.atomic():
        feed = own_feed(audience)
        revs = next_revisions(feed, [record.uri for record in records])
        _demand_open({type(record) for record in records}, audience)
        drafts = []
        for record in records:
            uri = _own(record.uri, feed)
            body = encode_body(record, allowed_fields(type(record), audience))
            drafts.append((record.kind, uri.id, revs[record.uri], "put", body))
            revs[record.uri] += 1
        return append(feed, drafts, fresh=True)


def withdraw(uri: str, *, audience: str = "public") -> Provenance:
    """Publish the withdrawal of this node's record *uri* on the feed for *audience*.

    Raises:
        ForeignRecordError: the record belongs to another node, or was never published.
    """
    with transaction.atomic():
        feed = own_feed(audience)
        record_id = _own(uri, feed).id
        last = Entry.objects.filter(uri=uri, op="put").order_by("-rev").first()
        if last is None:
            raise ForeignRecordError(uri=uri)
        _demand_open({record_types()[last.kind]}, audience)
        rev = next_revisions(feed, [uri])[uri]
        return append(feed, [(last.kind, record_id, rev, "withdraw", b"{}")], fresh=True)[0]


def move(record: Record, *, audience: str) -> Provenance:
    """Move one record; see `move_all`."""
    return move_all([record], audience=audience)[0]


def move_all(records: Sequence[Record], *, audience: str) -> list[Provenance]:
    """Publish *records* to *audience* and withdraw them from whoever held them otherwise.

    Both entries of a record have the same revision: who reads both feeds keeps it, in whatever
    order they come; who reads only the former one loses it.

    Raises:
        As `publish_all`.
    """
    with transaction.atomic():
        held = _live_in([record.uri for record in records])
        former = sorted({name for names in held.values() for name in names} - {audience})
        locked = {name: own_feed(name) for name in sorted({*former, audience})}
        said = publish_all(records, audience=audience)
        for name in former:
            drafts = [
                (record.kind, Uri.parse(record.uri).id, now.rev, "withdraw", b"{}")
                for record, now in zip(records, said, strict=True)
                if name in held.get(record.uri, ())
            ]
            append(locked[name], drafts)
    return said


def _live_in(uris: Sequence[str]) -> dict[str, set[str]]:
    """Return the audiences whose feed last said that a record is there, by its URI."""
    said = Entry.objects.filter(Among("uri", uris), feed__node__is_self=True).order_by("rev", "pk")
    last: dict[str, dict[str, str]] = {}
    for uri, name, op in said.values_list("uri", "feed__name", "op"):
        last.setdefault(uri, {})[name] = op
    return {uri: {name for name, op in ops.items() if op == "put"} for uri, ops in last.items()}


def own_feed(audience: str) -> Feed:
    """Return this node's feed for *audience*, locked until the transaction ends.

    Raises:
        NoIdentityError: the node was not initialised.
        RecoveringError: the node was restored and has not compared with its peers.
    """
    ensure_may_write()
    feed = store.own_feed(audience)
    if feed is not None:
        return feed
    node = Node.objects.filter(is_self=True).first()
    if node is None:
        raise NoIdentityError
    return store.locked_feed(node, audience)


def _demand_open(kinds: set[type[Record]], audience: str) -> None:
    for record_type in kinds:
        if not is_open(record_type, audience):
            raise KindNotOpenedError(kind=record_type.kind, audience=audience)


def _own(uri: str, feed: Feed) -> Uri:
    parsed = Uri.parse(uri)
    if parsed.origin != feed.node_id:
        raise ForeignRecordError(uri=uri)
    return parsed


def next_revisions(feed: Feed, uris: Sequence[str]) -> dict[str, int]:
    """Return the revision each of *uris* gets next.

    Raises:
        ErasedRecordError: one of them was erased.
    """
    for uri in erased_among(uris):
        raise ErasedRecordError(uri=uri)
    found, first = store.revisions(uris), store.first_revision(feed)
    return {uri: max(found.get(uri, 0) + 1, first) for uri in uris}


def append(feed: Feed, drafts: Sequence[Draft], *, fresh: bool = False) -> list[Provenance]:
    """Chain, sign, store and apply *drafts* after the head of this node's locked *feed*.

    They are *fresh* when their kinds were seen to be open and their revisions are those of
    `next_revisions`: then nothing of it is asked again.
    """
    links = _chain(store.head_of(feed), drafts)
    states = apply_links(feed, links, fresh=fresh)
    store.append(feed, links, states)
    store.keep_checkpoint(feed, checkpoints.sign(store.head_of(feed)))
    transaction.on_commit(bell.ring)
    return [provenance_of(feed, link) for link in links]


def _chain(head: Head, drafts: Sequence[Draft]) -> list[Link]:
    at, links = clock.now(), []
    for kind, record_id, rev, op, body in drafts:
        head, link = extend(
            head, kind=kind, record_id=record_id, rev=rev, op=op, body=body, time=at
        )
        links.append(link)
    return links
