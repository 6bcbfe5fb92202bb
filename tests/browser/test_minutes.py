"""Shared minutes in real browsers, one in each city: writing, cutting, reading, the keyboard, axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from benchmarks.minutes.session import PARIS, SF, Session, session
from benchmarks.minutes.writers import Table, tickets
from tests.browser.test_accessibility import problems

pytestmark = pytest.mark.promise("minutes")
PATIENCE_MS = 20_000
ADDRESS = "/en/minutes-of-the-test/"
_PAGE = """
from django.template import engines
from jumelage.shell.minutes import shared_minutes
shown = shared_minutes({uri!r}, title="Weekly", download="/en/file/", ticket={ticket!r})
answer = engines["django"].from_string('''{{% load static shell %}}<!doctype html><html lang="en">
<head><title>Minutes</title><link rel="stylesheet" href="{{% static "shell/build/shell.css" %}}"></head>
<body><main><h1>Minutes</h1>{{% include "shell/partials/minutes.html" %}}</main>
{{% island "minutes" %}}</body></html>''').render({{"minutes": shown}})
"""
"""A page with nothing but the element, as the pages of calls and reviews include it."""


@dataclass
class Desk:
    """Opens the page of the minutes in each city."""

    meeting: Session
    tickets: dict[str, str]
    chromium: Browser

    def page(self, city: str, person: str, *, scripts: bool = True) -> Page:
        """Open the page as *person* at the node of *city*, and wait until it is there."""
        node = self.meeting.nodes[city]
        ticket = "/en/ticket-of-the-test/"
        html = str(
            node.python(_PAGE.format(uri=self.meeting.uri, ticket=ticket if scripts else ""))
        )
        context = self.chromium.new_context(java_script_enabled=scripts)
        # A page the test itself answers belongs to no network: Chromium must be told it may go on.
        context.grant_permissions(["local-network-access"])
        page = context.new_page()

        def take(route: Route) -> None:
            address = f"{self.tickets[city]}?person={person}"
            try:
                route.fulfill(json=httpx.get(address).json())
            except httpx.HTTPError:
                route.abort()

        page.route(f"**{ADDRESS}", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.route(f"**{ticket}", take)
        page.goto(node.url + ADDRESS)
        return page


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Desk]:
    """Give two real nodes 60 ms apart, and a review both know of."""
    with session(tmp_path_factory.mktemp("minutes"), one_way=0.03) as meeting:
        table = Table(kind="review", uri=meeting.uri, role="annotator")
        paris, sf = meeting.nodes[PARIS], meeting.nodes[SF]
        with tickets(paris, table) as one, tickets(sf, table) as other:
            yield Desk(meeting, {PARIS: one, SF: other}, chromium)


@pytest.fixture
def both(desk: Desk) -> Iterator[tuple[Page, Page]]:
    """Open the minutes in both cities, empty."""
    pages = desk.page(PARIS, "Ana"), desk.page(SF, "Bo")
    for page in pages:
        saved(page)
    area(pages[0]).fill("")
    expect(area(pages[1])).to_have_value("", timeout=PATIENCE_MS)
    yield pages
    for page in pages:
        page.context.close()


def area(page: Page) -> Locator:
    """Return the field, by its label."""
    return page.get_by_label("Minutes, written together")


def saved(page: Page) -> None:
    """Wait until the page says that all is saved."""
    expect(page.locator(".minutes-state")).to_have_text("Saved", timeout=PATIENCE_MS)


def test_what_one_city_writes_the_other_reads_and_the_caret_stays(both: tuple[Page, Page]) -> None:
    paris, sf = both
    area(paris).focus()
    paris.keyboard.type("We agree")
    expect(area(sf)).to_have_value("We agree", timeout=PATIENCE_MS)
    area(sf).focus()
    sf.keyboard.press("Control+Home")
    sf.keyboard.type("Today: ")
    expect(area(paris)).to_have_value("Today: We agree", timeout=PATIENCE_MS)
    paris.keyboard.type(" on two rooms.")

    expect(area(sf)).to_have_value("Today: We agree on two rooms.", timeout=PATIENCE_MS)
    assert area(sf).evaluate("field => field.selectionStart") == len("Today: ")
    saved(paris)
    expect(paris.locator(".minutes-others")).to_contain_text("Bo (", timeout=PATIENCE_MS)


def test_undoing_takes_back_only_what_one_wrote(both: tuple[Page, Page]) -> None:
    paris, sf = both
    paris.wait_for_timeout(1000)  # what is done within 0.7 s is undone together
    area(paris).focus()
    paris.keyboard.type("mine")
    expect(area(sf)).to_have_value("mine", timeout=PATIENCE_MS)
    area(sf).focus()
    sf.keyboard.press("Control+End")
    sf.keyboard.type(" yours")
    expect(area(paris)).to_have_value("mine yours", timeout=PATIENCE_MS)

    paris.keyboard.press("Control+z")
    expect(area(sf)).to_have_value(" yours", timeout=PATIENCE_MS)
    paris.keyboard.press("Control+Shift+z")
    expect(area(sf)).to_have_value("mine yours", timeout=PATIENCE_MS)


def test_both_cities_write_while_the_line_is_cut(desk: Desk, both: tuple[Page, Page]) -> None:
    paris, sf = both
    desk.meeting.relays.cut()
    cut = "The line to Sf Demo is cut since"
    expect(paris.locator(".minutes-state")).to_contain_text(cut, timeout=PATIENCE_MS)
    expect(paris.get_by_role("status").first).to_contain_text(cut)
    area(paris).type("Paris ")
    area(sf).type("San Francisco ")
    desk.meeting.relays.mend()

    for page in both:
        saved(page)
        text = "() => document.querySelector('textarea').value.length"
        page.wait_for_function(f"({text})() === 20", timeout=PATIENCE_MS)
    assert area(paris).input_value() == area(sf).input_value()
    expect(paris.get_by_role("status").first).to_contain_text("Everything is saved")


def test_a_node_that_is_away_loses_nothing(desk: Desk, both: tuple[Page, Page]) -> None:
    paris, sf = both
    desk.meeting.nodes[PARIS].stop()
    area(paris).type("while the node was away")
    expect(paris.locator(".minutes-state")).to_contain_text("Not connected", timeout=PATIENCE_MS)
    desk.meeting.nodes[PARIS].start()

    saved(paris)
    expect(area(sf)).to_have_value("while the node was away", timeout=PATIENCE_MS)


def test_the_text_is_downloaded_as_it_reads_now(both: tuple[Page, Page]) -> None:
    paris, _ = both
    area(paris).fill("## Decided\n\n- two rooms")
    with paris.expect_download() as kept:
        paris.get_by_role("link", name="Download (Markdown)").click()

    assert kept.value.suggested_filename == "weekly.md"
    assert Path(kept.value.path()).read_text("utf-8") == "## Decided\n\n- two rooms"


def test_without_javascript_the_text_is_read(desk: Desk, both: tuple[Page, Page]) -> None:
    area(both[0]).fill("To be read by anybody.")
    saved(both[0])
    page = desk.page(PARIS, "Chi", scripts=False)

    expect(page.locator(".minutes-text")).to_have_text("To be read by anybody.")
    expect(page.locator("noscript")).to_have_count(1)
    page.context.close()


def test_axe_finds_nothing_and_the_keyboard_reaches_everything(both: tuple[Page, Page]) -> None:
    paris, _ = both
    area(paris).fill("A sentence.")
    saved(paris)
    assert list(problems(paris, "minutes")) == []

    link = paris.get_by_role("link", name="Download (Markdown)")
    link.focus()
    paris.keyboard.press("Shift+Tab")
    expect(area(paris)).to_be_focused()
    paris.keyboard.press("Tab")
    expect(link).to_be_focused()


@pytest.mark.parametrize("knows", [True, False], ids=["style-sheet", "older-browser"])
def test_the_field_is_as_tall_as_its_text(
    desk: Desk, both: tuple[Page, Page], *, knows: bool
) -> None:
    paris, _ = both
    if not knows:
        paris.add_init_script("CSS.supports = () => false")
        paris.reload()
        saved(paris)
        paris.add_style_tag(content="textarea { field-sizing: fixed !important }")
    heights = []
    for text in ("", "line\n" * 12, "line"):
        area(paris).fill(text)
        heights.append(area(paris).evaluate("field => field.clientHeight"))
        assert area(paris).evaluate("field => field.scrollHeight <= field.clientHeight")

    assert heights[0] < 130
    assert heights[1] > 250
    assert heights[2] == heights[0]
