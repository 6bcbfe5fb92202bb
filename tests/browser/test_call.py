"""A call on loopback: two real nodes 150 ms apart, browsers with cameras on this one machine.

Media do not cross any line here; `benchmarks/two_city_call.py` measures that in two namespaces.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from benchmarks.call_cities import City, cities, signed_in
from benchmarks.lines import Pair, long_line
from benchmarks.two_city_call import flows
from tests.browser.test_accessibility import AXE, problems

pytestmark = pytest.mark.promise("call")
PATIENCE_MS = 20_000


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Give two paired nodes, 150 ms apart."""
    with long_line(relayed=True) as made:
        yield made


@pytest.fixture(scope="module")
def place(pair: Pair, driver: Playwright) -> Iterator[tuple[list[City], str]]:
    """Give both cities with their browsers and the address of a call."""
    with tempfile.TemporaryDirectory() as name, cities(pair, driver, Path(name)) as made:
        yield made


@pytest.fixture
def inside(place: tuple[list[City], str]) -> Iterator[list[Page]]:
    """Bring one person of each city into the call, by the keyboard alone."""
    both, address = place
    pages = [city.page(address) for city in both]
    for page in pages:
        enter = page.get_by_role("button", name="Enter the call")
        enter.focus()
        page.keyboard.press("Enter")
        page.locator("live-room[data-standing=in]").wait_for()
    yield pages
    for page in pages:
        page.context.close()


def announced(page: Page, sentence: str) -> None:
    """Wait until a live region of *page* says *sentence*."""
    region = page.locator("[aria-live] p, [role=status] p, [role=alert] p", has_text=sentence)
    expect(region.first).to_be_attached(timeout=PATIENCE_MS)


def test_two_cities_see_and_hear_each_other(inside: list[Page]) -> None:
    paris, san_francisco = inside
    assert flows(paris)
    assert flows(san_francisco)

    labels = paris.locator(".tile figcaption .city").all_inner_texts()
    assert sorted(label.rsplit(" ", 1)[0] for label in labels) == ["Paris Demo", "Sf Demo"]
    announced(paris, "Officer of San Francisco (Sf Demo) came in.")
    assert "is back" not in " ".join(paris.locator("[aria-live] p").all_inner_texts())
    assert paris.locator(".tile[data-key=own] video").evaluate("video => video.muted")


def test_mute_is_ours_and_outlives_a_reload(inside: list[Page]) -> None:
    paris, san_francisco = inside
    assert flows(san_francisco)
    paris.keyboard.press("m")
    mark = san_francisco.locator(".tile", has_text="Officer of Paris").locator(".marks")
    expect(mark).to_contain_text("microphone off", timeout=PATIENCE_MS)
    paris.reload()  # straight in again, without a click
    paris.locator("live-room[data-standing=in]").wait_for()

    expect(paris.get_by_role("button", name="microphone")).to_have_attribute(
        "aria-pressed", "false"
    )
    sent = "() => Boolean(document.querySelector('live-room').room.own.outgoing.microphone)"
    assert paris.evaluate(sent) is False
    expect(mark.last).to_contain_text("microphone off", timeout=PATIENCE_MS)


def test_who_is_not_invited_knocks_and_is_let_in(
    inside: list[Page], place: tuple[list[City], str]
) -> None:
    paris, san_francisco = inside
    both, address = place
    stranger = signed_in(both[1].node, "Chi", roles=())
    page = both[1].page(address, stranger)
    page.get_by_role("button", name="Knock").click()

    expect(page.locator(".call-status")).to_contain_text("You knocked", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="raise your hand")).to_be_hidden()
    announced(paris, "Chi (Sf Demo) knocks.")
    assert page.evaluate("() => document.querySelector('live-room').room.guests.size") == 0
    san_francisco.get_by_role("button", name="Let Chi in").focus()
    san_francisco.keyboard.press("Enter")
    page.locator("live-room[data-standing=in]").wait_for()
    assert flows(page)
    announced(paris, "Chi (Sf Demo) came in.")
    page.get_by_role("button", name="leave").click()
    announced(paris, "Chi (Sf Demo) left.")
    page.context.close()


