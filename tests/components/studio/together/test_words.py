"""The room and the node know the same sentences."""

import re
from pathlib import Path

from django.utils import translation

from jumelage.components.studio.together.words import words

SOURCE = Path(__file__).parents[4] / "frontend/src/together/data.ts"


def test_room_and_node_know_the_same_sentences() -> None:
    listed = SOURCE.read_text("utf-8").partition("WORDS = [")[2].partition("]")[0]

    assert set(re.findall(r'"(\w+)"', listed)) == set(words())


def test_every_sentence_is_french_in_french() -> None:
    english = words()
    with translation.override("fr"):
        french = words()

    assert {name for name in english if english[name] == french[name]} == set()
