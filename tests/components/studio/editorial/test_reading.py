"""Refusals say what to do; timecode counts what SMPTE counts; names lead to shots."""

import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.components.studio.editorial import errors
from jumelage.components.studio.editorial.reading import read
from jumelage.components.studio.editorial.shots import known_shot, shot_name
from jumelage.components.studio.editorial.timecode import exact, nominal, timecode

EDL = """TITLE: reel 1
001  AX  V  C  00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME: sh010_v001.mov
002  AX  V  C  00:00:00:00 00:00:01:12 01:00:02:00 01:00:03:12
* FROM CLIP NAME: sh020_v001.mov
"""
MIXED_UP = EDL.replace("01:00:03:12", "01:00:09:12")
OVERLAPPING = EDL.replace("01:00:02:00 01:00:03:12", "01:00:01:00 01:00:02:12")
BOMB = '<?xml version="1.0"?><!DOCTYPE x [' + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "y" * 1000}">' for n in range(9)
) + "]><xmeml><sequence>&e8;</sequence></xmeml>"  # fmt: skip


def file(tmp_path: Path, name: str, data: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_an_edl_is_counted_at_the_rate_of_the_production(tmp_path: Path) -> None:
    cut = read(file(tmp_path, "a.edl", EDL), "a.EDL", rate=Fraction(24))
    assert [(one.name, one.record_in, one.frames) for one in cut.events] == [
        ("sh010_v001.mov", 86400, 48),
        ("sh020_v001.mov", 86448, 36),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_a_list_is_read_in_the_encodings_programs_write(tmp_path: Path, encoding: str) -> None:
    text = EDL.replace("sh010", "été").encode(encoding)
    cut = read(file(tmp_path, "a.edl", text), "a.edl", rate=Fraction(24))
    assert cut.events[0].name == "été_v001.mov"


@pytest.mark.parametrize(
    ("name", "data", "refusal", "facts"),
    [
        ("a.edl", EDL.replace(":12", ":24"), errors.WrongRateError, {"found": "25", "asked": "24"}),
        ("a.edl", MIXED_UP, errors.RecordMismatchError, {"clip": "sh020_v001.mov"}),
        ("a.edl", OVERLAPPING, errors.RecordMismatchError, {"clip": "sh020_v001.mov"}),
        ("a.edl", EDL + "003 gone\n", errors.BrokenLineError, {"line": "6"}),
        ("a.edl", "a letter to a friend", errors.NoEventsError, {}),
        ("a.edl", b"\x00\x01\x02" * 99, errors.NotTextError, {}),
        ("a.edl", b"", errors.NoSequenceError, {}),
        ("a.xml", "<xmeml><sequence></xmeml>", errors.BrokenLineError, {"line": "1"}),
        ("a.xml", "<fcpxml version='1.10'/>", errors.NewerFinalCutError, {}),
        ("a.xml", "<xmeml/>", errors.NoSequenceError, {}),
        ("a.aaf", b"RIFF" * 40, errors.NotAnAafError, {}),
        ("a.aaf", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 900, errors.CutRefusedError, {}),
        ("a.ale", "Name\tTracks\n", errors.NoEventsError, {}),
        ("a.otio", "{", errors.NotAnOtioError, {}),
        ("a.otio", '{"OTIO_SCHEMA": "Timeline.99"}', errors.NotAnOtioError, {}),
        ("a.otioz", b"PK", errors.NotAnOtioError, {}),
    ],
)
def test_a_refusal_says_what_to_do(
    tmp_path: Path,
    name: str,
    data: str | bytes,
    refusal: type[errors.CutRefusedError],
    facts: dict[str, str],
) -> None:
    with pytest.raises(errors.CutRefusedError) as caught:
        read(file(tmp_path, name, data), name, rate=Fraction(24))
    assert (type(caught.value), caught.value.facts) == (refusal, facts)


@pytest.mark.parametrize("name", ["reel.mov", "edl", "reel.prproj", ""])
def test_other_files_are_refused_by_their_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.UnknownCutError):
        read(file(tmp_path, "x", EDL), name, rate=Fraction(24))


def test_a_file_that_grows_when_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.CutRefusedError):
        read(file(tmp_path, "a.xml", BOMB), "a.xml", rate=Fraction(24))
    with zipfile.ZipFile(tmp_path / "a.otioz", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("content.otio", b" " * (80 * 1024**2))
    with pytest.raises(errors.CutTooLongError):
        read(tmp_path / "a.otioz", "a.otioz", rate=Fraction(24))


def test_the_one_sequence_of_several_that_is_asked_for_is_read(tmp_path: Path) -> None:
    both = file(tmp_path, "a.xml", f"<xmeml>{_sequence('one')}{_sequence('two')}</xmeml>")
    with pytest.raises(errors.SeveralSequencesError) as caught:
        read(both, "a.xml", rate=Fraction(24))
    assert caught.value.facts["names"] == "one, two"
    assert read(both, "a.xml", rate=Fraction(24), sequence="two").name == "two"
    with pytest.raises(errors.NoSuchSequenceError):
        read(both, "a.xml", rate=Fraction(24), sequence="three")


def _sequence(name: str) -> str:
    rate = "<rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate>"
    return f"<sequence><name>{name}</name>{rate}<media><video/></media></sequence>"


@pytest.mark.parametrize(
    ("frame", "rate", "drop", "text"),
    [
        (86400, "24", False, "01:00:00:00"),
        (1799, "30000/1001", True, "00:00:59;29"),
        (1800, "30000/1001", True, "00:01:00;02"),
        (17982, "30000/1001", True, "00:10:00;00"),
        (107892, "30000/1001", True, "01:00:00;00"),
        (1800, "24000/1001", True, "00:01:15:00"),
    ],
)
def test_timecode_counts_as_smpte_does(frame: int, rate: str, drop: bool, text: str) -> None:
    assert timecode(frame, Fraction(rate), drop=drop) == text


@given(st.sampled_from([23.976, 23.98, 24.0, 25.0, 29.97, 30.0, 59.94, 12.5]))
def test_a_rate_as_programs_write_it_is_the_exact_one(rate: float) -> None:
    assert abs(float(exact(rate)) - rate) < 0.005
    assert nominal(exact(rate)) == max(1, round(exact(rate)))


@pytest.mark.parametrize(
    ("clip", "shot"),
    [
        ("sh010_v003.mov", "sh010"),
        ("sh010_anim_v003.0101.exr", "sh010_anim"),
        ("ZZ100_501 (LAY3)", "ZZ100_501"),
        ("Z682_156 (LAY3) FF", "Z682_156"),
        ("v001.mov", "v001"),
        ("plain", "plain"),
    ],
)
def test_the_name_of_a_shot_is_the_clips_without_its_trimmings(clip: str, shot: str) -> None:
    assert shot_name(clip) == shot


def test_a_clip_leads_to_the_longest_known_shot_at_the_end_of_a_word() -> None:
    known = {"sc01_sh010": "ten", "sc01_sh01": "one"}
    assert known_shot("SC01_SH010_anim_v003.mov", known) == "ten"
    assert known_shot("sc01_sh0100_v003.mov", known) is None
