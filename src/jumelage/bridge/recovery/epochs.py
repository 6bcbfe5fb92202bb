"""Beginning a new epoch of every feed, when nobody can tell how the former one ended.

Writing on after the end that a backup remembers would write entries twice: readers who hold
the real ones would stop the feed. A new epoch begins again at entry 1, says what it comes
after, and its revisions are higher than any before, so that its words count.
"""

from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.local import LOCAL
from jumelage.bridge.boundary.policy import allowed_fields
from jumelage.bridge.boundary.standing import end_recovery
from jumelage.bridge.feeds import store
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.feeds.write import append
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Feed, Node, Recovery
from jumelage.bridge.records.epochs import EpochOpened
from jumelage.bridge.recovery import state
from jumelage.bridge.recovery.scopes import reconcile
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id


@transaction.atomic
def open_epoch(*, by: str) -> Sequence[Feed]:
    """Begin a new epoch of every feed that somebody reads or may come to read; may publish then.

    What was said after the backup and is held by peers comes back later, into the former
    epoch, when they answer. *by* is `person:<number>` or role words.
    """
    node = own_node()
    opened = [_open(node, name) for name in served_feeds(node)]
    Recovery.objects.filter(ended_at=None).update(epoch_at=clock.now(), last_error="")
    end_recovery()
    reconcile()
    epochs = sorted({feed.epoch for feed in opened})
    if state.current() is not None and not state.paired():
        state.conclude([])
    audit.note("epoch-opened", by=by, feeds=[feed.name for feed in opened], epochs=epochs)
    return opened


def served_feeds(node: Node) -> Sequence[str]:
    """Return the names of all feeds of *node* that somebody reads, or may come to read."""
    peers = Node.objects.filter(pairing__isnull=False, is_self=False)
    twins = {f"twin:{origin}" for origin in peers.values_list("origin", flat=True)}
    written = Feed.objects.filter(node=node).exclude(name__in=LOCAL)
    return sorted({"public", "network", *twins, *written.values_list("name", flat=True)})


def _open(node: Node, name: str) -> Feed:
    former = store.locked_feed(node, name)
    feed = store.locked_epoch(node, name, former.epoch + 1)
    record = EpochOpened(
        uri=str(Uri(node.origin, new_id())),
        feed=name,
        epoch=feed.epoch,
        after_epoch=former.epoch,
        after_seq=former.head_seq,
        after_head=bytes(former.head_hash).hex(),
    )
    body = encode_body(record, allowed_fields(EpochOpened, name))
    rev = store.first_revision(feed)
    append(feed, [(record.kind, Uri.parse(record.uri).id, rev, "put", body)])
    return feed
