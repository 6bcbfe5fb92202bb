"""Every sample cut of OpenTimelineIO's adapters is read, or refused with what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from jumelage.components.studio.editorial.cut import Cut
from jumelage.components.studio.editorial.errors import (
    CutRefusedError,
    NoSequenceError,
    RecordMismatchError,
    SeveralSequencesError,
    WrongRateError,
)
from jumelage.components.studio.editorial.reading import read
from jumelage.components.studio.editorial.timecode import RATES, spoken
from tests.components.studio.editorial import samples as cut_samples

NAMES = {spoken(rate): rate for rate in RATES}


@dataclass
class Asked:
    """What a person asks for, and changes when a refusal says what to do."""

    rate: Fraction = Fraction(24)
    sequence: str = ""
    trust_sources: bool = False


def does_as_told(refusal: CutRefusedError, asked: Asked) -> bool:
    """Do what *refusal* says; tell whether it said anything that can be done here."""
    match refusal:
        case WrongRateError():
            asked.rate = NAMES[str(refusal.facts["found"])]
        case RecordMismatchError():
            asked.trust_sources = True
        case SeveralSequencesError():
            asked.sequence = str(refusal.facts["names"]).split(", ")[-1]
        case _:
            return False
    return True


def read_as_a_person_does(path: Path) -> tuple[Cut | None, list[CutRefusedError]]:
    """Try, and do what each refusal says, as long as it says something."""
    asked, refusals = Asked(), []
    while True:
        try:
            cut = read(
                path, path.name, rate=asked.rate,
                sequence=asked.sequence, trust_sources=asked.trust_sources,
            )  # fmt: skip
        except CutRefusedError as refusal:
            refusals.append(refusal)
            if not does_as_told(refusal, asked):
                return None, refusals
        else:
            return cut, refusals


@pytest.fixture(scope="module")
def samples() -> list[Path]:
    try:
        return cut_samples.samples()
    except cut_samples.NoSamplesError as error:
        pytest.skip(str(error))


@pytest.mark.promise("editorial")
def test_every_sample_is_read_or_refused_with_what_to_do(
    samples: list[Path], record_property: Callable[[str, object], None]
) -> None:
    results = {path.name: read_as_a_person_does(path) for path in samples}
    refused = {name: refusals for name, (cut, refusals) in results.items() if cut is None}
    record_property("read", len(results) - len(refused))
    assert (len(results), list(refused)) == (66, ["premiere_example_filter.xml"])
    assert [type(one) for one in refused["premiere_example_filter.xml"]] == [NoSequenceError]


@pytest.mark.parametrize(
    ("name", "events", "pictures", "frames"),
    [
        ("speed_effects.edl", 548, 548, 30330),
        ("timecode_mismatch.edl", 20, 20, 1793),
        ("2997fps-DFTC.aaf", 7, 1, 2989),
        ("nested_stack.aaf", 8, 8, 65),
        ("hiero_xml_export.xml", 2, 2, 1324),
        ("sample.ale", 4, 4, 402),
    ],
)
def test_what_a_sample_holds_is_counted_in_frames(
    samples: list[Path], name: str, events: int, pictures: int, frames: int
) -> None:
    cut, _ = read_as_a_person_does(next(path for path in samples if path.name == name))
    assert cut is not None
    assert (len(cut.events), len(cut.pictures), cut.frames) == (events, pictures, frames)
