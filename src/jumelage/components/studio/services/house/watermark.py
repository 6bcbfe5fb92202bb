"""The name of who looks, over the picture: as a drawing to lay over it, or burnt into a frame."""

from datetime import datetime
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from jumelage.bridge.api import me
from jumelage.components.studio.models import GuestLink, Production
from jumelage.directory.models import Person
from jumelage.kit import clock

FACT = "watermark"
"""The fact of a production that asks for it."""
TILE = (420, 180)
"""Width and height of one repetition, in pixels of a picture 1280 wide."""
FAINT = 56
"""Of 255: one sees it on a photograph, and still sees the picture."""


def is_asked(production: Production) -> bool:
    """Tell whether members see their name over the pictures of *production*."""
    return bool(production.data.get(FACT))


def line(viewer: Person | GuestLink, at: datetime | None = None) -> str:
    """Return what stands over the picture: who, in which city, when (UTC)."""
    when = (at or clock.now()).strftime("%Y-%m-%d %H:%M UTC")
    return f"{viewer} · {me()} · {when}"


def mark_for(production: Production, viewer: Person) -> str:
    """Return what an exported frame of *production* carries for *viewer*; empty: nothing."""
    return line(viewer) if is_asked(production) else ""


def overlay(text: str) -> str:
    """Return *text* again and again as SVG, to be laid over a picture of any size."""
    width, height = max(TILE[0], len(text) * 9 + 40), TILE[1]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">'
        f'<defs><pattern id="w" width="{width}" height="{height}" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-18)">'
        f'<text x="12" y="60" font-family="sans-serif" font-size="15" fill="#fff" '
        f'fill-opacity="0.3" stroke="#000" stroke-opacity="0.18" stroke-width="0.6">'
        f"{escape(text)}</text></pattern></defs>"
        '<rect width="100%" height="100%" fill="url(#w)"/></svg>'
    )


def burnt(picture: Image.Image, text: str) -> Image.Image:
    """Return *picture* (RGB) with *text* burnt into all of it, faintly."""
    scale = max(0.5, picture.width / 1280)
    wide = max(TILE[0], len(text) * 9 + 40)
    step_x, step_y = (max(40, round(side * scale)) for side in (wide, TILE[1]))
    font = ImageFont.load_default(size=max(10, round(15 * scale)))
    layer = Image.new("RGBA", picture.size, (255, 255, 255, 0))
    draw = ImageDraw.Draw(layer)
    for row, y in enumerate(range(step_y // 3, picture.height + step_y, step_y)):
        for x in range(-(row % 2) * step_x // 2, picture.width, step_x):
            draw.text(
                (x, y), text, font=font, fill=(255, 255, 255, FAINT),
                stroke_width=1, stroke_fill=(0, 0, 0, FAINT // 2),
            )  # fmt: skip
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
