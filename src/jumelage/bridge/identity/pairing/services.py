"""What people do to pair two nodes: invite, accept, compare eight words, confirm or refuse.

Two people meet on a call. One invites and sends the file or the address of the invitation;
the other accepts it. Both screens then show the same eight words, in English and French. Each
person who sees and hears the same words confirms on their side. Nothing is trusted before.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.identity.errors import InvitationError, InvitationExpiredError
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.delivery import fetch
from jumelage.bridge.identity.pairing.messages import Hello, Invitation
from jumelage.bridge.identity.pairing.states import Event, State
from jumelage.bridge.identity.pairing.telling import (
    expire_overdue,
    hello_of,
    keep_node,
    meet,
    own_identity,
    peer_of,
    step,
    tell,
)
from jumelage.bridge.identity.pairing.words import Words, spell
from jumelage.bridge.models import Pairing
from jumelage.kit import clock
from jumelage.kit.uris import new_id

LIFE = timedelta(days=7)


def invite(*, by: object) -> Pairing:
    """Make an invitation, good for one answer within seven days."""
    own_identity()
    now = clock.now().replace(microsecond=0)
    return Pairing.objects.create(
        nonce=new_id(), created_at=now, expires_at=now + LIFE, decided_by=_name(by)
    )


def invitation_file(pairing: Pairing) -> bytes:
    """Return the signed invitation, to be sent by any means the two people trust."""
    identity = own_identity()
    invitation = Invitation(
        v=1,
        card=identity.card,
        nonce=pairing.nonce,
        created=pairing.created_at,
        expires=pairing.expires_at,
    )
    return identity.seal(messages.INVITATION, invitation)


def invitation_address(pairing: Pairing) -> str:
    """Return the address where the invitation can be fetched until somebody answers it."""
    return f"{own_identity().card.url}/bridge/invitation/{pairing.nonce}"


def accept(source: str | bytes | Path, *, by: object) -> Pairing:
    """Answer an invitation: its address, the path of its file, or its bytes.

    The inviter is told at once; when that fails the worker goes on trying, and `reply_file`
    can be carried by hand. Accepting the same invitation again returns the same pairing.

    Raises:
        InvitationError, InvitationExpiredError, SignatureError: it is not a good invitation.
        PairingError: it is this node's own, or a pairing with that node is open.
    """
    own_identity()
    data = _read(source)
    invitation = messages.read_card_message(data, messages.INVITATION, Invitation)
    if invitation.expires <= clock.now():
        raise InvitationExpiredError(expired=invitation.expires.date())
    return tell(_answer(invitation, by))


@transaction.atomic
def _answer(invitation: Invitation, by: object) -> Pairing:
    known = Pairing.objects.filter(
        inviting=False, origin=invitation.card.origin, peer_nonce=invitation.nonce
    ).first()
    if known and known.node:
        return known
    if known:
        raise InvitationError(reason=_("it was already used"))
    node = keep_node(invitation.card)
    return Pairing.objects.create(
        nonce=new_id(),
        peer_nonce=invitation.nonce,
        inviting=False,
        node=node,
        origin=node.origin,
        state=State.MET,
        created_at=clock.now().replace(microsecond=0),
        expires_at=invitation.expires,
        decided_by=_name(by),
        untold=True,
    )


def _read(source: str | bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    text = str(source).strip()
    if text.startswith(("http://", "https://")):
        return fetch(text)
    try:
        with Path(text).open("rb") as file:
            return file.read(messages.LARGEST + 1)
    except OSError as error:
        raise InvitationError(
            reason=_("the file %(file)s cannot be read") % {"file": text[:200]}
        ) from error


def reply_file(pairing: Pairing) -> bytes:
    """Return the signed answer, for an inviter whom this node cannot reach."""
    return hello_of(pairing)


def take_reply(source: str | bytes | Path, *, by: object) -> Pairing:
    """Take a reply file that was carried by hand to the inviter.

    Raises:
        InvitationError, SignatureError: it is not a good reply.
        RequestRefusedError, PairingError: it answers no open invitation of this node.
    """
    hello = messages.read_card_message(_read(source), messages.HELLO, Hello)
    pairing = meet(hello)
    Pairing.objects.filter(pk=pairing.pk).update(decided_by=_name(by))
    return tell(pairing)


def words(pairing: Pairing) -> Words:
    """Return the eight words both people must see, in English and French.

    Raises:
        PairingError: nobody answered the invitation yet.
    """
    here, there = own_identity(), peer_of(pairing)
    mine = (here.card.proof.text, pairing.nonce)
    theirs = (bytes(there.genesis), pairing.peer_nonce)
    first, second = (mine, theirs) if pairing.inviting else (theirs, mine)
    return spell(
        inviter=first[0], inviter_nonce=first[1], accepter=second[0], accepter_nonce=second[1]
    )


def confirm(pairing: Pairing, *, by: object) -> Pairing:
    """Say that the other person reads the same eight words; the peer is told at once.

    Raises:
        PairingStateError: there is nothing to confirm.
    """
    expire_overdue()
    return tell(_decide(pairing, Event.CONFIRM_HERE, by))


def refuse(pairing: Pairing, *, by: object) -> Pairing:
    """Say that the words differ, withdraw an invitation, or end a pairing.

    Raises:
        PairingStateError: the pairing is closed already.
    """
    events = {State.INVITED: Event.CANCEL, State.PAIRED: Event.END_HERE}
    pairing.refresh_from_db()
    event = events.get(State(pairing.state), Event.REFUSE_HERE)
    closed = _decide(pairing, event, by)
    return tell(closed) if closed.node else closed


@transaction.atomic
def _decide(pairing: Pairing, event: Event, by: object) -> Pairing:
    decided = step(pairing, event, decided_by=_name(by))
    number = getattr(by, "pk", None)
    who = f"person:{number}" if number else _name(by)
    audit.note(f"pairing-{event.value}", by=who, about=decided.origin, number=decided.pk)
    return decided


def pairings() -> Sequence[Pairing]:
    """Return every pairing, newest first."""
    expire_overdue()
    return list(Pairing.objects.select_related("node").order_by("-created_at", "-pk"))


def _name(by: object) -> str:
    return str(by)[:200] if by is not None else ""
