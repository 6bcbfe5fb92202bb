"""City accents that can be read on both papers."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.models import Node
from jumelage.shell.look import accents

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert accents.contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert accents.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS, st.sampled_from(["light", "dark"]))
def test_every_accent_passes_aa_on_its_paper(colour: str, theme: str) -> None:
    readable = accents.readable(colour, theme)

    assert accents.contrast(readable, accents.PAPER[theme]) >= accents.AA


def test_an_accent_that_already_passes_is_not_touched() -> None:
    assert accents.readable("#35607a", "light") == "#35607a"
    assert accents.readable("#8bb7cd", "dark") == "#8bb7cd"


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#35607a;}body{display:none"])
def test_what_is_not_a_colour_becomes_ink(colour: str) -> None:
    assert accents.readable(colour, "light") == "#1d1f22"


def test_the_style_sheet_names_both_cities(client: Client, san_francisco: Node) -> None:
    answer = client.get("/shell/cities.css")

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content.decode().count(".city-paris{--city:#35607a}") == 1
    assert answer.content.decode().count(".city-san-francisco{--city:#f08a6c}") == 2


def test_a_citys_name_cannot_write_style(client: Client, san_francisco: Node) -> None:
    Node.objects.filter(pk=san_francisco.pk).update(slug="x{}*{display:none}")

    assert client.get("/shell/cities.css").content.count(b"display:none") == 0
