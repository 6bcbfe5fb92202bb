"""The worker's duties: when they are done, and that a failing one stops nobody."""

import time

import pytest

from jumelage.bridge.worker import REST_SECONDS, Worker, _do
from jumelage.kit.component import Duty


def due(worker: Worker, duty: Duty) -> bool:
    """Tell whether *duty* is due."""
    return worker._is_due("demo.duty", duty)


def test_duty_is_due_at_first_then_by_the_clock() -> None:
    duty = Duty(name="duty", run=lambda: None, every=60)
    worker = Worker()

    assert due(worker, duty)
    worker._done_at["demo.duty"] = time.monotonic()
    assert not due(worker, duty)
    worker._done_at["demo.duty"] -= 61
    assert due(worker, duty)


def test_duty_that_follows_changes_rests_in_between() -> None:
    duty = Duty(name="duty", run=lambda: None, every=60, on_change=True)
    worker = Worker()
    worker._changed.add("demo.duty")

    worker._done_at["demo.duty"] = time.monotonic()
    assert not due(worker, duty)
    worker._done_at["demo.duty"] -= REST_SECONDS
    assert due(worker, duty)


def test_failing_duty_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        message = "out of paper"
        raise RuntimeError(message)

    _do(Duty(name="print", run=fail))

    assert [record.message for record in caplog.records] == ["duty print failed"]
