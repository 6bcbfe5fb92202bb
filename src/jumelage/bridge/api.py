"""The only door of the bridge: what the rest of the product may ask of it.

Audiences: `public`, `network` (every paired city), `twin:<origin>` (one paired city), `home`
(nobody else: what belongs to this city alone until it is moved to another audience).
"""

from collections.abc import Sequence

from jumelage.bridge.boundary import audit, leaving
from jumelage.bridge.boundary.crossing import (
    Crossing,
    audience_in_words,
    crossings,
    heads,
    said,
)
from jumelage.bridge.boundary.local import HOME
from jumelage.bridge.boundary.policy import close_instrument, open_kind, openings
from jumelage.bridge.boundary.refusals import refusal_reasons, refusal_sentence, refusals
from jumelage.bridge.boundary.standing import standing
from jumelage.bridge.boundary.switch import close_bridge, open_bridge
from jumelage.bridge.boundary.wall import Passage, passages, passed
from jumelage.bridge.erasing.holders import Holder, erasures
from jumelage.bridge.erasing.holders import holders as erasure_holders
from jumelage.bridge.erasing.holders import waiting as waiting_for_receipts
from jumelage.bridge.erasing.ledger import reconcile as reconcile_ledger
from jumelage.bridge.erasing.maintenance import Cleaned, clean
from jumelage.bridge.erasing.services import UnknownRecordError, erase
from jumelage.bridge.erasing.subject import Subject, kind_in_words
from jumelage.bridge.erasing.subject import subject as erasure_subject
from jumelage.bridge.errors import (
    BridgeClosedError,
    BridgeError,
    ForeignRecordError,
    KindNotOpenedError,
    NoIdentityError,
    RecoveringError,
)
from jumelage.bridge.feeds.bell import Waiter
from jumelage.bridge.feeds.past.history import Point, changed_since, checkpoints, lacks, said_until
from jumelage.bridge.feeds.verify import Chain, verify_chains
from jumelage.bridge.feeds.write import move, move_all, publish, publish_all, withdraw
from jumelage.bridge.forks import Forked, standing_forks
from jumelage.bridge.freight import desk as freight
from jumelage.bridge.freight.deliveries.services import send as send_files
from jumelage.bridge.identity.genesis import initialise
from jumelage.bridge.identity.keychain.history import (
    KeyFact,
    cut_reason,
    cuts,
    key_history,
    key_news,
    recovery_key_of,
)
from jumelage.bridge.identity.keychain.services import recover as recover_key
from jumelage.bridge.identity.keychain.services import recovery_key_in
from jumelage.bridge.identity.keychain.services import revoke as revoke_key
from jumelage.bridge.identity.keychain.services import rotate as rotate_key
from jumelage.bridge.identity.own import check_own_key
from jumelage.bridge.identity.pairing.services import (
    accept,
    confirm,
    invitation_address,
    invitation_file,
    invite,
    pairings,
    refuse,
    reply_file,
    take_reply,
    words,
)
from jumelage.bridge.live.minutes.store import MinutesText
from jumelage.bridge.live.minutes.store import read as live_minutes
from jumelage.bridge.live.minutes.store import remove as remove_live_minutes
from jumelage.bridge.live.standing import Standing as LiveStanding
from jumelage.bridge.live.standing import live_log, live_standing, open_sessions
from jumelage.bridge.live.tickets import live_ticket
from jumelage.bridge.models import (
    Cut,
    Entry,
    Epoch,
    Erasure,
    Node,
    Opening,
    Pairing,
    Recovery,
    Refusal,
    Release,
)
from jumelage.bridge.recovery import state as recovery
from jumelage.bridge.recovery.epochs import open_epoch
from jumelage.bridge.recovery.errors import NotRecoveringError
from jumelage.bridge.recovery.foreground import Held, ask_peers, take_back
from jumelage.bridge.recovery.returned import returned
from jumelage.bridge.replication.figures import Figures, Lag, figures
from jumelage.bridge.snapshots.compact import compact
from jumelage.bridge.snapshots.take import take as take_snapshot
from jumelage.bridge.versions.about import (
    Waiting,
    brought_up_to_date,
    release,
    unreadable_there,
    waiting,
)
from jumelage.kit.uris import Uri, new_id

__all__ = (
    "HOME",
    "BridgeClosedError",
    "BridgeError",
    "Chain",
    "Cleaned",
    "Crossing",
    "Cut",
    "Entry",
    "Epoch",
    "Erasure",
    "Figures",
    "ForeignRecordError",
    "Forked",
    "Held",
    "Holder",
    "KeyFact",
    "KindNotOpenedError",
    "Lag",
    "LiveStanding",
    "MinutesText",
    "NoIdentityError",
    "Node",
    "NotRecoveringError",
    "Opening",
    "Pairing",
    "Passage",
    "Point",
    "RecoveringError",
    "Recovery",
    "Refusal",
    "Release",
    "Subject",
    "UnknownRecordError",
    "Waiter",
    "Waiting",
    "accept",
    "ask_peers",
    "audience_in_words",
    "audit",
    "brought_up_to_date",
    "changed_since",
    "check_own_key",
    "checkpoints",
    "clean",
    "close_bridge",
    "close_instrument",
    "compact",
    "confirm",
    "crossings",
    "cut_reason",
    "cuts",
    "erase",
    "erasure_holders",
    "erasure_subject",
    "erasures",
    "figures",
    "freight",
    "heads",
    "initialise",
    "invitation_address",
    "invitation_file",
    "invite",
    "key_history",
    "key_news",
    "kind_in_words",
    "lacks",
    "leaving",
    "live_log",
    "live_minutes",
    "live_standing",
    "live_ticket",
    "me",
    "met_nodes",
    "move",
    "move_all",
    "new_uri",
    "node_of",
    "open_bridge",
    "open_epoch",
    "open_kind",
    "open_sessions",
    "openings",
    "pairings",
    "passages",
    "passed",
    "peers",
    "publish",
    "publish_all",
    "reconcile_ledger",
    "recover_key",
    "recovery",
    "recovery_key_in",
    "recovery_key_of",
    "refusal_reasons",
    "refusal_sentence",
    "refusals",
    "refuse",
    "release",
    "remove_live_minutes",
    "reply_file",
    "returned",
    "revoke_key",
    "rotate_key",
    "said",
    "said_until",
    "send_files",
    "standing",
    "standing_forks",
    "take_back",
    "take_reply",
    "take_snapshot",
    "unreadable_there",
    "verify_chains",
    "waiting",
    "waiting_for_receipts",
    "withdraw",
    "words",
)


def me() -> Node:
    """Return this node.

    Raises:
        NoIdentityError: the node was not initialised.
    """
    try:
        return Node.objects.get(is_self=True)
    except Node.DoesNotExist as error:
        raise NoIdentityError from error


def peers() -> Sequence[Node]:
    """Return the paired nodes, oldest pairing first."""
    paired = Node.objects.filter(pairing__state=Pairing.State.PAIRED)
    return list(paired.select_related("contact", "pairing").order_by("pairing__created_at"))


def met_nodes() -> Sequence[Node]:
    """Return every other node this one has met, paired or not, by name of city."""
    return list(Node.objects.filter(is_self=False).order_by("slug"))


def new_uri() -> str:
    """Return a fresh identifier for a record this node will own."""
    return str(Uri(me().origin, new_id()))


def node_of(uri: str) -> Node | None:
    """Return the node that owns *uri*, if this database has met it."""
    return Node.objects.filter(origin=Uri.parse(uri).origin).first()
