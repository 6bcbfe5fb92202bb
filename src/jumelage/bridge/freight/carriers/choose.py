"""Which carrier a path gets, and why, in words that a person reads.

1. On a long line our own datagrams, when they pass. They reach its rate within a second and leave
   its queue short; measured at 400 Mbit/s, 150 ms, 1 % loss: 90 % of the line, TLS with BBR 83 %
   (its start overflows the queue), TLS with CUBIC 9 %.
2. On a short line TLS over eight connections, where BBR is allowed: half the processor time.
3. Else TLS, over sixteen connections where BBR is not allowed.
4. Else the receiver fetches ranges over the city's own HTTPS address (`ranges.pull`).

A delivery that yields (`background`) goes by datagrams first everywhere: only they see the line's
queue grow.

Whether a line is short is asked of the freight port itself, where it matters: the time of a TLS
handshake whose certificate is the one that the receiver signed. Only its freight process can
answer it, so a relay or proxy near the sender does not make the line look short, as it would a TCP
handshake or a page of the city's site. A line that does not answer soon is long, and known to be
so after `SHORT_PATIENCE`: a long line loses no more than that.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.freight.carriers import certificates, tls, tuning
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

    LONG = "long"
    YIELDS = "yields"
    SHORT = "short"
    NO_BBR = "no-bbr"
    BBR = "bbr"
    NO_DATAGRAMS = "no-datagrams"
    NO_PORT = "no-port"

    @property
    def words(self) -> str | Promise:
        """The sentence for a person, translated when it is shown."""
        return WORDS[self]


WORDS: dict[Reason, str | Promise] = {
    Reason.LONG: _("Our own datagrams: on a long line they are at full speed within a second, and lost packets do not slow them down."),
    Reason.YIELDS: _("Our own datagrams: they give way to everybody else on the line."),
    Reason.SHORT: _("Eight encrypted connections: the line is short, and this machine may use BBR."),
    Reason.NO_BBR: _("Our own datagrams: this machine may not use BBR, and other ways lose speed with every lost packet."),
    Reason.BBR: _("Eight encrypted connections with BBR: datagrams do not pass between the two cities."),
    Reason.NO_DATAGRAMS: _("Sixteen encrypted connections: datagrams do not pass between the two cities, and this machine may not use BBR."),
    Reason.NO_PORT: _("Plain HTTPS: the freight port of the other city cannot be reached."),
}  # fmt: skip

LONG_LINE = 0.02
"""Seconds there and back from which a line is long; one that is not known counts as long."""

SHORT_PATIENCE = 2 * LONG_LINE
"""Seconds to wait for an answer that would have come by then on a short line."""
HANDSHAKES = 3
"""The quickest of so many counts: the others waited for a processor."""
BELIEVED = 300.0
"""Seconds for which a measured round trip is believed."""

Choice = tuple[Carrier, Reason]


def choices(session: Session, policy: Policy, *, bbr: bool) -> Sequence[Choice]:
    """Return the carriers to try, best first; HTTPS is always the last resort."""
    short = 0 < session.round_trip < LONG_LINE and bbr and policy != "background"
    datagrams = Reason.YIELDS if policy == "background" else Reason.LONG if bbr else Reason.NO_BBR
    streams = Reason.SHORT if short else Reason.BBR if bbr else Reason.NO_DATAGRAMS
    found: list[Choice] = [("udp", datagrams)] if session.udp_port else []
    if session.tcp_port:
        found.insert(0 if short else len(found), ("tls", streams))
    return [*found, ("https", Reason.NO_PORT)]


class Trips:
    """The round trips to the freight ports of late; many threads may ask."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know none yet."""
        self._clock = clock
        self._held: dict[tuple[str, int, bytes], tuple[float, float]] = {}

    def known(self, session: Session) -> Session:
        """Return *session* with its round trip; 0 when the line is not a short one."""
        if session.round_trip or not session.tcp_port:
            return session
        place = (session.peer_host, session.tcp_port, session.certificate_hash)
        when, trip = self._held.get(place, (-BELIEVED, 0.0))
        if self._clock() - when >= BELIEVED:
            trip = round_trip(session)
            self._held[place] = (self._clock(), trip)
        return replace(session, round_trip=trip)


TRIPS = Trips()


def round_trip(session: Session) -> float:
    """Return the seconds to the receiver's freight port and back; 0: long, or not known.

    It takes at most `SHORT_PATIENCE` where nothing answers, and opens no session. TLS 1.3
    completes its handshake in one round trip after that of TCP. Source: RFC 8446, section 2.
    """
    best = 0.0
    with contextlib.suppress(OSError, BridgeError):
        for _ in range(HANDSHAKES):
            took = _handshake(session)
            best = min(best or took, took)
    return best


def _handshake(session: Session) -> float:
    address, host = (session.peer_host, session.tcp_port), session.peer_host
    with socket.create_connection(address, SHORT_PATIENCE) as plain:
        context, began = certificates.sending(), time.monotonic()
        with context.wrap_socket(plain, server_hostname=host) as stream:
            took = time.monotonic() - began
            certificates.pinned(stream, session.certificate_hash, host=host, port=address[1])
    return took


def send(
    session: Session,
    reading: Reading,
    pace: Pace,
    progress: Progress,
    stop: threading.Event,
    *,
    bbr: bool | None = None,
    trips: Trips = TRIPS,
) -> Figures:
    """Send every parcel by the best carrier that gets an answer; see `base.Sending`.

    Raises: LineClosedError when none does: then the receiver should fetch over HTTPS.
    """
    allowed = tuning.bbr_allowed() if bbr is None else bbr
    closed = LineClosedError(
        carrier="TLS", host=session.peer_host, port=session.tcp_port, reason="no port"
    )
    if allowed and session.udp_port and pace.policy != "background":
        session = trips.known(session)  # elsewhere it changes nothing
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
