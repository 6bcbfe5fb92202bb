"""A version from the file to the approval, in a real browser, with frames that say their number.

Every picture carries its number as sixteen blocks along its lower edge, the highest bit first, so
that what is on the screen can be read back from its pixels.
"""

import io
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Demo, sign_in

pytestmark = pytest.mark.promise("studio-review")
FRAMES, SEEKS, FIRST = 96, 50, 1001
BITS = 16
SIZE = (640, 360)
PATIENCE_MS = 60_000
PLAYER = "document.querySelector('take-review').player"
READ = """
([selector, bits]) => {
  const shown = document.querySelector(selector);
  const canvas = document.createElement("canvas");
  canvas.width = shown.videoWidth || shown.width;
  canvas.height = shown.videoHeight || shown.height;
  const pen = canvas.getContext("2d");
  pen.drawImage(shown, 0, 0);
  const block = canvas.width / bits;
  const at = (x, y) => [...pen.getImageData(Math.floor(x), Math.floor(y), 1, 1).data];
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    number = number * 2 + (at((bit + 0.5) * block, canvas.height - block / 2)[1] > 128 ? 1 : 0);
  }
  const middle = canvas.height / 2;
  return { number, left: at(canvas.width * 0.2, middle), right: at(canvas.width * 0.8, middle) };
}
"""
NOTE_PAINTED = (
    "() => { const numbered = "
    + READ.strip()
    + """;
  window.seen = [];
  const { stage } = document.querySelector("take-review");
  stage.addEventListener("frame", () => {
    window.seen.push([stage.frame, numbered([".painting", 16]).number]);
  });
}"""
)
SEEK = """
frame => new Promise(done => {
  const player = document.querySelector("take-review").player;
  player.addEventListener("settled", () => done(player.frame), { once: true });
  player.seek(frame);
})
"""


def movie(path: Path, red: int, blue: int) -> Path:
    """Write a movie with B-frames and groups of 12, of one colour, each frame with its number."""
    width, height = SIZE
    block = width // BITS
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(24), options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = 12
        for number in range(FRAMES):
            picture = np.full((height, width, 3), (red, 60, blue), np.uint8)
            for bit in range(BITS):
                level = 255 if number >> (BITS - 1 - bit) & 1 else 0
                picture[height - block :, bit * block : (bit + 1) * block] = level
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """Sign the officer of Paris in, who coordinates the film."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, demo.paris, "officer@paris.demo.invalid", demo.password)
    yield page
    context.close()


@pytest.fixture(scope="module")
def version(page: Page, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Upload two versions of a task; return the address of the second when it can be watched."""
    folder = tmp_path_factory.mktemp("takes")
    page.goto(f"{demo.paris}/en/studio/")
    page.get_by_role("main").get_by_role("link", name="Le Gardien").first.click()
    page.get_by_role("main").locator("a[href$='/grid/']").first.click()
    page.locator("tr", has_text="sh040").locator("a[href*='/tasks/']").first.click()
    task = page.url
    for name, (red, blue) in {"first.mp4": (200, 40), "second.mp4": (40, 200)}.items():
        page.goto(task)
        page.get_by_role("link", name="Publish a version").click()
        page.locator("input[name=file]").set_input_files(movie(folder / name, red, blue))
        page.get_by_label("What is new").fill(f"A {name} try.")
        page.get_by_role("button", name="Publish", exact=True).click()
        page.locator("take-review[data-ready]").wait_for()  # the page waits for its pictures
    return page.url


@pytest.fixture
def open_version(page: Page, version: str) -> Page:
    """Open the second version anew."""
    page.goto("about:blank")
    page.goto(version)
    page.locator("take-review[data-ready]").wait_for()
    page.wait_for_function(f"() => {PLAYER}.clip.settled")
    return page


def frame_number(page: Page) -> Locator:
    """Return the field with the number of the frame."""
    return page.get_by_label("Frame or timecode")


def shown(page: Page, what: str = ".picture > video") -> Any:  # noqa: ANN401  # JSON
    """Return the number in the pixels, and the colours left and right of the middle."""
    return page.evaluate(READ, [what, BITS])


def test_fifty_random_seeks_show_the_frame_that_was_asked_for(open_version: Page) -> None:
    wanted = random.Random(20060523).choices(range(FRAMES), k=SEEKS)  # any will do
    found = []
    for index in wanted:
        told = open_version.evaluate(SEEK, FIRST + index)
        found.append((told - FIRST, shown(open_version)["number"]))

    assert found == [(index, index) for index in wanted]


def test_picture_on_the_screen_is_that_of_the_number(open_version: Page) -> None:
    page = open_version
    picture = Image.open(io.BytesIO(page.locator(".picture").screenshot())).convert("L")
    seen = np.asarray(picture)
    block = picture.width / BITS
    levels = [seen[int(-block / 2), int((bit + 0.5) * block)] for bit in range(BITS)]
    number = int("".join("1" if level > 128 else "0" for level in levels), 2)
    assert number == int(frame_number(page).input_value()) - FIRST


