"""The pictures of README.md: each page shows what its picture shows, and pictures can be retaken.

`make screenshots` sets JUMELAGE_SCREENSHOTS=1 and writes docs/images/; any other run only looks.
"""

import io
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Demo

IMAGES = Path(__file__).parents[2] / "docs/images"
RETAKE = os.environ.get("JUMELAGE_SCREENSHOTS") == "1"
MOST_BYTES = 120_000
OFTEN = 192
AGREEMENT = "agreement/paris-san-francisco"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What one picture shows, and how the browser stands in front of it."""

    name: str
    path: str
    heading: str
    width: int = 1280
    height: int = 960
    theme: Literal["light", "dark"] = "light"

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
    expect(page.get_by_role("heading", level=1)).to_have_text(picture.heading)
    expect(page.locator("bridge-line")).to_have_attribute("data-line", "up")
    page.evaluate("document.fonts.ready.then(() => true)")
    if RETAKE:
        picture.file.write_bytes(small(page.screenshot()))
    page.close()

    with Image.open(picture.file) as kept:
        assert kept.size == (picture.width, picture.height)
    assert picture.file.stat().st_size < MOST_BYTES