def test_captions_stand_in_a_log_that_is_said_aloud(inside: list[Page]) -> None:
    paris, san_francisco = inside
    san_francisco.keyboard.press("c")
    san_francisco.keyboard.type("Good evening, Paris.")
    san_francisco.keyboard.press("Enter")
    log = paris.get_by_role("log")

    expect(log).to_contain_text("Good evening, Paris.", timeout=PATIENCE_MS)
    expect(log).to_contain_text("Officer of San Francisco")
    expect(paris.locator(".caption-over")).to_have_text("Good evening, Paris.")
    with paris.expect_download() as kept:
        paris.get_by_role("button", name="Keep as a text file").click()
    text = kept.value.path().read_text("utf-8")
    assert "Sf Demo\tOfficer of San Francisco (caption)\tGood evening, Paris." in text

    san_francisco.get_by_role("button", name="leave").click()
    paris.reload()  # nobody is here who could be named
    expect(log).to_contain_text("Good evening, Paris.", timeout=PATIENCE_MS)
    san_francisco.get_by_role("button", name="Enter again").click()
    san_francisco.get_by_role("button", name="Enter the call").click()
    expect(log.locator("li b").first).to_have_text("Officer of San Francisco", timeout=PATIENCE_MS)


def test_a_hand_and_a_request_for_silence_cross(inside: list[Page]) -> None:
    paris, san_francisco = inside
    san_francisco.keyboard.press("h")
    announced(paris, "Officer of San Francisco (Sf Demo) raised a hand.")
    paris.get_by_role("button", name="Ask everybody for silence").click()

    announced(san_francisco, "You were asked for silence")
    expect(san_francisco.get_by_role("button", name="microphone")).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(paris.get_by_role("button", name="microphone")).to_have_attribute("aria-pressed", "true")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in frontend/)")
def test_the_pages_of_a_call_are_accessible(
    inside: list[Page], place: tuple[list[City], str]
) -> None:
    both, _ = place
    assert list(problems(inside[0], "call")) == []
    page = inside[1]
    page.goto(f"{both[1].node.url}/fr/rooms/calls/check/")
    page.get_by_role("button").filter(has_text="Commencer").click()
    page.locator("device-check[data-done]").wait_for()
    assert list(problems(page, "check")) == []


def test_the_device_check_names_the_step_that_fails(place: tuple[list[City], str]) -> None:
    both, _ = place
    page = both[0].page("/en/rooms/calls/check/", ready="device-check[data-ready]")
    page.get_by_role("button", name="Begin").click()
    page.locator("device-check[data-done]").wait_for()
    states = page.locator(".steps li").evaluate_all("all => all.map(li => li.dataset.state)")
    assert states == ["works"] * 6
    assert page.locator("device-check").get_attribute("data-failed") == ""

    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('', 'NotAllowedError'); }; }"
    )
    page.get_by_role("button", name="Check again").click()
    page.wait_for_function(
        "() => document.querySelector('device-check').dataset.failed === 'permission'"
    )
    announced(page, "It fails at: Permission. The browser refuses.")
    page.context.close()


def test_a_node_that_goes_away_cuts_nobody_off(inside: list[Page], pair: Pair) -> None:
    paris, san_francisco = inside
    assert flows(paris)
    pair.sf.stop()
    announced(san_francisco, "The connection to your city is cut.")
    announced(paris, "The line to Sf Demo is cut.")
    assert flows(paris)  # media go on between the browsers
    pair.sf.start()
    announced(san_francisco, "The connection to your city is back.")
    announced(paris, "The line to Sf Demo is back.")
    others = "document.querySelectorAll('.tile:not([data-key=own])').length"
    paris.wait_for_function(f"() => {others} === 1")  # the one who came back, without a shadow
    assert flows(paris)
    assert flows(san_francisco)
