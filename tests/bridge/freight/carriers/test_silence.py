"""How long an answer is due, by a clock that the test sets."""

from jumelage.bridge.freight.carriers.silence import Silence


def test_silence_counts_from_the_last_answer() -> None:
    now = [100.0]
    silence = Silence(lambda: now[0])
    now[0] += 5
    assert silence.seconds == 5
    silence.heard()
    assert silence.seconds == 0


def test_while_the_first_parcel_leaves_slowly_nobody_owes_an_answer() -> None:
    now = [100.0]
    silence = Silence(lambda: now[0])
    for _ in range(300):
        now[0] += 1
        silence.left()
    assert silence.seconds == 0
    now[0] += 20  # nothing leaves any more
    assert silence.seconds == 20


def test_from_the_first_whole_parcel_on_an_answer_is_due_whatever_leaves_besides() -> None:
    now = [100.0]
    silence = Silence(lambda: now[0])
    silence.left(whole=True)
    for _ in range(30):
        now[0] += 1
        silence.left(whole=True)
    assert silence.seconds == 30
    silence.heard()
    now[0] += 60
    silence.left()
    assert silence.seconds == 0
