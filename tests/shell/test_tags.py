"""What the template tags write."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from jumelage.bridge.models import Node
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.shell.frame import Frame


def write(source: str, language: str = "en", **facts: object) -> str:
    """Return what a template writes in *language*."""
    with translation.override(language):
        return Template("{% load shell %}" + source).render(Context(facts)).strip()


def test_a_text_in_the_pages_language_stands_alone() -> None:
    text = Bilingual(fr="Pont", en="Bridge & more")

    assert write("{% bilingual text %}", text=text) == "Bridge &amp; more"


def test_a_text_in_the_other_language_is_marked_with_it() -> None:
    assert write("{% bilingual text %}", text=Bilingual(fr="Pont <b>")) == (
        '<span lang="fr">Pont &lt;b&gt;</span><abbr class="language" title="in French">FR</abbr>'
    )


def test_a_text_may_come_as_its_stored_json() -> None:
    assert write("{% bilingual text %}", "fr", text={"fr": "Pont"}) == "Pont"


def test_an_absent_text_is_missing_not_blank() -> None:
    assert write("{% bilingual text %}", text=None) == '<span class="missing">— missing</span>'


def test_both_languages_begin_with_the_pages_own() -> None:
    page = write("{% both_languages text %}", text=Bilingual(fr="Pont"))

    assert page.index("English") < page.index("French")
    assert page.count("not translated yet") == 1
    assert page.count('<p lang="fr">Pont</p>') == 1


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("en", Decimal(10000000), "USD", '<span class="nowrap">10,000,000 USD</span>'),
        ("fr", Decimal("1234.5"), "", '<span class="nowrap">1\u202f234,5</span>'),
        ("en", 0, "", '<span class="nowrap">0</span>'),
        ("en", None, "USD", '<span class="missing">— missing</span>'),
    ],
)
def test_a_number_is_local_and_nothing_is_not_zero(
    language: str, value: Decimal | None, unit: str, expected: str
) -> None:
    assert write("{% number value unit %}", language, value=value, unit=unit) == expected


@pytest.mark.parametrize("value", [FuzzyDate("2009"), "2009"])
def test_a_fuzzy_date_keeps_its_precision_for_machines(value: object) -> None:
    expected = '<time datetime="2009">2009 (day unknown)</time>'

    assert write("{% fuzzy_date value %}", value=value) == expected


def test_a_fuzzy_date_takes_a_plain_day() -> None:
    expected = '<time datetime="2026-05-31">31 May 2026</time>'

    assert write("{% fuzzy_date value %}", value=date(2026, 5, 31)) == expected


def test_both_times_use_this_node_and_its_first_peer(san_francisco: Node) -> None:
    shell = Frame(RequestFactory().get("/en/"))
    at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)

    assert write("{% both_times at dated=True %}", shell=shell, at=at) == (
        '<time class="both-times" datetime="2026-11-22T16:30:00+00:00">22 Nov 2026, '
        '<span class="nowrap">17:30 Paris</span> · '
        '<span class="nowrap">08:30 San Francisco</span></time>'
    )


def test_both_times_say_when_the_distance_is_unusual(paris: Node, san_francisco: Node) -> None:
    at = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    page = write("{% both_times at here there %}", at=at, here=paris, there=san_francisco)

    assert page.count("00:30 Paris") == 1
    assert page.count("16:30 San Francisco (−1)") == 1
    assert page.endswith('<small class="soft">8 h apart</small>')


def test_a_tick_says_who_is_waited_for(san_francisco: Node) -> None:
    page = write("{% tick city said=False %}", city=san_francisco)

    assert page.count('class="tick city-san-francisco"') == 1
    assert page.count('<span class="visually-hidden">waiting</span>') == 1


def test_a_state_has_a_shape_and_a_word() -> None:
    page = write('{% state "quiet" "quiet" "201 days" %}')

    assert page.count('<svg class="mark quiet"') == 1
    assert page.count('quiet <span class="since">201 days</span>') == 1


def test_an_island_that_was_not_built_is_not_asked_for() -> None:
    assert write('{% island "no-such-island" %}') == ""
