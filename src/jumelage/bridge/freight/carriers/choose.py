"""Which carrier a path gets, and why, in words that a person reads.

1. Loss does not slow BBR down: where the kernel lets us choose it, TLS over eight connections.
2. Else our own datagrams, when they pass: with other congestion controls one lost packet in a
   thousand takes most of a long line away.
3. Else TLS over sixteen connections.
4. Else the receiver fetches ranges over the city's own HTTPS address (`ranges.pull`).

A delivery that yields (`background`) goes by datagrams first: only they see the line's queue grow.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.freight.carriers import tls, tuning
from jumelage.bridge.freight.carriers.base import (
    Carrier,
    Figures,
    Pace,
    Policy,
    Progress,
    Reading,
    Session,
)
from jumelage.bridge.freight.carriers.udp import sending
from jumelage.bridge.freight.errors import LineClosedError


class Reason(Enum):
    """Why a carrier was chosen; `words` is the sentence for a person."""

    BBR = "bbr"
    NO_BBR = "no-bbr"
    YIELDS = "yields"
    NO_DATAGRAMS = "no-datagrams"
    NO_PORT = "no-port"

    @property
    def words(self) -> str | Promise:
        """The sentence for a person, translated when it is shown."""
        return WORDS[self]


WORDS: dict[Reason, str | Promise] = {
    Reason.BBR: _("Eight encrypted connections: this machine may use BBR, which loss does not slow down."),
    Reason.NO_BBR: _("Our own datagrams: this machine may not use BBR, and other ways lose speed with every lost packet."),
    Reason.YIELDS: _("Our own datagrams: they give way to everybody else on the line."),
    Reason.NO_DATAGRAMS: _("Sixteen encrypted connections: datagrams do not pass between the two cities."),
    Reason.NO_PORT: _("Plain HTTPS: the freight port of the other city cannot be reached."),
}  # fmt: skip

Choice = tuple[Carrier, Reason]


def choices(session: Session, policy: Policy, *, bbr: bool) -> Sequence[Choice]:
    """Return the carriers to try, best first; HTTPS is always the last resort."""
    tcp, udp = bool(session.tcp_port), bool(session.udp_port)
    found: list[Choice] = []
    if udp and policy == "background":
        found.append(("udp", Reason.YIELDS))
    if tcp and bbr:
        found.append(("tls", Reason.BBR))
    if udp and policy != "background":
        found.append(("udp", Reason.NO_BBR))
    if tcp and not bbr:
        found.append(("tls", Reason.NO_DATAGRAMS))
    return [*found, ("https", Reason.NO_PORT)]


def send(
    session: Session,
    reading: Reading,
    pace: Pace,
    progress: Progress,
    stop: threading.Event,
    *,
    bbr: bool | None = None,
) -> Figures:
    """Send every parcel by the best carrier that gets an answer; see `base.Sending`.

    Raises: LineClosedError when none does: then the receiver should fetch over HTTPS.
    """
    allowed = tuning.bbr_allowed() if bbr is None else bbr
    closed = LineClosedError(
        carrier="TLS", host=session.peer_host, port=session.tcp_port, reason="no port"
    )
    for carrier, reason in choices(session, pace.policy, bbr=allowed):
        said = _explained(progress, reason)
        try:
            if carrier == "tls":
                done = tls.send(session, reading, pace, said, stop, bbr=allowed)
            elif carrier == "udp":
                done = sending.send(session, reading, pace, said, stop)
            else:
                break
        except LineClosedError as failure:
            closed = failure
            continue
        return replace(done, why=reason.value)
    raise closed


def _explained(progress: Progress, reason: Reason) -> Progress:
    def tell(figures: Figures) -> None:
        progress(replace(figures, why=reason.value))

    return tell
