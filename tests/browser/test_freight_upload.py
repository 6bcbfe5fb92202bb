"""Files sent from the browser, with scripts over a line that breaks, and without any."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Demo, sign_in

PIECE = 2 * 1024 * 1024


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """Return a folder with a file of several pieces, a small and an empty one."""
    folder = tmp_path / "day 1"
    (folder / "sc01").mkdir(parents=True)
    (folder / "sc01" / "plate é.mov").write_bytes(os.urandom(3 * PIECE + 17))
    (folder / "notes.txt").write_text("take two")
    (folder / "empty").touch()
    return folder


def begin(context: BrowserContext, demo: Demo, title: str) -> Page:
    """Begin a delivery as the officer of Paris; return the page that takes the files."""
    page = context.new_page()
    sign_in(page, demo.paris, "officer@paris.demo.invalid", demo.password)
    page.goto(f"{demo.paris}/en/bridge/deliveries/send/")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Go on to the files").click()
    return page


def delivered(page: Page) -> None:
    """Send what was uploaded and watch the open page until it is there."""
    page.get_by_role("button", name="Send to San Francisco").click()
    state = page.locator("[data-live=progress]")
    expect(state).to_contain_text("delivered", timeout=60_000)
    expect(page.locator("[data-live=files]")).to_contain_text("day 1/sc01/plate é.mov")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)


def test_upload_goes_on_by_itself_when_the_line_was_cut(
    demo: Demo, chromium: Browser, media: Path
) -> None:
    with chromium.new_context() as context:
        page, cuts = begin(context, demo, "Odyssey, day 1"), iter([False, True, True])

        def cut(route: Route) -> None:
            if route.request.method == "POST" and next(cuts, False):
                route.abort()
            else:
                route.continue_()

        page.route("**/piece/", cut)
        page.locator("#folder").set_input_files(media)
        page.get_by_role("button", name="Upload").click()
        uploaded = page.locator("#uploaded")
        expect(uploaded).to_contain_text("3 files, 6.3", timeout=30_000)
        assert next(cuts, None) is None
        delivered(page)


def test_form_takes_everything_without_a_script(demo: Demo, chromium: Browser, media: Path) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = begin(context, demo, "Odyssey, day 2")
        page.locator("#files").set_input_files(media / "notes.txt")
        page.locator("#folder").set_input_files(media)
        page.get_by_role("button", name="Upload").click()
        uploaded = page.locator("#uploaded")
        expect(uploaded).to_contain_text("4 files, 6.3")
        expect(uploaded).to_contain_text("day 1/sc01/plate é.mov")
        row = uploaded.get_by_role("row").filter(has_text="day 1/notes.txt")
        row.get_by_role("button").click()
        expect(uploaded).to_contain_text("3 files, 6.3")
