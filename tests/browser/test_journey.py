"""The main job in two real browsers: a fact stated in Paris, confirmed in San Francisco."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Demo

pytestmark = pytest.mark.promise("journey")
MOST_SECONDS = 1.0
"""From the answer to the person in one city to the text on the open page of the other; median."""
PATIENCE_MS = 20_000
"""For what is not timed: a busy machine may take its time."""


@dataclass(frozen=True)
class Words:
    """What the pages say in one language, and a commitment nothing is known about."""

    language: str
    commitment: str
    statement: str


FRENCH = Words("fr", "2026.3", "Étude d’usage présentée au comité")
ENGLISH = Words("en", "2026.16", "Joint study presented to the committee")


def light(page: Page, state: str) -> Locator:
    """Return the mark of the commitment that has the shape *state*."""
    return page.locator(f"aside .state .mark.{state}").first


@contextmanager
def officer(browser: Browser, demo: Demo, city: str, language: str) -> Iterator[Page]:
    """Sign the officer of *city* in, in a browser profile of her own that speaks *language*."""
    context = browser.new_context(locale=language)
    page = context.new_page()
    address = demo.paris if city == "paris" else demo.san_francisco
    page.goto(f"{address}/{language}/account/login/")
    page.locator("input[name=login]").fill(f"officer@{city}.demo.invalid")
    page.locator("input[name=password]").fill(demo.password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda url: "login" not in url)
    yield page
    context.close()


def state(here: Page, there: Page, address: str, statement: str) -> float:
    """State a fact here; return the seconds from the answer to its sight on the open page there."""
    here.goto(address)
    here.locator("main a[href$='/statement/']").click()
    for language in ("fr", "en"):
        here.locator(f"textarea[name='text_{language}']").fill(statement)
    here.locator("input[name='on']").fill(f"{date.today()}")  # noqa: DTZ011  # the day here
    here.locator("main form button").last.click()
    stated = time.monotonic()
    there.locator("article.evidence", has_text=statement).wait_for()
    return time.monotonic() - stated


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_a_fact_crosses_is_confirmed_and_changes_the_light_in_both_cities(
    demo: Demo, chromium: Browser, words: Words
) -> None:
    path = f"/{words.language}/agreement/paris-san-francisco/commitments/{words.commitment}/"
    with (
        officer(chromium, demo, "paris", words.language) as paris,
        officer(chromium, demo, "san-francisco", words.language) as sf,
    ):
        paris.goto(demo.paris + path)
        sf.goto(demo.san_francisco + path)
        expect(light(paris, "none")).to_be_visible()
        expect(light(sf, "none")).to_be_visible()

        seconds = [state(paris, sf, demo.paris + path, f"{words.statement} {n}") for n in (1, 2, 3)]

        row = sf.locator("article.evidence", has_text=f"{words.statement} 3")
        row.get_by_role("link").first.click()
        paris.goto(demo.paris + path)  # stays open: the light must change by itself
        sf.locator("main form[action$='/confirm/'] button").click()
        sf.wait_for_load_state()
        sf.goto(demo.san_francisco + path)
        expect(light(sf, "active")).to_be_visible(timeout=PATIENCE_MS)
        expect(light(paris, "active")).to_be_visible(timeout=PATIENCE_MS)

    assert median(seconds) <= MOST_SECONDS, seconds
