"""TLS in the background gives way when round trips grow, and datagrams say how to be served."""

import socket

import pytest

from jumelage.bridge.freight.carriers import tuning
from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.carriers.yielding import (
    FIRST_RATE,
    LEAST_RATE,
    TARGET,
    Trip,
    Yielding,
)

LINE = 25e6


def after(yielding: Yielding, trips: int, waits: float, *, begin: float) -> float:
    """Let *trips* round trips pass during each of which packets wait *waits* seconds."""
    for number in range(trips):
        delivered = min(yielding.rate, LINE)
        told = [Trip(0.15 + waits, 0.15, delivered / 2)] * 2
        yielding.observe(begin + number * (0.16 + waits), told)
    return yielding.rate


def test_free_line_is_taken_within_seconds() -> None:
    assert after(Yielding(), 8, 0.0, begin=0) > LINE


def test_rate_changes_once_a_round_trip() -> None:
    yielding = Yielding()
    yielding.observe(1.0, [Trip(0.15, 0.15, FIRST_RATE)])
    first = yielding.rate
    assert yielding.observe(1.1, [Trip(0.15, 0.15, FIRST_RATE)]) == first
    assert yielding.observe(1.2, [Trip(0.15, 0.15, FIRST_RATE)]) > FIRST_RATE


def test_queue_of_somebody_else_leaves_a_trickle_and_then_the_line_comes_back() -> None:
    yielding = Yielding()
    after(yielding, 10, 0.0, begin=0)
    assert after(yielding, 20, 0.1, begin=10) == LEAST_RATE
    assert after(yielding, 7, 0.0, begin=30) < 2 * LEAST_RATE
    assert after(yielding, 12, 0.0, begin=40) > LINE


def test_short_wait_holds_the_rate() -> None:
    yielding = Yielding()
    taken = after(yielding, 10, 0.0, begin=0)
    assert after(yielding, 10, 0.8 * TARGET, begin=10) == taken


def test_nothing_known_changes_nothing() -> None:
    assert Yielding().observe(1.0, [Trip(0.0, 0.0, 0.0)]) == FIRST_RATE


@pytest.mark.parametrize(
    ("policy", "traffic_class"), [("background", 0x04), ("normal", 0x28), ("deadline", 0x48)]
)
def test_policy_is_marked_on_what_leaves(policy: Policy, traffic_class: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        tuning.mark(sock, policy)
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == traffic_class


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_marks_hold_for_both_families() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
        tuning.mark(sock, "background")
        assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS) == 0x04


def test_machine_that_slows_tcp_is_told_the_lines_that_mend_it() -> None:
    fast = tuning.Tuning(bbr=True, receive_most=0, send_most=64 << 20, datagram_buffer=8 << 20)
    slow = tuning.Tuning(bbr=False, receive_most=6 << 20, send_most=4 << 20, datagram_buffer=212992)

    assert fast.advice == ()
    assert [line.partition(" = ")[0] for line in slow.advice] == [
        "net.ipv4.tcp_allowed_congestion_control",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
        "net.core.rmem_max",
    ]
