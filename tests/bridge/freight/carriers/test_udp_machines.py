"""The two datagram machines against each other on a scripted line, in virtual time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumelage.bridge.freight.carriers.udp.wire import SIZES
from tests.bridge.freight.carriers.ends import some_parcels
from tests.bridge.freight.carriers.wires import HOME, Pair, Wire

MIB = 1 << 20
slow = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def arrived(pair: Pair) -> bool:
    course = pair.course
    return [course.parcels.get(i) for i in range(len(pair.parcels))] == list(pair.parcels)


@slow
@given(
    loss=st.sampled_from([0.0, 0.01, 0.1, 0.3]),
    back=st.sampled_from([0.0, 0.05, 0.3]),
    reorder=st.sampled_from([0.0, 0.05, 0.5]),
    duplicate=st.sampled_from([0.0, 0.05, 0.5]),
    rate=st.sampled_from([1e6, 10e6]),
    seed=st.integers(1, 1000),
    sizes=st.lists(st.integers(1, 90_000), min_size=1, max_size=8),
)
def test_everything_arrives_whatever_the_line_does(  # noqa: PLR0917
    loss: float, back: float, reorder: float, duplicate: float, rate: float, seed: int,
    sizes: list[int],
) -> None:  # fmt: skip
    parcels = [some_parcels(1, size + 1000)[0][:size] for size in sizes]
    there = Wire(rate=rate, loss=loss, reorder=reorder, duplicate=duplicate, seed=seed, delay=0.03)
    pair = Pair(parcels, there, Wire(rate=rate, loss=back, seed=seed + 1, delay=0.03))
    pair.run(most=120)
    assert pair.sender.done
    assert arrived(pair)


def test_line_of_150_ms_is_full_within_a_second_and_stays_so() -> None:
    pair = Pair(some_parcels(60, MIB), Wire(rate=12.5e6, loss=0.01, queue=1.9e6), Wire(loss=0.01))
    course = pair.run()
    assert arrived(pair)
    assert course.share(12.5e6) > 0.85
    assert course.share(12.5e6, since=1.0) > 0.93
    assert pair.there.deepest < 0.1
    assert pair.there.overflowed < 100
    assert pair.sender.moved < 1.03 * sum(map(len, pair.parcels))


def test_queue_stays_near_the_target() -> None:
    pair = Pair(some_parcels(36, MIB), Wire(rate=12.5e6, queue=1.9e6))
    course = pair.run()
    waited = [delay for when, _, _, delay in course.steps if when > 1.5]
    assert sum(waited) / len(waited) < 0.03


def test_larger_datagrams_are_found() -> None:
    pair = Pair(some_parcels(8, MIB), Wire(rate=12.5e6))
    pair.run()
    assert pair.sender.datagram_size == 1472


@pytest.mark.parametrize("mtu", [1300, 1460])
def test_no_more_than_the_path_carries_is_believed(mtu: int) -> None:
    pair = Pair(some_parcels(8, MIB), Wire(rate=12.5e6, mtu=mtu))
    pair.run()
    assert arrived(pair)
    assert pair.sender.datagram_size == max(size for size in SIZES if size + 28 <= mtu)


def test_path_that_carries_less_than_before_is_survived() -> None:
    pair = Pair(some_parcels(12, MIB), Wire(rate=12.5e6))
    pair.run(most=0.6)
    assert pair.sender.datagram_size == 1472
    pair.there.mtu = 1300
    pair.run(most=60)
    assert arrived(pair)


def test_cut_of_eight_seconds_sends_little_twice() -> None:
    there = Wire(rate=12.5e6, cut=lambda now: 1001.5 < now < 1009.5)
    back = Wire(cut=lambda now: 1001.5 < now < 1009.5)
    pair = Pair(some_parcels(48, MIB), there, back)
    course = pair.run(most=40)
    assert arrived(pair)
    assert course.seconds < 15
    assert pair.sender.moved < 1.08 * sum(map(len, pair.parcels))


def test_damaged_parcel_is_sent_again() -> None:
    pair = Pair(some_parcels(6, 200_000), Wire(rate=12.5e6))
    refused: set[int] = set()

    def once(whole: object) -> bool:
        number = whole.number  # type: ignore[attr-defined]
        new = number in {0, 3} and number not in refused
        refused.add(number)
        return new

    pair.spoil = once
    pair.run()
    assert pair.sender.done
    assert arrived(pair)


def test_a_refusal_is_said_again_until_it_is_heard_though_nothing_comes_in() -> None:
    pair = Pair(some_parcels(2, 100_000), Wire(rate=12.5e6))
    pair.run()
    pair.receiver.refused = True
    pair.back.loss = 1.0
    pair.run(most=0.5, until=lambda: False)
    assert not pair.sender.refused
    pair.back.loss = 0.0
    pair.run(most=0.5, until=lambda: pair.sender.refused)
    assert pair.sender.refused


def test_receiver_that_takes_slowly_is_not_overrun() -> None:
    pair = Pair(some_parcels(40, 100_000), Wire(rate=12.5e6))
    pair.receiver._room = 4
    pair.run()
    assert arrived(pair)


def test_changed_address_is_followed_after_a_challenge() -> None:
    pair = Pair(some_parcels(14, MIB), Wire(rate=12.5e6))
    pair.run(most=0.8)
    assert pair.receiver.path.proved
    pair.address = ("10.0.0.9", 9)
    before = len(pair.answers)
    pair.run()
    assert arrived(pair)
    assert pair.receiver.path.address == ("10.0.0.9", 9)
    first_new = next(i for i, (_, to) in enumerate(pair.answers[before:]) if to != HOME)
    assert len(pair.answers[before:][first_new][0]) < 64  # a challenge, nothing more


def test_shallow_queue_is_not_drowned() -> None:
    pair = Pair(some_parcels(36, MIB), Wire(rate=12.5e6, queue=12.5e6 * 0.01))
    course = pair.run()
    assert arrived(pair)
    assert course.share(12.5e6, since=1.5) > 0.85
    assert pair.sender.moved < 1.12 * sum(map(len, pair.parcels))


@pytest.mark.parametrize("queue", [60_000, 200_000])
@pytest.mark.parametrize("delay", [0.0005, 0.02])
@pytest.mark.parametrize("rate", [0.2e6, 0.3e6])
def test_a_window_below_the_first_train_stops_no_line(
    rate: float, delay: float, queue: float
) -> None:
    """A slow line, or one under a limit: an empty line may carry a burst, whatever its window."""
    slow_line = Wire(rate=rate, delay=delay, queue=queue)
    pair = Pair(some_parcels(1, MIB), slow_line, Wire(delay=delay))
    pair.run(most=2 * MIB / rate)
    assert arrived(pair)
