"""What happens when the line between two real nodes breaks."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from tests.pair.conftest import LOOK, SAY

pytestmark = pytest.mark.promise("cut-line")

CUT_SECONDS = 30
EACH = 60


def test_both_cities_write_through_a_cut_of_30_seconds_and_converge(
    cities: tuple[Pair, Relays], until: Callable[..., None]
) -> None:
    pair, relays = cities
    writers = [
        threading.Thread(
            target=node.python, args=(SAY.format(count=EACH, name=node.slug, pause=0.4),)
        )
        for node in (pair.paris, pair.sf)
    ]
    for writer in writers:
        writer.start()
    time.sleep(3)
    relays.cut()
    time.sleep(CUT_SECONDS)
    during: Any = pair.sf.python(LOOK)
    relays.mend()
    for writer in writers:
        writer.join()

    wanted = sorted(f"{n.slug} {i:03}" for n in (pair.paris, pair.sf) for i in range(EACH))

    def look() -> list[Any]:
        return [node.python(LOOK) for node in (pair.paris, pair.sf)]

    until(lambda: all(seen["entries"] == 2 * EACH for seen in look()), 30)
    for seen in look():
        assert seen["titles"] == wanted
        assert seen["heads"] == {"paris-demo/public": EACH, "sf-demo/public": EACH}
        assert seen["refusals"] == []
    assert during["line_up"] == [False]
    assert len(during["titles"]) < 2 * EACH
