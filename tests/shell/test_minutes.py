"""Shared minutes on a page: to read without JavaScript, as a file, with every sentence."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pycrdt import Doc, Text

from jumelage.bridge.live.minutes import store
from jumelage.bridge.models import Node
from jumelage.shell import minutes

URI = "jumelage:aaaa:session"
ISLAND = Path(__file__).parents[2] / "frontend" / "src" / "minutes" / "words.ts"


@pytest.fixture
def written(paris: Node) -> str:
    """Store a text that somebody wrote, and return it."""
    doc: Doc[Text] = Doc()
    text = "Decided: <b>two</b> rooms\nNext: Tuesday"
    doc.get("minutes", type=Text).insert(0, text)
    store.begin(URI, "call", [paris.origin])
    store.write(URI, [doc.get_update()])
    return text


def page(**facts: str) -> str:
    """Return the element as a page shows it."""
    shown = minutes.shared_minutes(URI, title="Weekly", **facts)
    return render_to_string("shell/partials/minutes.html", {"minutes": shown})


def test_every_sentence_of_the_element_is_given_and_no_other() -> None:
    listed = re.search(r"WORDS = \[(.*?)\]", ISLAND.read_text("utf-8"), re.DOTALL)
    assert listed
    assert set(re.findall(r'"(\w+)"', listed[1])) == set(minutes.words())


def test_the_text_is_read_without_javascript_and_never_as_markup(written: str) -> None:
    shown = page(download="/en/minutes/")

    assert "Decided: &lt;b&gt;two&lt;/b&gt; rooms\nNext: Tuesday</div>" in shown
    assert 'href="/en/minutes/" download="weekly.md"' in shown
    assert "data-ticket" not in shown


@pytest.mark.usefixtures("paris")
def test_minutes_nobody_wrote_say_so() -> None:
    assert "Nothing has been written yet." in page(ticket="/en/ticket/")
    assert 'data-ticket="/en/ticket/"' in page(ticket="/en/ticket/")


def test_the_file_is_markdown_with_its_title(written: str) -> None:
    answer = minutes.minutes_file(URI, title="Réunion d’été")

    assert answer.content.decode() == f"# Réunion d’été\n\n{written}\n"
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="reunion-dete.md"'


def test_cities_are_named_by_the_origin_of_their_node(paris: Node, san_francisco: Node) -> None:
    with translation.override("fr"):
        names = minutes.city_names()

    assert names == {paris.origin: "Paris", san_francisco.origin: "San Francisco"}
