"""Every deed that the audit feed can hold is told in words, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from django.utils.translation import override

import jumelage
from jumelage.bridge.identity.keychain.statements import Why
from jumelage.bridge.identity.pairing.states import Event
from jumelage.shell.bridge_pages.wall.deeds import DEEDS, deed

MADE_UP = {f"key-{why}" for why in get_args(Why)} | {f"pairing-{event}" for event in Event}
"""Codes that are put together where they are noted."""


def noted() -> Iterator[str]:
    """Yield the codes that the code notes, as they stand in calls of `note` and `_note`."""
    for file in Path(jumelage.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in {"note", "_note"} and any(key.arg == "by" for key in node.keywords):
                    yield str(node.args[0].value)


def test_every_deed_has_words() -> None:
    assert (set(noted()) | MADE_UP) - set(DEEDS) == set()


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_is_told_in_french(action: str) -> None:
    with override("en"):
        english = deed(action)
    with override("fr"):
        assert deed(action) != english


def test_a_deed_of_a_later_release_keeps_its_code() -> None:
    assert deed("moon-landed") == "moon-landed"
