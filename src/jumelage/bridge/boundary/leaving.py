"""Leaving a partnership: keep everything with its proof, erase what was for the partner, end.

What crossed is not undone by ending a pairing. So a city that leaves keeps a bundle of both
sides' feeds, erases what it said to the partner alone, waits for the partner's receipts, and
only then ends the pairing; from then on nothing is read or served. The partner is told.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.bundle import (
    CONTENTS,
    VERSION,
    BundleError,
    Contents,
    FeedFile,
    File,
    digest_of,
)
from jumelage.bridge.erasing.holders import waiting
from jumelage.bridge.erasing.services import erase
from jumelage.bridge.errors import NotPairedError
from jumelage.bridge.feeds import checkpoints, store
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import encode_line
from jumelage.bridge.identity.keychain.introduction import keys_document
from jumelage.bridge.identity.pairing.services import refuse
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Checkpoint, Entry, Erasure, Feed, Node, Opening, Pairing
from jumelage.kit import clock

GROUND = Erasure.Ground.PARTNER_LEFT
WAIT_DAYS = 30
_STEP = 2000


def keep_bundle(partner: Node, folder: Path) -> Contents:
    """Write everything this city and *partner* said to each other into the empty *folder*.

    Raises:
        BundleError: *folder* cannot be written, or holds something.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BundleError(folder=folder, reason=_("it is not empty"))
        return _write(partner, folder)
    except OSError as error:
        raise BundleError(folder=folder, reason=str(error)) from error


def _write(partner: Node, folder: Path) -> Contents:
    here = own_node()
    names = ("public", "network", f"twin:{partner.origin}")
    own = Feed.objects.filter(node=here, name__in=names, head_seq__gt=0)
    theirs = Feed.objects.filter(node=partner, head_seq__gt=0)
    (folder / "keys").mkdir()
    (folder / "feeds").mkdir()
    contents = Contents(
        v=VERSION,
        made_at=clock.now(),
        by=here.origin,
        partner=partner.origin,
        keys=[_write_keys(node, here, folder) for node in (here, partner)],
        feeds=[_write_feed(feed, folder) for feed in (*own, *theirs)],
    )
    (folder / CONTENTS).write_bytes(msgspec.json.encode(contents))
    return contents


def _write_keys(node: Node, here: Node, folder: Path) -> File:
    data = keys_document(node, here.origin)
    path = f"keys/{node.origin}.json"
    (folder / path).write_bytes(data)
    return File(path=path, sha256=digest_of(data))


@transaction.atomic
def _write_feed(feed: Feed, folder: Path) -> FeedFile:
    """Write one feed as it is now, whole even while others write."""
    feed = Feed.objects.select_for_update().select_related("node").get(pk=feed.pk)
    path = f"feeds/{feed.node_id}.{feed.name.replace(':', '-')}.{feed.epoch}.ndjson"
    rows = Entry.objects.filter(feed=feed, seq__gt=feed.base_seq, seq__lte=feed.head_seq)
    columns = rows.order_by("seq").values_list("header", "salt", "body")
    lines = [encode_line(header, salt, body) for header, salt, body in columns.iterator(_STEP)]
    data = b"".join([*lines, _vouching(feed).line()])
    (folder / path).write_bytes(data)
    return FeedFile(
        path=path,
        sha256=digest_of(data),
        origin=feed.node_id,
        feed=feed.name,
        epoch=feed.epoch,
        after=feed.base_seq,
        seq=feed.head_seq,
    )


def _vouching(feed: Feed) -> Signed:
    """Return the checkpoint over the head of *feed*."""
    if feed.node.is_self:
        return checkpoints.sign(store.head_of(feed))
    kept = Checkpoint.objects.get(feed=feed, seq=feed.head_seq)
    return Signed(bytes(kept.signed), bytes(kept.signature))


def for_partner_alone(partner: Node, kinds: Sequence[str] = ()) -> Sequence[str]:
    """Return what this city said to *partner* and to nobody else, and has not erased.

    With *kinds* only records of these.
    """
    own = Entry.objects.filter(feed__node__is_self=True, op="put")
    twin = own.filter(feed__name=f"twin:{partner.origin}")
    elsewhere = own.exclude(feed__name=f"twin:{partner.origin}").values("uri")
    found = twin.exclude(uri__in=elsewhere).exclude(uri__in=Erasure.objects.values("uri"))
    if kinds:
        found = found.filter(kind__in=kinds)
    return sorted(set(found.values_list("uri", flat=True)))


def erase_for(partner: Node, kinds: Sequence[str], *, by: str) -> int:
    """Erase what only *partner* was told, of *kinds* (empty: all); return how many records."""
    uris = for_partner_alone(partner, kinds)
    for uri in uris:
        erase(uri=uri, by=by, ground=GROUND)
    return len(uris)


def unanswered(partner: Node, *, patience: timedelta = timedelta(days=WAIT_DAYS)) -> Sequence[str]:
    """Return the erasures *partner* has not confirmed, except those older than *patience*."""
    still = [
        uri
        for uri, holders in waiting().items()
        if any(holder.node.origin == partner.origin for holder in holders)
    ]
    since = clock.now() - patience
    return sorted(
        Erasure.objects.filter(uri__in=still, erased_at__gt=since).values_list("uri", flat=True)
    )


def end(partner: Node, *, by: str) -> Pairing:
    """End the pairing with *partner* and what was opened to it alone; it is told.

    Raises:
        NotPairedError: there is no pairing in force.
    """
    pairing = Pairing.objects.filter(node=partner, state=Pairing.State.PAIRED).first()
    if pairing is None:
        raise NotPairedError(origin=partner.origin)
    with transaction.atomic():
        opened = Opening.objects.filter(audience=f"twin:{partner.origin}", until=None)
        opened.update(until=clock.now())
        audit.note("partnership-left", by=by, about=partner.origin)
    return refuse(pairing, by=by)


def kept_of(partner: Node) -> int:
    """Return how many records of *partner* this city still holds the content of."""
    held = Entry.objects.filter(feed__node=partner, op="put", body__isnull=False)
    return held.values("uri").distinct().count()
