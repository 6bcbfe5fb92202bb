"""Publishing: sign, append and apply in one transaction."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from jumelage.bridge.boundary.policy import allowed_fields, is_open
from jumelage.bridge.errors import ForeignRecordError, KindNotOpenedError, NoIdentityError
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.apply import apply_links, provenance_of
from jumelage.bridge.feeds.chain import Head, Link, extend
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record, record_types
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
        BodyTooLargeError: a record is over 256 KiB.
    """
    if not records:
        return []
    with transaction.atomic():
        feed = _own_feed(audience)
        revs = _next_revisions([record.uri for record in records])
        _demand_open({type(record) for record in records}, audience)
        drafts = []
        for record in records:
            uri = _own(record.uri, feed)
            body = encode_body(record, allowed_fields(type(record), audience))
            drafts.append((record.kind, uri.id, revs[record.uri], "put", body))
            revs[record.uri] += 1
        return _append(feed, drafts)


def withdraw(uri: str, *, audience: str = "public") -> Provenance:
    """Publish the withdrawal of this node's record *uri* on the feed for *audience*.

    Raises:
        ForeignRecordError: the record belongs to another node, or was never published.
    """
    with transaction.atomic():
        feed = _own_feed(audience)
        record_id = _own(uri, feed).id
        last = Entry.objects.filter(uri=uri, op="put").order_by("-rev").first()
        if last is None:
            raise ForeignRecordError(uri=uri)
        _demand_open({record_types()[last.kind]}, audience)
        rev = _next_revisions([uri])[uri]
        return _append(feed, [(last.kind, record_id, rev, "withdraw", b"{}")])[0]


def _own_feed(audience: str) -> Feed:
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


def _next_revisions(uris: Sequence[str]) -> dict[str, int]:
    held = Entry.objects.filter(uri__in=uris).values("uri").annotate(newest=Max("rev"))
    found = dict(held.values_list("uri", "newest"))
    return {uri: found.get(uri, 0) + 1 for uri in uris}


def _append(feed: Feed, drafts: Sequence[Draft]) -> list[Provenance]:
    links = _chain(store.head_of(feed), drafts)
    states = apply_links(feed, links)
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
