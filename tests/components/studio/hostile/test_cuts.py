"""Cuts that are bombs, or that lead to other files."""

import json
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from jumelage.components.studio.editorial.errors import CutRefusedError
from jumelage.components.studio.editorial.reading import read

RATE = Fraction(24)


def _laughs(folder: Path) -> Path:
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ha">' for n in range(12)
    )
    place = folder / "a.xml"
    place.write_text(
        f'<?xml version="1.0"?><!DOCTYPE xmeml [{entities}]>'
        "<xmeml><sequence><name>&e11;</name></sequence></xmeml>"
    )
    return place


def _outside(folder: Path) -> Path:
    secret = folder / "secret"
    secret.write_text("what nobody else may read")
    place = folder / "b.xml"
    place.write_text(
        f'<?xml version="1.0"?><!DOCTYPE xmeml [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
        "<xmeml><sequence><name>&s;</name></sequence></xmeml>"
    )
    return place


def _zeros(folder: Path) -> Path:
    place = folder / "d.otioz"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("content.otio", b" " * (80 * 1024**2))
    return place


@pytest.mark.parametrize("make", [_laughs, _outside, _zeros])
def test_bomb_is_refused(make: Callable[[Path], Path], tmp_path: Path) -> None:
    place = make(tmp_path)

    with pytest.raises(CutRefusedError):
        read(place, place.name, rate=RATE)


def test_place_of_a_source_is_a_name_and_nothing_more(tmp_path: Path) -> None:
    time = {"OTIO_SCHEMA": "RationalTime.1", "value": 0, "rate": 24}
    span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": time, "duration": {**time, "value": 9}}
    source = {
        "OTIO_SCHEMA": "ExternalReference.1", "target_url": "file:///etc/../etc/hostname",
        "available_range": span,
    }  # fmt: skip
    clip = {
        "OTIO_SCHEMA": "Clip.1", "name": "a", "source_range": span, "media_reference": source,
    }  # fmt: skip
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [clip]}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    place = tmp_path / "e.otio"
    place.write_text(json.dumps({"OTIO_SCHEMA": "Timeline.1", "name": "x", "tracks": stack}))

    cut = read(place, place.name, rate=RATE)

    assert [event.file for event in cut.events] == ["hostname"]
