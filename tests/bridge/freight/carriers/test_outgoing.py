"""How much may leave: what a busy machine could not send, and what a line carried before."""

import pytest

from jumelage.bridge.freight.carriers.udp.outgoing import FIRST_TRAIN, MOST_LATE, Tokens
from jumelage.bridge.freight.carriers.udp.rate import FIRST_RATE
from jumelage.bridge.freight.carriers.udp.sending import REMEMBERED, Lines

RATE, BURST = 10e6, 50_000.0


def test_tokens_begin_with_a_train_and_grow_with_time() -> None:
    tokens = Tokens()
    assert not tokens.begun
    tokens.gather(5.0, RATE, BURST)
    assert (tokens.begun, tokens.left) == (True, FIRST_TRAIN)
    tokens.left = 0.0
    tokens.gather(5.004, RATE, BURST)
    assert tokens.left == pytest.approx(40_000)
    assert tokens.lost_at < 0


def test_machine_that_was_too_busy_catches_up_a_little_and_says_so() -> None:
    tokens = Tokens()
    tokens.gather(5.0, RATE, BURST)
    tokens.left = 0.0
    tokens.gather(5.2, RATE, BURST)
    assert tokens.left == pytest.approx(MOST_LATE * RATE)
    assert tokens.lost_at == 5.2


def test_line_is_begun_with_half_of_what_it_carried_and_not_for_ever() -> None:
    now = [100.0]
    lines = Lines(clock=lambda: now[0])
    assert lines.rate("sf") == FIRST_RATE
    lines.keep("sf", 40e6)
    lines.keep("elsewhere", 0.0)
    assert lines.rate("sf") == 20e6
    assert lines.rate("elsewhere") == FIRST_RATE
    now[0] += REMEMBERED + 1
    assert lines.rate("sf") == FIRST_RATE
