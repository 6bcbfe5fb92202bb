"""What the islands do in a real browser: clocks tick, lines age, pages follow the other city."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo


def test_both_clocks_and_the_line_are_alive(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_page()
    page.goto(f"{demo.paris}/en/account/login/")
    word = page.locator("bridge-line .last")

    expect(word).to_have_text(re.compile(r"^last word [0-5] s ago$"), timeout=15_000)
    assert page.locator("bridge-line").get_attribute("data-line") == "up"
    assert [zone.get_attribute("data-zone") for zone in page.locator("twin-clock time").all()] == [
        "Europe/Paris",
        "America/Los_Angeles",
    ]
    page.close()


def test_a_page_works_without_javascript(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{demo.paris}/fr/account/login/")

    expect(page.locator("bridge-line .last")).to_contain_text("dernier mot")
    expect(page.get_by_role("link", name="English")).to_be_visible()
    page.context.close()


def test_a_keyboard_reaches_the_content_first(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_page()
    page.goto(f"{demo.paris}/en/account/login/")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def refused(page: Page) -> list[str]:
    """Collect what the content security policy refuses on *page* from now on."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def test_the_policy_has_nothing_to_refuse(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_page()
    found = refused(page)
    for path in ("/fr/", "/en/account/login/", "/en/account/signup/"):
        page.goto(f"{demo.paris}{path}", wait_until="load")

    assert found == []
    page.close()


def test_what_goes_on_in_this_city_alone_is_followed_too(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_page()
    page.add_init_script("window.EventSource = class extends EventTarget {};")  # hears of nothing
    page.goto(f"{demo.paris}/en/")
    page.evaluate(
        "() => { const region = document.querySelector('main [data-live]');"
        " region.insertAdjacentHTML('afterbegin', '<p data-again=\"1\">is being made</p>');"
        " const line = document.querySelector('live-page');"
        " line.replaceWith(line.cloneNode(true)); }"
    )

    expect(page.get_by_text("is being made")).to_be_visible()
    expect(page.get_by_text("is being made")).to_have_count(0, timeout=15_000)
    page.close()


def test_filters_are_folded_on_a_telephone_until_they_are_used(
    chromium: Browser, demo: Demo
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    search = page.locator("main .folded input[name=q]")
    page.goto(f"{demo.paris}/en/rooms/")
    page.locator("details.folded:not([open])").wait_for()
    expect(search).to_be_hidden()
    page.get_by_text("Search and filter").click()
    search.fill("Booth")
    search.press("Enter")
    expect(search).to_have_value("Booth")
    expect(search).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{demo.paris}/en/rooms/")
    expect(search).to_be_visible()
    expect(page.get_by_text("Search and filter")).to_be_hidden()
    page.close()
