"""A room in each city, booked by hand in two real browsers; by keyboard; and nothing for axe."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, sign_in
from tests.browser.test_accessibility import AXE, problems

pytestmark = pytest.mark.promise("rooms")
PATIENCE_MS = 20_000
"""For the other city to hold, decide and tell: a busy machine may take its time."""
TITLE = "Storyboard of the bridge"


def a_monday() -> date:
    """Return a Monday in two months that is no holiday in either city, in a usual week."""
    day = date.today() + timedelta(days=56)  # noqa: DTZ011  # the day here
    day += timedelta(days=-day.weekday() % 7)
    while (day.month, day.day) in {(1, 1), (5, 1), (5, 8), (7, 14), (11, 11), (12, 25)}:
        day += timedelta(days=7)
    return day


@contextmanager
def somebody(browser: Browser, address: str, email: str, demo: Demo) -> Iterator[Page]:
    """Sign somebody in, in a browser profile of their own."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, address, email, demo.password)
    yield page
    context.close()


def week_of(day: date) -> str:
    """Return how addresses name the week of *day*."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def open_room(page: Page, address: str, name: str, day: date) -> None:
    """Open the page of the room *name* at the week of *day*, with its table unfolded."""
    page.goto(f"{address}/en/rooms/")
    page.get_by_role("link", name=name).click()
    page.goto(f"{page.url}?week={week_of(day)}")
    page.get_by_text("The week as a table").click()


@pytest.fixture(scope="module")
def day() -> date:
    """Return the Tuesday that is booked: nobody of the demonstration meets that late."""
    return a_monday() + timedelta(days=1)


def test_pair_is_booked_in_paris_and_both_calendars_show_it(
    demo: Demo, chromium: Browser, day: date
) -> None:
    with (
        somebody(chromium, demo.paris, "officer@paris.demo.invalid", demo) as paris,
        somebody(chromium, demo.san_francisco, "officer@san-francisco.demo.invalid", demo) as sf,
    ):
        paris.goto(f"{demo.paris}/en/rooms/book/")
        choose(paris, "Your room", "Bridge Room")
        paris.get_by_label("Day", exact=True).fill(f"{day}")
        paris.get_by_role("textbox", name="What you call it").fill(TITLE)
        paris.get_by_role("button", name="Suggest hours").click()
        paris.get_by_role("button", name="Take this hour").first.click()
        expect(paris.locator("#answer")).to_contain_text("both rooms are free")
        paris.get_by_role("button", name="Ask for this time").click()
        expect(paris.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(paris.locator("main")).to_contain_text("booked in both cities")

        open_room(sf, demo.san_francisco, "Fog Room", day)
        expect(sf.locator(".week-of-room table")).to_contain_text("taken")
        open_room(paris, demo.paris, "Bridge Room", day)
        expect(paris.locator(".week-of-room table")).to_contain_text(
            f"booked in both cities: {TITLE}"
        )
        expect(sf.locator("main")).not_to_contain_text(TITLE)


def choose(page: Page, label: str, beginning: str) -> None:
    """Choose the option of a list that begins so."""
    found = page.get_by_label(label).locator("option")
    names = [name for name in found.all_text_contents() if name.startswith(beginning)]
    page.get_by_label(label).select_option(label=names[0])


def test_request_is_decided_by_hand_and_the_other_city_hears_of_it(
    demo: Demo, chromium: Browser
) -> None:
    with (
        somebody(chromium, demo.paris, "officer@paris.demo.invalid", demo) as paris,
        somebody(chromium, demo.san_francisco, "officer@san-francisco.demo.invalid", demo) as sf,
    ):
        sf.goto(f"{demo.san_francisco}/en/rooms/bookings/")
        sf.get_by_role("link", name="Grading session").click()
        expect(sf.locator("main")).to_contain_text("held here, waiting for Paris")

        paris.goto(f"{demo.paris}/en/rooms/asked/")
        paris.get_by_role("link", name="Grading session").click()
        paris.get_by_label("hold the room").first.check()
        paris.get_by_role("button", name="Answer").click()

        expect(sf.locator("main")).to_contain_text("booked in both cities")


def test_room_is_booked_with_the_keyboard_alone(demo: Demo, chromium: Browser, day: date) -> None:
    with somebody(chromium, demo.paris, "member@paris.demo.invalid", demo) as page:
        page.goto(f"{demo.paris}/en/rooms/book/")
        onto(page, "input[name=day]")
        page.keyboard.type(f"{day + timedelta(days=1):%m%d%Y}")
        onto(page, "input[name=hour]")
        page.keyboard.type("0630PM")
        onto(page, "button[value=preview]")
        page.keyboard.press("Enter")
        page.locator("button[value=book]").wait_for()
        onto(page, "button[value=book]")
        page.keyboard.press("Enter")

        expect(page.locator("main")).to_contain_text("booked in both cities")


def onto(page: Page, selector: str) -> None:
    """Press Tab until the focus is on *selector*."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in frontend/)")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_a_booking_are_accessible(demo: Demo, chromium: Browser, language: str) -> None:
    with somebody(chromium, demo.paris, "officer@paris.demo.invalid", demo) as page:
        found = [*of_the_form(page, demo, language)]
        for start, link in (
            ("rooms/", "main .what a"),
            ("rooms/bookings/", "main .what a"),
            ("rooms/bookings/?when=past", "main .what a"),
            ("rooms/asked/", ""),
            ("rooms/calendar/", ""),
            ("rooms/new/", ""),
        ):
            page.goto(f"{demo.paris}/{language}/{start}")
            found += problems(page, start)
            if link:
                page.locator(link).first.click()
                page.wait_for_load_state()
                unfold(page)
                found += problems(page, page.url)

    assert found == []


def of_the_form(page: Page, demo: Demo, language: str) -> Iterator[str]:
    """Yield what axe finds in the form, with suggestions, with a preview and with errors."""
    page.goto(f"{demo.paris}/{language}/rooms/book/")
    page.locator("input[name=day]").fill(f"{a_monday()}")
    page.locator("button[value=suggest]").click()
    page.locator("button[name=choose]").first.wait_for()
    yield from problems(page, "suggested")
    page.locator("button[name=choose]").first.click()
    page.locator("#answer table").wait_for()
    yield from problems(page, "preview")
    page.locator("input[name=hour]").fill("06:05")
    page.evaluate("document.querySelector('form.book').noValidate = true")
    page.locator("button[value=preview]").click()
    page.get_by_role("alert").wait_for()
    yield from problems(page, "problems")


def unfold(page: Page) -> None:
    """Unfold every table."""
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
