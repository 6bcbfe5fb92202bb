"""Tickets: a page vouches for somebody, and the websocket believes nothing else.

A ticket is signed with the node's secret, may be taken once within two minutes, and only by the
process that was running when it was made. So what was used need not outlive the process.
"""

import time
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from jumelage.bridge.live.errors import TicketError
from jumelage.kit.uris import new_id

SALT = "jumelage.live.ticket"
LASTS_SECONDS = 120
LONGEST_LABEL = 80
LONGEST_TICKET = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Who may come, to which session, as what."""

    kind: str
    uri: str
    person: str
    role: str
    label: str
    bearer: str = ""
    """Whom the kind is asked about as long as they are in (`SessionKind.roles`); empty: nobody."""


def live_ticket(
    *, kind: str, uri: str, person: str, role: str, label: str, bearer: str = ""
) -> str:
    """Return a ticket for one connection to the session *uri* of *kind*.

    *person* is any stable text that tells people apart; only its keyed hash, different in each
    session, is ever seen outside. *bearer* is what the kind knows them by; it is read by nobody
    but them and this node. Ask the policy first: this function does not.
    """
    ticket = Ticket(kind=kind, uri=uri, person=person, role=role, label=label, bearer=bearer)
    return sign(ticket, settings.SECRET_KEY)


def sign(ticket: Ticket, secret: str) -> str:
    """Return *ticket* as the node with this *secret* would give it out."""
    of = f"{ticket.uri}\0{ticket.person}"
    person = salted_hmac("jumelage.live.person", of, secret=secret, algorithm="sha256")
    hashed, label = person.hexdigest()[:32], plain_label(ticket.label)
    who = [hashed, ticket.role, label, ticket.bearer]
    told = [ticket.kind, ticket.uri, who, new_id(), time.time()]
    return signing.TimestampSigner(key=secret, salt=SALT, fallback_keys=[]).sign_object(told)


@dataclass
class Taken:
    """The tickets that were taken in the last minutes, and since when this process listens."""

    since: float = field(default_factory=time.time)
    lasts: int = LASTS_SECONDS
    _seen: dict[str, float] = field(default_factory=dict)

    def take(self, text: str) -> Ticket:
        """Return what the ticket *text* says, once.

        Raises:
            TicketError: it was used, is too old, or none of ours.
        """
        if len(text) > LONGEST_TICKET:
            raise TicketError
        signer = signing.TimestampSigner(salt=SALT)
        try:
            told = signer.unsign_object(text, max_age=self.lasts)
            kind, uri, (person, role, label, bearer), nonce, made = told
        except (signing.BadSignature, ValueError) as error:
            raise TicketError from error
        if made < self.since:
            raise TicketError
        self._once(nonce)
        return Ticket(kind=kind, uri=uri, person=person, role=role, label=label, bearer=bearer)

    def _once(self, nonce: str) -> None:
        now = time.monotonic()
        while self._seen and next(iter(self._seen.values())) < now - 2 * LASTS_SECONDS:
            del self._seen[next(iter(self._seen))]
        if nonce in self._seen:
            raise TicketError
        self._seen[nonce] = now


def plain_label(label: str) -> str:
    """Return *label* on one line, without what could disturb the words around it."""
    shown = "".join(each if each.isprintable() else " " for each in label)
    return " ".join(shown.split())[:LONGEST_LABEL]
