"""A wall put up while somebody of the partner is in a session: they are told, and are out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Demo, sign_in

pytestmark = pytest.mark.promise("P13")
PATIENCE_MS = 60_000
PARTNER = "Bureau démo Paris"


@pytest.fixture
def people(chromium: Browser, demo: Demo) -> Iterator[tuple[Page, Page]]:
    """Sign in who coordinates the film in Paris, and somebody of a partner of it there."""
    pages = []
    for role in ("officer", "owner"):
        page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        sign_in(page, demo.paris, f"{role}@paris.demo.invalid", demo.password)
        pages.append(page)
    yield pages[0], pages[1]
    for page in pages:
        page.context.close()


def partner(page: Page) -> Locator:
    """Return the row of the partner on the page of members."""
    return page.get_by_role("row").filter(has_text=PARTNER).filter(has=page.locator("button"))


def test_who_is_walled_out_of_a_session_is_told_and_sees_nobody(
    people: tuple[Page, Page], demo: Demo
) -> None:
    coordinator, guest = people
    coordinator.goto(f"{demo.paris}/en/studio/")
    coordinator.get_by_role("main").get_by_role("link", name="Le Gardien").first.click()
    members = f"{coordinator.url}members/"
    coordinator.get_by_role("link", name="Sessions").first.click()
    coordinator.get_by_role("link", name="Call a session").click()
    coordinator.get_by_label("Name").fill("With a partner")
    coordinator.get_by_label("Begins").fill("2031-03-04T17:30")
    coordinator.locator("input[name=versions]").first.check()
    coordinator.get_by_role("button", name="Call both cities").click()
    room = f"{coordinator.url}room/"
    coordinator.goto(members)
    partner(coordinator).get_by_role("button", name="Lift the limit").click()

    guest.goto(room)
    expect(guest.locator("[data-people] li")).to_have_count(1, timeout=PATIENCE_MS)
    partner(coordinator).get_by_role("button", name="Limit to its own tasks").click()

    told = guest.get_by_text("You may no longer take part in this session.")
    expect(told.first).to_be_visible(timeout=PATIENCE_MS)
    expect(guest.locator("[data-people] li")).to_have_count(0)
    expect(guest.get_by_text("Connecting")).to_have_count(0)
    assert guest.goto(room).status == 404  # type: ignore[union-attr]
