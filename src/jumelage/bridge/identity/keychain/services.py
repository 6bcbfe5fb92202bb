"""What people do with keys: rotate, revoke a stolen one, recover from a lost one."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.local import LOCAL
from jumelage.bridge.boundary.standing import ensure_may_write
from jumelage.bridge.feeds import bell
from jumelage.bridge.feeds.past.again import say_again
from jumelage.bridge.feeds.past.cut import cut
from jumelage.bridge.identity.errors import KeyNotOursError, WrongRecoveryKeyError
from jumelage.bridge.identity.keychain import files
from jumelage.bridge.identity.keychain.chain import keep, steps_of
from jumelage.bridge.identity.keychain.limits import REVOKED, limits_of
from jumelage.bridge.identity.keychain.statements import Why, follow, make
from jumelage.bridge.identity.keys import NODE_KEY, SigningKey, load, own_key, signing_with
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Feed, KeyStatement, Node
from jumelage.bridge.recovery.returned import own_words
from jumelage.kit.errors import InvalidInputError

LastValid = Mapping[str, int]
"""The last valid sequence of some feeds, by name; of the others it is their head."""


def rotate(*, by: str) -> KeyStatement:
    """Let a fresh key sign for this node from now on; the former one says so.

    Raises:
        KeyNotOursError: the present key file is not the node's key.
        RecoveringError: the node was restored and has not compared with its peers.
    """
    ensure_may_write()
    former = own_key()
    if former.public != bytes(own_node().signing_key):
        raise KeyNotOursError(path=files.path_of(NODE_KEY))
    return _change("rotated", former, by, {})


def revoke(*, recovery_key: SigningKey, last_valid: LastValid, by: str) -> KeyStatement:
    """Say that the present key is in other hands, and let a fresh key sign.

    What others signed with it after the end of this node's feeds is taken back by every
    reader. *last_valid* names an earlier end for a feed that was written here by somebody
    else: what follows it is taken back here as well, and kept as evidence. Of that, what was
    certainly written here, after a peer gave the rest back, is said again.

    Raises:
        WrongRecoveryKeyError: *recovery_key* is another node's.
        InvalidInputError: *last_valid* names no feed of this node, or a place beyond its end.
        RecoveringError: the node was restored and has not compared with its peers.
    """
    ensure_may_write()
    for name, seq in last_valid.items():
        _demand_place(name, seq)
    return _change("revoked", _recovery(recovery_key), by, last_valid)


def recover(*, recovery_key: SigningKey, by: str) -> KeyStatement:
    """Say that the present key is lost, and let a fresh key sign; no entry is taken back.

    Raises:
        WrongRecoveryKeyError: *recovery_key* is another node's.
    """
    return _change("lost", _recovery(recovery_key), by, {})


def recovery_key_in(path: Path) -> SigningKey:
    """Read the recovery key from where it is kept offline, whatever the modes there.

    A memory stick often knows no modes.

    Raises:
        NoIdentityError, KeyFileDamagedError: there is no key in *path*.
    """
    return load(path, private=False)


def _recovery(key: SigningKey) -> SigningKey:
    if key.public != Genesis.of(own_node()).recovery:
        raise WrongRecoveryKeyError
    return key


def _demand_place(name: str, seq: int) -> None:
    feed = Feed.objects.filter(node__is_self=True, name=name).order_by("-epoch").first()
    if feed is None or name in LOCAL:
        raise InvalidInputError(reason=_("this node has no feed “%(feed)s”") % {"feed": name})
    if not feed.base_seq <= seq <= feed.head_seq:
        facts = {"feed": name, "first": feed.base_seq, "last": feed.head_seq}
        reason = _("the last valid entry of %(feed)s is between %(first)s and %(last)s") % facts
        raise InvalidInputError(reason=reason)


def _change(why: Why, signer: SigningKey, by: str, last_valid: LastValid) -> KeyStatement:
    """Make a key, the statement that *signer* makes of it, and put it in place."""
    with files.changing():
        files.mend_locked()
        new = SigningKey.make()
        files.stage(new)
        try:
            with signing_with(new), transaction.atomic():
                row = _say(why, signer, new, by, last_valid)
        except BaseException:
            with suppress(DatabaseError):  # then the next start finds out whether it counts
                files.mend_locked()
            raise
        files.settle()
    return row


def _say(
    why: Why, signer: SigningKey, new: SigningKey, by: str, last_valid: LastValid
) -> KeyStatement:
    node = Node.objects.select_for_update().get(is_self=True)
    list(Feed.objects.select_for_update().filter(node=node))
    genesis, held = Genesis.of(node), steps_of(node)
    limits = limits_of(node, last_valid, deep=why == "revoked")
    said = make(genesis, held, why=why, new=new, signer=signer, limits=limits)
    step = follow(genesis, [*(one.signed for one in held), said])[-1]
    row = keep(node, step, decided_by=by)
    node.signing_key = new.public
    node.save(update_fields=["signing_key"])
    for feed in Feed.objects.filter(node=node, name__in=last_valid):
        _take_back(feed, last_valid[feed.name])
    audit.note(f"key-{why}", by=by, number=step.said.number, key=step.said.key)
    transaction.on_commit(bell.ring)
    return row


def _take_back(feed: Feed, seq: int) -> None:
    """Cut this node's own *feed* after *seq*, and say again what was certainly its own."""
    own = own_words(feed, seq)
    if cut(feed, seq, reason=REVOKED) is not None and own:
        say_again(feed.name, own)
