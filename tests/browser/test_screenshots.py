"""The pictures of README.md: each page shows what its picture shows, and pictures can be retaken.

`make screenshots` sets JUMELAGE_SCREENSHOTS=1 and writes docs/images/; any other run only looks.
"""

import io
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, sign_in

IMAGES = Path(__file__).parents[2] / "docs/images"
IN_VIEW = """
() => [...document.images].every(one => one.getBoundingClientRect().top > innerHeight || one.complete)
"""
"""Pictures that are to be seen have come."""
RETAKE = os.environ.get("JUMELAGE_SCREENSHOTS") == "1"
MOST_BYTES = 120_000
OFTEN = 192
AGREEMENT = "agreement/paris-san-francisco"


def stay(_page: Page, _demo: Demo) -> None:
    """Take the page as it opens."""


def into_the_room(page: Page, _demo: Demo) -> None:
    """Go from the list to the room in which the demonstration meets."""
    page.get_by_role("link", name="Bridge Room").click()


def see_every_time(page: Page, demo: Demo) -> None:
    """Sign in, and ask what five weeks come to of which two or three have eight hours between."""
    address = page.url
    sign_in(page, demo.paris, "officer@paris.demo.invalid", demo.password)
    page.goto(address)
    first = tuesday_in_march()
    page.locator("input[name=day]").fill(f"{first}")
    page.locator("input[name=hour]").fill("17:00")
    page.locator("select[name=repeat]").select_option("weekly")
    page.locator("input[name=until]").fill(f"{first + timedelta(weeks=4)}")
    page.get_by_role("button", name="See every time").click()
    page.get_by_role("button", name="Ask for").scroll_into_view_if_needed()


def onto_the_grid(page: Page, demo: Demo) -> None:
    """Open the shots of the film as who coordinates it."""
    sign_in(page, demo.paris, "officer@paris.demo.invalid", demo.password)
    open_the_film(page, demo.paris)
    page.get_by_role("navigation").get_by_role("link", name="Shots").click()
    page.get_by_role("grid").wait_for()


def under_review(page: Page, demo: Demo) -> None:
    """Open a version of San Francisco there, on the frame in its middle."""
    sign_in(page, demo.san_francisco, "officer@san-francisco.demo.invalid", demo.password)
    open_the_film(page, demo.san_francisco)
    page.get_by_role("navigation").get_by_role("link", name="Playlists").click()
    page.get_by_role("link", name="Evening screening").click()
    page.get_by_role("link", name="sh310").click()
    page.goto(f"{page.url}#f1025")
    page.reload()
    page.locator("take-review[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelector('take-review').player.clip.settled")


def open_the_film(page: Page, address: str) -> None:
    """Go to the page of the film that both cities make."""
    page.goto(f"{address}/en/studio/")
    page.get_by_role("main").get_by_role("link", name="Le Gardien").first.click()


def tuesday_in_march() -> date:
    """Return the first Tuesday of the next March: one city changes its clocks in that month first."""
    today = date.today()  # noqa: DTZ011  # the day here
    day = date(today.year + (today.month > 2), 3, 1)
    return day + timedelta(days=(1 - day.weekday()) % 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What one picture shows, and how the browser stands in front of it."""

    name: str
    path: str
    heading: str
    width: int = 1280
    height: int = 960
    theme: Literal["light", "dark"] = "light"
    further: Callable[[Page, Demo], None] = stay

    @property
    def file(self) -> Path:
        """Where the picture is kept."""
        return IMAGES / f"{self.name}.png"


PICTURES = (
    Picture(name="promises", path="fr/agreement/", heading="Dix-sept promesses entre deux villes"),
    Picture(
        name="promises-narrow",
        path="fr/agreement/",
        heading="Dix-sept promesses entre deux villes",
        width=320,
        height=900,
    ),
    Picture(
        name="commitment",
        path=f"en/{AGREEMENT}/commitments/2026.8/",
        heading="Videoconference rooms",
        height=1200,
    ),
    Picture(
        name="report",
        path=f"en/{AGREEMENT}/report/2026/",
        heading="Annual report 2026",
        height=1350,
    ),
    Picture(name="bridge", path="en/bridge/", heading="The bridge", theme="dark"),
    Picture(name="studio", path="en/studio/", heading="Shots", height=1280, further=onto_the_grid),
    Picture(
        name="review",
        path="en/studio/",
        heading="Le Gardien · The Keeper (démonstration) · sq030 sh310 · Animation",
        height=860,
        theme="dark",
        further=under_review,
    ),
    Picture(
        name="room",
        path="en/rooms/",
        heading="Bridge Room (invented)",
        height=1340,
        further=into_the_room,
    ),
    Picture(
        name="booking",
        path="en/rooms/book/",
        heading="Book a room in both cities",
        height=1340,
        further=see_every_time,
    ),
)


def small(png: bytes) -> bytes:
    """Return *png* with 256 colours: those of areas and text exactly, and the span of all others."""
    with Image.open(io.BytesIO(png)) as picture:
        plain = picture.convert("RGB")
    pixels = plain.tobytes()
    colours = Counter(pixels[at : at + 3] for at in range(0, len(pixels), 3))
    often = b"".join(colour for colour, _ in colours.most_common(OFTEN))
    span = plain.quantize(256 - OFTEN, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(often + bytes(span))
    out = io.BytesIO()
    few = plain.quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_picture_shows_a_page_of_the_demonstration(
    demo: Demo, chromium: Browser, picture: Picture
) -> None:
    page = chromium.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.theme,
        reduced_motion="reduce",
    )
    page.goto(f"{demo.paris}/{picture.path}")
    picture.further(page, demo)
    expect(page.get_by_role("heading", level=1)).to_have_text(picture.heading)
    expect(page.locator("bridge-line")).to_have_attribute("data-line", "up")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_function(IN_VIEW)
    if RETAKE:
        picture.file.write_bytes(small(page.screenshot()))
    page.close()

    with Image.open(picture.file) as kept:
        assert kept.size == (picture.width, picture.height)
    assert picture.file.stat().st_size < MOST_BYTES