def test_keys_step_by_frames_and_keep_to_the_range(open_version: Page) -> None:
    page = open_version
    frame_number(page).fill("1043")
    frame_number(page).press("Enter")
    expect(frame_number(page)).to_have_value("1043")
    page.keyboard.press("i")
    for key, number in ((".", "1044"), (".", "1045"), ("ArrowRight", "1046"), (",", "1045")):
        page.keyboard.press(key)
        expect(frame_number(page)).to_have_value(number)
    page.wait_for_function(f"() => {PLAYER}.clip.settled")
    assert shown(page)["number"] == 1045 - FIRST
    expect(page.locator(".timecode")).to_have_text(re.compile(r"00:01:20$"))

    page.keyboard.press("o")
    page.keyboard.press("p")  # no loop
    page.keyboard.press("Home")
    expect(frame_number(page)).to_have_value("1043")
    page.keyboard.press("l")
    page.wait_for_function(
        f"() => !{PLAYER}.playing && {PLAYER}.clip.settled && {PLAYER}.frame === 1045"
    )
    assert shown(page)["number"] == 1045 - FIRST


def test_a_drawing_is_stored_on_its_frame_and_crosses(
    open_version: Page, version: str, demo: Demo, chromium: Browser
) -> None:
    page = open_version
    page.evaluate(SEEK, 1020)
    page.keyboard.press("d")
    box = page.locator(".picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 220, steps=6)
    page.mouse.move(box["x"] + 380, box["y"] + 140, steps=6)
    page.mouse.up()
    expect(page.locator(".picture .ink > g").first.locator("path").first).to_be_attached()
    expect(page.get_by_text("Saved.")).to_be_visible()

    stroke = _drawings(page, version)[0]
    assert (stroke["first_frame"], stroke["last_frame"], stroke["mine"]) == (1020, 1020, True)
    assert all(0 < part < 1 for point in stroke["strokes"][0]["points"] for part in point)

    context = chromium.new_context()
    there = context.new_page()
    sign_in(there, demo.san_francisco, "officer@san-francisco.demo.invalid", demo.password)
    address = version.replace(demo.paris, demo.san_francisco)
    for _ in range(60):
        crossed = _drawings(there, address)
        if crossed:
            break
        there.wait_for_timeout(500)
    context.close()
    assert [drawn["uri"] for drawn in crossed] == [stroke["uri"]]
    assert [drawn["mine"] for drawn in crossed] == [False]


def _drawings(page: Page, version: str) -> list[dict[str, Any]]:
    answer = page.request.get(re.sub(r"#.*", "", version) + "review.json")
    return list(answer.json()["annotations"]) if answer.ok else []


def test_nothing_drawn_is_lost_while_the_node_is_away(open_version: Page, version: str) -> None:
    page = open_version
    page.evaluate(SEEK, 1060)
    page.route("**/drawings/", lambda route: route.abort())
    page.keyboard.press("d")
    page.get_by_label("ellipse", exact=True).check()
    box = page.locator(".picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 180, steps=4)
    page.mouse.up()
    expect(page.locator("[role=status]", has_text="One drawing waits")).to_be_visible()

    page.unroute("**/drawings/")
    page.reload()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert [drawn["first_frame"] for drawn in _drawings(page, version)][-1] == 1060


def test_a_wipe_shows_the_same_frame_of_both_versions(open_version: Page) -> None:
    page = open_version
    page.keyboard.press("w")
    page.locator(".picture[data-mode=wipe] .painting").wait_for()
    stage = "document.querySelector('take-review').stage"
    for index in (7, 64, 23):
        page.evaluate(SEEK, FIRST + index)
        page.wait_for_function(f"() => {stage}.frame === {FIRST + index}")
        both = shown(page, ".painting")
        assert both["number"] == index  # eight blocks of one version, eight of the other
        assert (both["left"][2] > 120, both["right"][0] > 120) == (True, True)

    handle = page.get_by_role("slider", name="wipe")
    handle.focus()
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", "0")
    assert shown(page, ".painting")["left"][0] > 120  # only the other version
    box = page.locator(".picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 100, steps=5)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", re.compile("^(89|90|91)$"))
    assert shown(page, ".painting")["right"][2] > 120  # only this one


def test_playing_a_wipe_never_mixes_frames(open_version: Page) -> None:
    page = open_version
    page.keyboard.press("w")
    page.locator(".picture[data-mode=wipe] .painting").wait_for()
    page.evaluate(NOTE_PAINTED)
    page.keyboard.press("l")
    page.wait_for_function("() => window.seen.length >= 8")
    page.keyboard.press("k")

    pairs = page.evaluate("window.seen")
    assert [told - FIRST for told, _ in pairs] == [read for _, read in pairs]


def test_a_version_is_approved(open_version: Page) -> None:
    page = open_version
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.get_by_label("Note", exact=True).fill("Just what the shot needs.")
    page.get_by_role("button", name="Approve").click()

    note = page.locator(".notes > li", has_text="Just what the shot needs.")
    expect(note).to_contain_text("approved")
    expect(note).to_contain_text("Paris")
    expect(note).to_contain_text("San Francisco")  # both cities' times
    page.get_by_role("main").locator("h1 a[href*='/tasks/']").click()
    expect(page.locator("[data-live=standing]")).to_contain_text("Done")
