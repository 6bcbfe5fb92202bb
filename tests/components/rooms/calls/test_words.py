"""The sentences of the call page have the same names on the node and in the browser."""

import re
from pathlib import Path

import pytest

from jumelage.components.rooms.calls.words import call_words, check_words

CALL = Path(__file__).parents[4] / "frontend/src/call"


@pytest.mark.parametrize(
    ("file", "names"),
    [("page/words.ts", call_words), ("check/words.ts", check_words)],
)
def test_node_and_browser_know_the_same_sentences(file: str, names: object) -> None:
    text = (CALL / file).read_text("utf-8")
    listed = re.search(r"WORDS = \[(.*?)\]", text, re.DOTALL)
    assert listed
    assert callable(names)
    assert sorted(re.findall(r'"(\w+)"', listed[1])) == sorted(names())
