"""How two nodes keep each other's pairing up to date.

Each node tells the other its own state with a signed notice and gets the other's notice as
the answer, so one exchange in either direction brings both up to date. What could not be told
is told again by the worker, with growing pauses; what the peer has not decided yet is asked
for the same way, so that one direction that works is enough.
"""

import asyncio
import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import PairingError
from jumelage.bridge.identity.errors import (
    InvitationExpiredError,
    KeyStatementError,
    RequestRefusedError,
)
from jumelage.bridge.identity.keychain.chain import adopt
from jumelage.bridge.identity.keychain.telling import teller
from jumelage.bridge.identity.keys import own_key
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.delivery import deliver
from jumelage.bridge.identity.pairing.messages import Card, Hello, Identity, Notice, Word
from jumelage.bridge.identity.pairing.states import CLOSED, FROM_THERE, Event, State, allows, follow
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Node, Pairing
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
ASK_AGAIN = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
WAITING = (State.MET, State.CONFIRMED_HERE, State.CONFIRMED_THERE)

_WORDS: dict[State, Word] = {
    State.CONFIRMED_HERE: "confirmed",
    State.PAIRED: "confirmed",
    State.REFUSED: "refused",
    State.EXPIRED: "refused",
    State.CANCELLED: "refused",
    State.ENDED: "ended",
}
_EVENTS = {
    "confirmed": Event.CONFIRM_THERE,
    "refused": Event.REFUSE_THERE,
    "ended": Event.END_THERE,
}


def own_identity() -> Identity:
    """Return this node with its key.

    Raises:
        NoIdentityError: the node was not initialised.
    """
    return Identity(own_key(), messages.card_of(own_node()))


def _word(state: str) -> Word:
    """Return what a node in *state* says of itself."""
    return _WORDS.get(State(state), "waiting")


def peer_of(pairing: Pairing) -> Node:
    """Return the node met in *pairing*.

    Raises:
        PairingError: nobody answered yet.
    """
    node: Node | None = pairing.node
    if node is None:
        raise PairingError(reason=_("nobody has answered the invitation yet"))
    return node


def hello_of(pairing: Pairing) -> bytes:
    """Return the sealed answer to the invitation this node accepted."""
    identity = own_identity()
    hello = Hello(
        v=1,
        card=identity.card,
        nonce=pairing.nonce,
        to=peer_of(pairing).origin,
        answers=pairing.peer_nonce,
        created=pairing.created_at,
        expires=pairing.expires_at,
    )
    return identity.seal(messages.HELLO, hello)


def notice_of(pairing: Pairing) -> bytes:
    """Return the sealed statement of where this node stands."""
    identity = own_identity()
    notice = Notice(
        v=1,
        origin=identity.origin,
        to=peer_of(pairing).origin,
        nonce=pairing.nonce,
        peer_nonce=pairing.peer_nonce,
        word=_word(pairing.state),
        created=clock.now(),
    )
    return identity.seal(messages.NOTICE, notice)


@transaction.atomic
def step(pairing: Pairing, event: Event, **facts: object) -> Pairing:
    """Move *pairing* by *event* and set *facts*; the peer is to be told of a new state.

    Raises:
        PairingStateError: that cannot happen now; nothing is changed.
    """
    row = Pairing.objects.select_for_update().get(pk=pairing.pk)
    before, row.state = row.state, follow(row.state, event)
    for name, value in facts.items():
        setattr(row, name, value)
    if row.state != before:
        at = clock.now()
        if event is Event.CONFIRM_HERE:
            row.confirmed_here_at = at
        if event is Event.CONFIRM_THERE:
            row.confirmed_there_at = at
        if row.state == State.ENDED:
            row.ended_at = at
    if row.node and event not in FROM_THERE and _word(before) != _word(row.state):
        row.untold, row.retry_at, row.tries = True, None, 0
    row.save()
    return row


def expire_overdue() -> None:
    """Close every unanswered or unconfirmed pairing whose time is over."""
    open_states = [state for state in State if allows(state, Event.EXPIRE)]
    for pairing in Pairing.objects.filter(state__in=open_states, expires_at__lte=clock.now()):
        step(pairing, Event.EXPIRE)


