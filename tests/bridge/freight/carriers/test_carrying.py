"""Real sockets on loopback: every carrier brings every parcel, or says why not."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from jumelage.bridge.freight.carriers import choose, tls
from jumelage.bridge.freight.carriers.base import Figures, Policy, Sending, Session, Unlimited
from jumelage.bridge.freight.carriers.listener import Listener
from jumelage.bridge.freight.carriers.udp import sending
from jumelage.bridge.freight.deliveries.limits import Bucket, DeliveryPace, Limits, Rule
from jumelage.bridge.freight.errors import (
    LineClosedError,
    PortTakenError,
    SessionUnknownError,
    WrongCertificateError,
)
from tests.bridge.freight.carriers.ends import HOST, Shelf, Tray, a_session, some_parcels

CARRIERS = pytest.mark.parametrize("send", [tls.send, sending.send], ids=["tls", "udp"])


@pytest.fixture
def listener() -> Iterator[Listener]:
    open_port = Listener(HOST, 0)
    yield open_port
    open_port.close()


def ignore(_: Figures) -> None:
    """Hear figures and forget them."""


@CARRIERS
@pytest.mark.parametrize(("count", "size"), [(1, 1000), (40, 40_000), (12, 1 << 20)])
def test_every_parcel_arrives(listener: Listener, send: Sending, count: int, size: int) -> None:
    parcels = some_parcels(count, max(size, 1001))
    session, tray = a_session(listener), Tray(parcels)
    told: list[Figures] = []
    arrival = listener.add(session, tray, told.append)
    shelf = Shelf(parcels)
    done = send(session, shelf, Unlimited(), ignore, threading.Event())
    assert arrival.done.wait(5)
    assert tray.whole
    assert sorted(shelf.heard) == list(range(count))
    assert (done.parcels, done.bytes) == (count, sum(map(len, parcels)))
    assert told[-1].parcels == count


@CARRIERS
def test_who_sends_faster_than_the_receiver_allows_is_held_back(
    listener: Listener, send: Sending
) -> None:
    parcels = some_parcels(24, 1 << 20)
    session, tray = a_session(listener), Tray(parcels)
    rule = Rule(1, "", "", 0, 0, 8_000_000, "in")
    pace = DeliveryPace(Limits([rule]), "", "", direction="in")
    arrival = listener.add(session, tray, pace=pace)
    began = time.monotonic()
    done = send(session, Shelf(parcels), Unlimited(), ignore, threading.Event())
    assert arrival.done.wait(5)
    assert tray.whole
    size = sum(map(len, parcels))
    assert time.monotonic() - began >= 0.9 * (size - Bucket(8_000_000, "in").most) / 8_000_000
    assert done.moved <= 1.05 * size


@CARRIERS
def test_damaged_parcel_is_asked_for_again(listener: Listener, send: Sending) -> None:
    parcels = some_parcels(8)
    session, tray, shelf = a_session(listener), Tray(parcels, damaged={2, 7}), Shelf(parcels)
    listener.add(session, tray)
    send(session, shelf, Unlimited(), ignore, threading.Event())
    assert tray.whole
    assert shelf.reads >= 10


@CARRIERS
def test_failure_of_the_receiver_ends_the_session(listener: Listener, send: Sending) -> None:
    parcels = some_parcels(40, 1 << 20)
    session, failure = a_session(listener), OSError("disk full")
    arrival = listener.add(session, Tray(parcels, failure=failure))
    pace = DeliveryPace(Limits([Rule(1, "", "", 0, 0, 5_000_000)]), "", "")
    began = time.monotonic()
    with pytest.raises(SessionUnknownError):
        send(session, Shelf(parcels), pace, ignore, threading.Event())
    assert time.monotonic() - began < 8
    assert arrival.failure is failure


@CARRIERS
def test_a_failure_while_a_limit_lets_nothing_leave_is_heard_of(
    listener: Listener, send: Sending
) -> None:
    @dataclass
    class Stopping:
        left: int = 3_000_000
        policy: Policy = "normal"

        def allow(self, wanted: int) -> int:
            allowed = min(wanted, self.left)
            self.left -= allowed
            return allowed

    parcels, pace, failure = some_parcels(24, 1 << 20), Stopping(), OSError("disk full")
    session = a_session(listener)
    arrival = listener.add(session, Tray(parcels))
    timer = threading.Timer(1.0, arrival.fail, [failure])
    timer.start()
    began = time.monotonic()
    with pytest.raises(SessionUnknownError):
        send(session, Shelf(parcels), pace, ignore, threading.Event())
    assert time.monotonic() - began < 5
    assert not pace.left
    timer.join()


@CARRIERS
def test_failure_of_the_reading_is_raised(listener: Listener, send: Sending) -> None:
    @dataclass
    class Gone(Shelf):
        def read(self, number: int) -> bytes:
            raise FileNotFoundError(number)

    parcels = some_parcels(3)
    session = a_session(listener)
    listener.add(session, Tray(parcels))
    with pytest.raises(FileNotFoundError):
        send(session, Gone(parcels), Unlimited(), ignore, threading.Event())


@CARRIERS
def test_stop_is_obeyed(listener: Listener, send: Sending) -> None:
    @dataclass(frozen=True)
    class Trickle:
        policy: Policy = "normal"

        def allow(self, wanted: int) -> int:
            return min(wanted, 10)

    parcels, stop = some_parcels(200), threading.Event()
    session = a_session(listener)
    listener.add(session, Tray(parcels))
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    done = send(session, Shelf(parcels), Trickle(), ignore, stop)
    timer.join()
    assert done.parcels < 200


def test_listener_that_does_not_know_the_session_refuses(listener: Listener) -> None:
    with pytest.raises(SessionUnknownError):
        tls.send(
            a_session(listener), Shelf(some_parcels(1)), Unlimited(), ignore, threading.Event()
        )


def test_refusal_is_heard_before_a_parcel_leaves(listener: Listener) -> None:
    @dataclass(frozen=True)
    class Untouched:
        policy: Policy = "normal"

        def allow(self, wanted: int) -> int:
            raise AssertionError

    with pytest.raises(SessionUnknownError):
        tls.send(
            a_session(listener), Shelf(some_parcels(40)), Untouched(), ignore, threading.Event()
        )


def test_wrong_secret_is_refused(listener: Listener) -> None:
    session = a_session(listener)
    listener.add(session, Tray(some_parcels(1)))
    liar = replace(session, secret=os.urandom(32))
    with pytest.raises(SessionUnknownError):
        tls.send(liar, Shelf(some_parcels(1)), Unlimited(), ignore, threading.Event())


def test_other_certificate_is_refused(listener: Listener) -> None:
    session = replace(a_session(listener), certificate_hash=bytes(32))
    with pytest.raises(WrongCertificateError):
        tls.send(session, Shelf(some_parcels(1)), Unlimited(), ignore, threading.Event())


def test_strangers_are_let_go_and_do_not_keep_others_out(listener: Listener) -> None:
    strangers = [socket.create_connection((HOST, listener.port)) for _ in range(150)]
    parcels = some_parcels(4)
    session, tray = a_session(listener), Tray(parcels)
    listener.add(session, tray)
    tls.send(session, Shelf(parcels), Unlimited(), ignore, threading.Event())
    assert tray.whole
    assert len(listener._strangers) <= 64
    for stranger in strangers:
        stranger.close()


def test_taken_port_is_named(listener: Listener) -> None:
    with pytest.raises(PortTakenError):
        Listener(HOST, listener.port)


def test_parcels_that_are_here_are_acknowledged_to_a_second_sender(listener: Listener) -> None:
    parcels = some_parcels(6)
    session, tray = a_session(listener), Tray(parcels)
    listener.add(session, tray)
    for _ in range(2):
        done = tls.send(session, Shelf(parcels), Unlimited(), ignore, threading.Event())
        assert done.parcels == 6


@pytest.mark.parametrize(
    ("policy", "bbr", "trip", "tcp", "udp", "expected"),
    [
        ("normal", True, 0.15, 1, 1, [("udp", "long"), ("tls", "bbr")]),
        ("normal", True, 0.0, 1, 1, [("udp", "long"), ("tls", "bbr")]),
        ("normal", True, 0.01, 1, 1, [("tls", "short"), ("udp", "long")]),
        ("normal", False, 0.01, 1, 1, [("udp", "no-bbr"), ("tls", "no-datagrams")]),
        ("background", True, 0.01, 1, 1, [("udp", "yields"), ("tls", "bbr")]),
        ("background", True, 0.15, 1, 0, [("tls", "bbr")]),
        ("normal", False, 0.15, 1, 0, [("tls", "no-datagrams")]),
        ("deadline", True, 0.15, 0, 1, [("udp", "long")]),
        ("normal", True, 0.15, 0, 0, []),
    ],
)
def test_carriers_are_tried_best_first(  # noqa: PLR0917
    policy: Policy, bbr: bool, trip: float, tcp: int, udp: int, expected: list[tuple[str, str]]
) -> None:
    session = replace(a_session_without_port(), tcp_port=tcp, udp_port=udp, round_trip=trip)
    found = choose.choices(session, policy, bbr=bbr)
    told = [(carrier, reason.value) for carrier, reason in found]
    assert told == [*expected, ("https", "no-port")]
    assert all(str(reason.words) for _, reason in found)


def a_session_without_port() -> Session:
    return Session(bytes(16), bytes(32), HOST, 0, 0, bytes(32))


def test_closed_datagrams_fall_back_to_connections(listener: Listener) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind((HOST, 0))  # takes datagrams and says nothing, as a firewall does
        parcels = some_parcels(4)
        session, tray = a_session(listener), Tray(parcels)
        listener.add(session, tray)
        blocked = replace(session, udp_port=deaf.getsockname()[1])
        done = choose.send(
            blocked, Shelf(parcels), Unlimited(), ignore, threading.Event(), bbr=False
        )
    assert tray.whole
    assert (done.carrier, done.why) == ("tls", "no-datagrams")


class Delayed:
    """A relay near the sender: takes connections at once, and passes bytes on after *seconds*."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port, self._seconds = port, seconds
        self.taken = 0
        self._open = socket.create_server((HOST, 0))
        self.port: int = self._open.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._open.accept()
                self.taken += 1
                far = socket.create_connection((HOST, self._port))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                threading.Event().wait(self._seconds)
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)
        one.close()

    def close(self) -> None:
        """Take no more."""
        self._open.close()


