"""A picture of a room, painted by code: a wall, a screen that shows a bridge, a table, chairs."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from jumelage.node.demonstration.footage import Scene
from jumelage.node.demonstration.footage.scene import Colour
from jumelage.node.demonstration.footage.writing import shown

WIDTH, HEIGHT = 1440, 720
FLOOR = 500
SCREEN = (470, 110, 970, 391)
"""Left, top, right, bottom of the screen on the wall."""
WOOD, DARK = (120, 92, 66), (44, 46, 52)


def painted(scene: Scene, wall: Colour) -> bytes:
    """Return a JPEG of a room whose screen shows *scene*; *wall* is a colour of 0 to 1."""
    picture = Image.fromarray(_walls(wall))
    _lit(picture)
    left, top, right, bottom = SCREEN
    view = shown(next(scene.frames(right - left, bottom - top, 1)))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((left - 8, top - 8, right + 8, bottom + 8), fill=(18, 18, 20))
    picture.paste(Image.fromarray(view), (left, top))
    drawing.rectangle((700, top - 26, 740, top - 14), fill=(18, 18, 20))
    _table(drawing)
    out = BytesIO()
    picture.save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()


def _walls(wall: Colour) -> npt.NDArray[np.uint8]:
    """Return wall and floor, brighter towards the middle."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    light = 1.06 - 0.30 * np.hypot((x - WIDTH / 2) / WIDTH, (y - 260) / HEIGHT)
    tint = np.asarray(wall, np.float32) * light[..., None]
    floor = np.asarray((0.47, 0.42, 0.37), np.float32) * (0.72 + 0.4 * y / HEIGHT)[..., None]
    below = (y > FLOOR)[..., None]
    found = np.where(below, floor, tint) * 255
    return np.asarray(np.clip(found, 0, 255), np.uint8)


def _lit(picture: Image.Image) -> None:
    """Lay the glow of the screen on the wall."""
    glow = Image.new("L", picture.size, 0)
    ImageDraw.Draw(glow).ellipse((330, 20, 1110, 520), fill=46)
    glow = glow.filter(ImageFilter.GaussianBlur(90))
    picture.paste(Image.new("RGB", picture.size, (255, 246, 230)), (0, 0), glow)


def _table(drawing: ImageDraw.ImageDraw) -> None:
    """Draw a long table and the backs of chairs before and behind it."""
    for x in (420, 560, 800, 940):
        drawing.rounded_rectangle((x, 452, x + 84, 560), 16, fill=DARK)
    drawing.polygon([(330, 560), (1110, 560), (1250, 650), (190, 650)], fill=WOOD)
    drawing.polygon([(190, 650), (1250, 650), (1250, 672), (190, 672)], fill=(86, 65, 46))
    for x in (300, 500, 700, 900, 1060):
        drawing.rounded_rectangle((x, 610, x + 104, HEIGHT + 20), 20, fill=(34, 36, 41))
    drawing.rounded_rectangle((690, 588, 752, 604), 6, fill=(28, 28, 30))
