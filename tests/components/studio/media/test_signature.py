"""A proxy that freezes, drops, shifts or swaps frames is found out, though its count is right."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import pytest

from jumelage.components.studio.media.facts import Refusal
from jumelage.components.studio.media.writing.proxy import HD_MOVIE, Proxy
from jumelage.components.studio.media.writing.signature import Ledger, compare
from tests.components.studio.media import made

pytestmark = pytest.mark.promise("studio-media")

RATE, SIZE, FRAMES = Fraction(24), (320, 180), 30
Numbers = Sequence[int]


def _pictures(numbers: Numbers) -> list[av.VideoFrame]:
    return [
        av.VideoFrame.from_ndarray(made.picture(number, *SIZE), "rgb24").reformat(format="yuv420p")
        for number in numbers
    ]


def _compared(path: Path, shown: Numbers) -> None:
    ledger = Ledger()
    for picture in _pictures(range(FRAMES)):
        ledger.note(picture)
    with Proxy(path, SIZE, RATE, HD_MOVIE, sound=False) as proxy:
        for picture in _pictures(shown):
            proxy.show(picture)
    compare(path, ledger, RATE, HD_MOVIE.margin, lambda _read: None)


def test_true_proxy_passes(tmp_path: Path) -> None:
    _compared(tmp_path / "a.mp4", range(FRAMES))


FAULTS: dict[str, Callable[[], Numbers]] = {
    "the first group frozen": lambda: [12] * 12 + list(range(12, FRAMES)),
    "one frame twice": lambda: [*range(10), 9, *range(11, FRAMES)],
    "two frames swapped": lambda: [*range(10), 11, 10, *range(12, FRAMES)],
    "all one late": lambda: [0, *range(FRAMES - 1)],
    "one lost": lambda: [*range(10), *range(11, FRAMES)],
    "one too many": lambda: [*range(FRAMES), FRAMES],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_false_proxy_is_refused(tmp_path: Path, fault: str) -> None:
    with pytest.raises(Refusal) as refusal:
        _compared(tmp_path / "a.mp4", FAULTS[fault]())

    assert str(refusal.value).partition(":")[0] in {"frames-differ", "frames-lost"}