def test_a_short_line_is_measured_and_gets_encrypted_connections(listener: Listener) -> None:
    parcels = some_parcels(4)
    session, tray = a_session(listener), Tray(parcels)
    listener.add(session, tray)
    assert 0 < choose.round_trip(session) < choose.LONG_LINE
    done = choose.send(
        session, Shelf(parcels), Unlimited(), ignore, threading.Event(),
        bbr=True, trips=choose.Trips(),
    )  # fmt: skip
    assert (done.carrier, done.why, tray.whole) == ("tls", "short", True)


def test_a_relay_near_the_sender_does_not_make_a_line_short(listener: Listener) -> None:
    relay = Delayed(listener.port, 0.1)
    session = replace(a_session(listener), tcp_port=relay.port)
    assert choose.round_trip(session) == 0.0
    relay.close()


def test_another_one_who_answers_for_the_receiver_does_not_make_a_line_short(
    listener: Listener,
) -> None:
    assert choose.round_trip(replace(a_session(listener), certificate_hash=bytes(32))) == 0.0


def test_a_round_trip_is_believed_for_five_minutes(listener: Listener) -> None:
    relay, now = Delayed(listener.port, 0.0), [0.0]
    session = replace(a_session(listener), tcp_port=relay.port)
    trips = choose.Trips(lambda: now[0])
    first = trips.known(session).round_trip
    taken = relay.taken
    now[0] = choose.BELIEVED - 1
    assert trips.known(session).round_trip == first
    assert relay.taken == taken
    now[0] = choose.BELIEVED
    trips.known(session)
    assert relay.taken > taken
    relay.close()


def test_nothing_open_is_said(listener: Listener) -> None:
    with pytest.raises(LineClosedError):
        choose.send(
            a_session_without_port(), Shelf(some_parcels(1)), Unlimited(), ignore, threading.Event()
        )
