"""A review on a telephone: touch, a narrow screen, and a line of 1 Mbit/s."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import Demo, sign_in

pytestmark = pytest.mark.promise("studio-review")
LINE = {"offline": False, "latency": 80, "downloadThroughput": 125_000, "uploadThroughput": 62_500}
"""1 Mbit/s down and half of it up, bytes a second; 80 ms."""
PATIENCE_MS = 60_000
PLAYER = "document.querySelector('take-review').player"


@pytest.fixture
def phone(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """Sign the officer of San Francisco in, on a telephone far from its mast."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, demo.san_francisco, "officer@san-francisco.demo.invalid", demo.password)
    yield page
    context.close()


def slowed(page: Page) -> CDPSession:
    """Give *page* the slow line; return what its touches go through."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    return session


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


def watch_playlist(page: Page, demo: Demo) -> None:
    """Begin to watch the playlist of San Francisco."""
    page.goto(f"{demo.san_francisco}/en/studio/")
    page.get_by_role("main").get_by_role("link", name="Le Gardien").first.tap()
    page.locator("a[href$='/playlists/']").first.tap()
    page.locator("main a[href*='/playlists/jumelage']").first.tap()
    watched = page.get_by_role("link", name="Watch one after the other")
    watched.wait_for()
    assert fits(page)
    watched.tap()
    page.locator("take-review[data-ready]").wait_for()


def draw(session: CDPSession, points: list[tuple[float, float]]) -> None:
    """Draw through *points* with one finger."""
    for index, (x, y) in enumerate(points):
        kind = "touchMove" if index else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_playlist_is_watched_drawn_on_and_said_about_by_touch(phone: Page, demo: Demo) -> None:
    session = slowed(phone)
    watch_playlist(phone, demo)
    row = phone.locator("nav.in-a-row")
    assert fits(phone)

    phone.wait_for_function(f"() => {PLAYER}.frame > {PLAYER}.first + 5")  # it plays
    expect(phone.get_by_label("Quality")).to_contain_text(re.compile(r"automatic \(light\)"))

    phone.locator(".picture").tap()
    phone.wait_for_function(f"() => !{PLAYER}.playing && {PLAYER}.clip.settled")
    phone.get_by_role("button", name="draw", exact=True).tap()
    phone.evaluate("document.querySelector('.picture').scrollIntoView({ block: 'center' })")
    box = phone.locator(".picture").bounding_box()
    assert box is not None
    places = [(0.3, 0.3), (0.4, 0.5), (0.5, 0.4), (0.6, 0.6)]
    draw(session, [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places])
    expect(phone.get_by_text("Saved.")).to_be_visible(timeout=20_000)

    phone.get_by_label("Note", exact=True).fill("Written on the tram.")
    phone.get_by_role("button", name="Note only").tap()
    expect(phone.locator(".notes > li", has_text="Written on the tram.")).to_be_visible()
    expect(row).to_contain_text("1 of")

    row.get_by_role("link", name="Next:").tap()
    phone.locator("take-review[data-ready]").wait_for()
    expect(row).to_contain_text("2 of")


def test_playlist_goes_on_by_itself(phone: Page, demo: Demo) -> None:
    watch_playlist(phone, demo)
    row = phone.locator("nav.in-a-row")

    row.get_by_label("play on").tap()
    phone.evaluate(f"{PLAYER}.seek({PLAYER}.last - 6); {PLAYER}.play()")

    expect(row).to_contain_text("2 of", timeout=20_000)
    phone.wait_for_function(f"() => {PLAYER}?.playing && {PLAYER}.frame > {PLAYER}.first")
