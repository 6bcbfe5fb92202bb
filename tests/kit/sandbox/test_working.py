"""Long work behind the walls: it makes files, says how far it is, and stops when it is told."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from jumelage.kit.sandbox import (
    Limits,
    NotExaminedError,
    ParserEndedError,
    StoppedError,
    TooSlowError,
    Walls,
    WroteTooMuchError,
    protection,
    work,
)
from jumelage.kit.sandbox.walls import best, bubblewrap, no_walls

needs_bubblewrap = pytest.mark.skipif(
    protection() != "bubblewrap", reason="bubblewrap is not installed or not allowed here"
)
LIMITS = Limits(seconds=20, written=5_000_000)


@pytest.fixture(params=[no_walls, pytest.param(bubblewrap, marks=needs_bubblewrap)])
def walls(request: pytest.FixtureRequest) -> Walls:
    given: Walls = request.param
    return given


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source.txt", tmp_path / "made"
    source.write_text("hello")
    target.mkdir()
    return source, target


def _work(
    places: tuple[Path, Path],
    kind: str,
    walls: Walls,
    *,
    limits: Limits = LIMITS,
    options: Mapping[str, Any] | None = None,
    told: Callable[[int, int], None] = lambda _done, _of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Mapping[str, Any]:
    return work(
        *places, f"tests.kit.sandbox.workers:{kind}",
        options=options or {}, limits=limits, told=told, stop=stop, walls=walls,
    )  # fmt: skip


def test_worker_makes_files_and_tells_how_far_it_is(
    places: tuple[Path, Path], walls: Walls
) -> None:
    heard: list[tuple[int, int]] = []

    def told(done: int, of: int) -> None:
        heard.append((done, of))

    facts = _work(places, "copies", walls, options={"times": 3}, told=told)

    assert facts == {"made": 3}
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert sorted(file.name for file in places[1].iterdir()) == ["0.txt", "1.txt", "2.txt"]


def test_worker_stops_within_a_second(places: tuple[Path, Path], walls: Walls) -> None:
    began = time.monotonic()
    heard: list[int] = []

    with pytest.raises(StoppedError):
        _work(places, "lasts", walls, told=lambda d, _: heard.append(d), stop=lambda: bool(heard))

    assert time.monotonic() - began < 10


BREAKS = {"swells": WroteTooMuchError, "lies": ParserEndedError, "lasts": TooSlowError}


@pytest.mark.parametrize("kind", BREAKS)
def test_what_goes_wrong_in_long_work_has_a_name(
    places: tuple[Path, Path], walls: Walls, kind: str
) -> None:
    with pytest.raises(NotExaminedError) as error:
        _work(places, kind, walls, limits=Limits(seconds=2, written=5_000_000))

    assert isinstance(error.value, BREAKS[kind])


@needs_bubblewrap
def test_worker_cannot_change_its_source(places: tuple[Path, Path]) -> None:
    assert _work(places, "overwrites", best()) == {"changed": False}