def keep_node(card: Card) -> Node:
    """Keep what a node says of itself and free it from a closed pairing.

    Raises:
        PairingError: it is this node, or a pairing with it is open.
        KeyStatementError: the card comes from somebody who has a former key of the node.
    """
    node = Node.objects.filter(origin=card.origin).first()
    if node and node.is_self:
        raise PairingError(reason=_("this node cannot be paired with itself"))
    former = Pairing.objects.filter(node=node).first() if node else None
    if former and former.state not in CLOSED:
        raise PairingError(reason=_("a pairing with %(city)s is already open") % {"city": node})
    if former:
        former.node, former.untold = None, False
        former.save(update_fields=["node", "untold"])
    if node:
        adopt(node, card.chain)
    if node and bytes(node.signing_key) != card.signing_key:
        raise KeyStatementError(origin=node.origin, reason=_("a newer key is known"))
    kept, fresh = Node.objects.update_or_create(origin=card.origin, defaults=card.columns)
    if fresh:
        adopt(kept, card.chain)
    return kept


@transaction.atomic
def meet(hello: Hello) -> Pairing:
    """Take the answer to an invitation of this node; the same answer again changes nothing.

    Raises:
        RequestRefusedError: this node made no such invitation.
        InvitationExpiredError, PairingError: it is too late, or somebody else answered.
    """
    rows = Pairing.objects.select_for_update().filter(inviting=True, nonce=hello.answers)
    pairing = rows.first()
    if pairing is None or hello.to != own_node().origin:
        raise RequestRefusedError
    if (pairing.origin, pairing.peer_nonce) == (hello.card.origin, hello.nonce):
        return pairing
    if pairing.state == State.INVITED and pairing.expires_at <= clock.now():
        raise InvitationExpiredError(expired=pairing.expires_at.date())
    if pairing.state != State.INVITED:
        raise PairingError(reason=_("the invitation is closed or was answered by another node"))
    node = keep_node(hello.card)
    facts = {"node": node, "origin": node.origin, "peer_nonce": hello.nonce}
    return step(pairing, Event.MEET, met_there_at=clock.now(), **facts)


def hear(pairing: Pairing, notice: Notice) -> Pairing:
    """Take what the peer says about *pairing*; saying it again changes nothing.

    Raises:
        PairingError: the notice belongs to another pairing, or cannot be true now.
    """
    said = (notice.to, notice.nonce, notice.peer_nonce)
    if said != (own_node().origin, pairing.peer_nonce, pairing.nonce):
        raise PairingError(reason=_("the notice belongs to another pairing"))
    if pairing.met_there_at is None:
        Pairing.objects.filter(pk=pairing.pk).update(met_there_at=clock.now())
    event = _EVENTS.get(notice.word)
    if event is None:
        return Pairing.objects.get(pk=pairing.pk)
    return step(pairing, event)


def tell(pairing: Pairing) -> Pairing:
    """Tell the peer where this node stands and take its answer; a failure is kept, not raised."""
    peer, said = peer_of(pairing), _word(pairing.state)
    try:
        if pairing.met_there_at is None:
            path, body, said = "hello", hello_of(pairing), "waiting"
        else:
            path, body = "notice", notice_of(pairing)
        answer = deliver(f"{peer.url}/bridge/pairing/{path}", body)
        heard = hear(pairing, messages.read_notice(answer, peer))
    except JumelageError as error:
        return _postpone(pairing, str(error))
    heard.untold = _word(heard.state) != said
    heard.retry_at, heard.tries, heard.last_error = clock.now() + ASK_AGAIN, 0, ""
    heard.save(update_fields=["untold", "retry_at", "tries", "last_error"])
    return tell(heard) if heard.untold else heard


def _postpone(pairing: Pairing, reason: str) -> Pairing:
    pause = min(timedelta(seconds=2 ** min(pairing.tries, 10)), LONGEST_PAUSE)
    Pairing.objects.filter(pk=pairing.pk).update(
        tries=pairing.tries + 1, retry_at=clock.now() + pause, last_error=reason[:200]
    )
    pairing.refresh_from_db()
    return pairing


def tell_due() -> int:
    """Tell or ask every peer whose turn it is; return how many."""
    expire_overdue()
    due = Q(retry_at=None) | Q(retry_at__lte=clock.now())
    to_tell = Q(untold=True) | Q(state__in=WAITING)
    pairings = list(Pairing.objects.filter(due, to_tell, node__isnull=False).select_related("node"))
    for pairing in pairings:
        tell(pairing)
    return len(pairings)


def _tell_due() -> None:
    try:
        tell_due()
        teller.tell_due()
    except Exception:
        logger.exception("telling the peers failed")
    finally:
        close_old_connections()


async def keep_telling() -> None:
    """Tell and ask until cancelled; a thread of its own, since a peer may take seconds."""
    while True:
        try:
            await asyncio.to_thread(_tell_due)
        except (InterfaceError, OperationalError) as error:  # a full disk, for instance
            logger.warning("pairings cannot be told now: %s", error)
        await asyncio.sleep(LOOK_SECONDS)
