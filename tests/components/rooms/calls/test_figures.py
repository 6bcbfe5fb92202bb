"""What browsers measure is kept, summed up, and bounded."""

import json

import pytest

from jumelage.components.rooms.calls import figures
from jumelage.components.rooms.models import CallFigure
from jumelage.kit.errors import InvalidInputError

pytestmark = pytest.mark.django_db
URI = "jumelage:" + "h" * 32 + ":" + "a" * 26
GOOD = {"participant": "p", "seconds": 2.5, "roundTrip": 151.0, "received": 190, "lost": 10,
        "freezes": 1, "frames": 60}  # fmt: skip


def told(*changes: dict[str, object]) -> bytes:
    """Return what a browser sends."""
    return json.dumps({"figures": [GOOD | change for change in changes]}).encode()


def test_figures_are_summed_up_over_all_browsers() -> None:
    assert figures.keep(session=URI, body=told({}, {"roundTrip": None}, {"roundTrip": 153})) == 3
    found = figures.quality(URI)
    assert found == figures.Quality(round_trip=152, loss=50, freezes=3, measured=3)


def test_what_nobody_measured_is_missing() -> None:
    assert figures.quality(URI) == figures.Quality(
        round_trip=None, loss=None, freezes=0, measured=0
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'{"figures": 1}', told(*[{}] * 51), told({"received": -1}),
        told({"lost": "many"}), told({"seconds": True}), told({"frames": 2**31}),
        b'{"figures": [{"seconds": NaN}]}',
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused_and_nothing_kept(body: bytes) -> None:
    with pytest.raises(InvalidInputError):
        figures.keep(session=URI, body=body)
    assert CallFigure.objects.count() == 0
