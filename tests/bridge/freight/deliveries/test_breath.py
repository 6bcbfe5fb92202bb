from jumelage.bridge.freight.deliveries.running.breath import Breath


def after(*seconds: float) -> Breath:
    """Return the breath after answers that took so long."""
    breath = Breath()
    for each in seconds:
        breath.heard(each)
    return breath


def test_slow_pages_ease_freight_off_and_quick_ones_let_it_go_on() -> None:
    quick, slow = [0.02] * 5, [0.3] * 3

    assert not after(*quick).short
    assert after(*quick, *slow).short
    assert not after(*quick, *slow, *quick).short


def test_one_slow_page_says_nothing() -> None:
    assert not after(0.02, 0.02, 0.5, 0.02, 0.5, 0.02, 0.5).short


def test_a_machine_that_is_always_slow_is_not_eased_off() -> None:
    assert not after(*[0.4] * 20).short


def test_answers_below_a_moment_are_never_slow() -> None:
    assert not after(*[0.002] * 5, *[0.02] * 20).short
