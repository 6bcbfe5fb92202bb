"""The marks of print in texts that people typed."""

import pytest

from jumelage.shell.look.typography import typeset


@pytest.mark.parametrize(
    ("typed", "language", "printed"),
    [
        ("s'insérer grâce à l'outil", "fr", "s’insérer grâce à l’outil"),
        ("the city's word", "en", "the city’s word"),
        ("réseaux : trafic ; quoi ?", "fr", "réseaux\u202f: trafic\u202f; quoi\u202f?"),
        ("« Digital Sister Cities »", "fr", "«\u202fDigital Sister Cities\u202f»"),
        ("networks : traffic", "en", "networks : traffic"),
        ("voir https://example.org", "fr", "voir https://example.org"),
        ("déjà\u202f: fait", "fr", "déjà\u202f: fait"),
    ],
)
def test_text_is_typeset(typed: str, language: str, printed: str) -> None:
    assert typeset(typed, language) == printed


def test_typesetting_twice_changes_nothing() -> None:
    once = typeset("« l'accord » : signé !", "fr")

    assert typeset(once, "fr") == once
