import math
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jumelage.bridge.freight.deliveries.limits import (
    DeliveryPace,
    Limits,
    Rule,
    lift_limit,
    set_limit,
    standing_limits,
)
from jumelage.bridge.freight.errors import LimitRefusedError
from jumelage.bridge.models import FreightLimit, Node
from jumelage.kit import clock

SF, LYON = "s" * 32, "l" * 32
NIGHT = Rule(1, "", "", 22 * 60, 6 * 60, 1000)


@pytest.mark.parametrize(
    ("minute", "fits"), [(21 * 60 + 59, False), (22 * 60, True), (0, True), (6 * 60, False)]
)
def test_hours_may_pass_midnight(minute: int, fits: bool) -> None:
    assert NIGHT.fits(SF, "odyssey", minute) == fits


def test_a_limit_fits_its_city_and_its_production() -> None:
    rule = Rule(1, SF, "odyssey", 0, 0, 1000)

    assert rule.fits(SF, "odyssey", 700)
    assert not rule.fits(LYON, "odyssey", 700)
    assert not rule.fits(SF, "iliad", 700)


def test_without_a_limit_everything_may_leave() -> None:
    assert Limits().allow(SF, "", 10**9) == 10**9


def test_deliveries_share_the_bucket_of_their_limit() -> None:
    limits = Limits([Rule(1, "", "", 0, 0, 1_000_000)])
    began, granted = time.monotonic(), 0
    while (passed := time.monotonic() - began) < 0.3:
        granted += limits.allow(SF, "a", 200_000) + limits.allow(LYON, "b", 200_000)
        time.sleep(0.01)

    assert granted <= 1_000_000 * (passed + 0.05) + 1
    assert granted >= 1_000_000 * passed * 0.8


def test_the_lowest_of_several_limits_counts() -> None:
    limits = Limits([Rule(1, "", "", 0, 0, 5000), Rule(2, SF, "", 0, 0, 0)])

    assert limits.rate(SF, "") == 0
    assert limits.rate(LYON, "") == 5000
    assert limits.allow(SF, "", 10) == 0


def test_limits_are_read_with_the_time_of_the_city(here: Node) -> None:
    made = set_limit(rate=9, by="machine:test", begins=13 * 60, ends=14 * 60)
    limits = Limits()
    with clock.fixed(datetime(2026, 11, 22, 12, 30, tzinfo=UTC)):  # 13:30 in Paris
        limits.reload()
        assert limits.rate(SF, "") == 9
    with clock.fixed(datetime(2026, 11, 22, 13, 30, tzinfo=UTC)):
        limits.reload()
        assert limits.rate(SF, "") is None
    lift_limit(made, by="machine:test")
    assert standing_limits() == []


def test_one_case_has_one_limit(here: Node) -> None:
    for rate in (5, 7):
        set_limit(rate=rate, by="machine:test", production="odyssey")

    assert list(FreightLimit.objects.values_list("rate", flat=True)) == [7]


def test_what_is_sent_and_what_is_received_have_limits_of_their_own(here: Node) -> None:
    set_limit(rate=5, by="machine:test")
    set_limit(rate=7, by="machine:test", direction="in")
    limits = Limits()
    limits.reload()

    assert (limits.rate(SF, ""), limits.rate(SF, "", "in")) == (5, 7)


def test_the_rate_that_the_receiver_wants_counts_beside_the_own_limits() -> None:
    pace = DeliveryPace(Limits([Rule(1, "", "", 0, 0, 5_000_000)]), SF, "")
    pace.told(1_000_000)
    began, granted = time.monotonic(), 0
    while (passed := time.monotonic() - began) < 0.3:
        granted += pace.allow(200_000)
        time.sleep(0.01)

    assert 0.8 * 1_000_000 * passed <= granted <= 1_000_000 * (passed + 0.05)
    pace.told(0)
    assert pace.allow(10) == 0
    pace.told(None)
    assert pace.allow(10) == 10


def test_who_keeps_to_the_rate_is_never_held_back_by_the_receiver() -> None:
    rule = Rule(1, "", "", 0, 0, 10_000_000)
    sends = DeliveryPace(Limits([rule]), SF, "")
    takes = DeliveryPace(Limits([replace(rule, direction="in")]), SF, "", direction="in")
    arrived, end = 0, time.monotonic() + 0.5
    while time.monotonic() < end:
        arrived += sends.allow(200_000)
        if arrived >= 2**20:  # a parcel counts when it is whole
            assert takes.allow(2**20) == 2**20
            arrived -= 2**20
        time.sleep(0.005)


@pytest.mark.parametrize(
    "bad",
    [{"direction": "up", "rate": 1}, {"rate": -1}, {"rate": 1, "begins": 1440}, {"rate": 2**60}],
)
def test_what_is_no_limit_is_refused(here: Node, bad: dict[str, object]) -> None:
    with pytest.raises(LimitRefusedError):
        set_limit(by="machine:test", **bad)  # type: ignore[arg-type]  # of many kinds


def test_what_comes_in_at_once_shares_the_limits_it_fits() -> None:
    limits = Limits(
        [
            Rule(1, "", "", 0, 0, 9_000_000, "in"),
            Rule(2, SF, "", 0, 0, 4_000_000, "in"),
            Rule(3, "", "", 0, 0, 5, "out"),
        ]
    )

    assert limits.part(LYON, "", []) == 9_000_000
    assert limits.part(LYON, "", [(SF, ""), (SF, "odyssey")]) == 3_000_000
    assert limits.part(SF, "", [(LYON, ""), (SF, "odyssey")]) == 2_000_000
    assert Limits().part(SF, "", [(LYON, "")]) is None


def test_a_part_of_a_limit_is_nothing_only_where_the_limit_is() -> None:
    limits = Limits([Rule(1, SF, "", 0, 0, 0, "in"), Rule(2, "", "", 0, 0, 1, "in")])

    assert limits.part(SF, "", [(LYON, "")]) == 0
    assert limits.part(LYON, "", [(SF, "")]) == 1


def test_what_comes_in_faster_than_its_part_is_held_back() -> None:
    limits = Limits([Rule(1, "", "", 0, 0, 100_000_000, "in")])
    pace = DeliveryPace(limits, SF, "", direction="in")
    pace.told(2**22)  # as much as may come at once
    began = time.monotonic()
    granted = sum(pace.allow(2**20) for _time in range(8))

    assert 2**22 <= granted <= 2**22 * (1 + time.monotonic() - began)


def test_what_moves_in_one_go_makes_the_next_wait() -> None:
    limits = Limits([Rule(1, "", "", 0, 0, 100_000), Rule(2, SF, "odyssey", 0, 0, 0)])

    assert limits.turn(SF, "", 300_000, patience=0) == 0
    assert 2.8 < limits.turn(SF, "", 300_000, patience=1) <= 3  # not taken: too long
    assert 2.8 < limits.turn(SF, "", 300_000, patience=3) <= 3
    assert 5.8 < limits.turn(SF, "", 1, patience=1) <= 6
    assert limits.allow(SF, "", 10) == 0
    assert limits.turn(SF, "odyssey", 1, patience=1e9) == math.inf
    assert Limits().turn(SF, "", 10**9, patience=0) == 0
