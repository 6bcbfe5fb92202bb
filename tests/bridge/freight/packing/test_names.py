import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.freight.errors import UnsafeNameError
from jumelage.bridge.freight.packing import names

REFUSED = {
    "": "it is empty",
    "/etc/passwd": "it begins at the root of the disk",
    "../up": "it leads out of its folder",
    "a/../../b": "it leads out of its folder",
    "a/./b": "it leads out of its folder",
    "a//b": "a part of it is empty",
    "a/": "a part of it is empty",
    "C:/Windows": "it holds a colon, which names a drive or a stream elsewhere",
    "file.txt:hidden": "it holds a colon, which names a drive or a stream elsewhere",
    "..\\up": "it holds a backslash",
    "a\0b": "it holds a control character",
    "line\nbreak": "it holds a control character",
    "para\u2029graph": "it holds a control character",
    "half\ud800": "it holds a control character",
    "not a character \uffff": "it holds a control character",
    "cod\u202egpj.exe": "it holds a character that turns the direction of reading",
    "e\u0301te\u0301": "it is not in Unicode’s form NFC",
    "nul": "it is the name of a device on Windows",
    "a/COM1.exr": "it is the name of a device on Windows",
    "lpt\u00b9": "it is the name of a device on Windows",
    "trailing.": "a part of it ends in a space or a dot, which Windows drops",
    "folder /a": "a part of it ends in a space or a dot, which Windows drops",
    "x" * 256: "a part of it is longer than 255 bytes",
    "é" * 128: "a part of it is longer than 255 bytes",
    "a/" * 32 + "b": "it is more than 32 folders deep",
    "/".join(["x" * 200] * 6): "it is longer than 1,024 bytes",
    "ascmhl/0001.mhl": "the manifest of the delivery lies there",
    "ASCMHL/0001.mhl": "the manifest of the delivery lies there",
}


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_unsafe_name_is_refused_with_its_own_reason(name: str, reason: str) -> None:
    with pytest.raises(UnsafeNameError) as refusal:
        names.check(name)
    assert str(refusal.value.facts["reason"]) == reason


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "shots/010/plate v2.exr",
        "été/Übung.mov",
        "映像/第一.exr",
        ".hidden",
        "a..b",
        "👩‍🎨.png",
        "console.log",
    ],
)
def test_ordinary_name_is_accepted(name: str) -> None:
    names.check(name)


TOGETHER = {
    ("A.exr", "a.exr"): "it differs from “A.exr” only in capitals or accents’ form",
    ("Shots/1.exr", "shots/2.exr"): "it differs from “Shots” only in capitals or accents’ form",
    ("straße", "STRASSE"): "it differs from “straße” only in capitals or accents’ form",
    ("a", "a/b"): "it is a file and a folder at once",
    ("a/b", "a"): "it is a file and a folder at once",
    ("a", "a"): "it stands in the list twice",
}


@pytest.mark.parametrize(("pair", "reason"), TOGETHER.items())
def test_names_that_meet_on_some_machine_are_refused(pair: tuple[str, str], reason: str) -> None:
    with pytest.raises(UnsafeNameError) as refusal:
        names.check_together(pair)
    assert str(refusal.value.facts["reason"]) == reason


def test_many_files_of_one_folder_are_accepted() -> None:
    names.check_together(f"shots/{number:04}.exr" for number in range(1000))


@given(st.text(min_size=1, max_size=40))
def test_accepted_name_stays_below_its_folder(name: str) -> None:
    try:
        names.check(name)
    except UnsafeNameError:
        return
    parts = name.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert unicodedata.normalize("NFC", name) == name
    assert name.isprintable() or "Cc" not in map(unicodedata.category, name)


def test_name_is_shown_without_what_could_fool_a_reader() -> None:
    assert names.shown("a\x1b[2Jb\u202e") == "a\ufffd[2Jb\ufffd"
    assert names.shown("x" * 500) == "x" * 100 + "…"
