"""Writes the photo of a room anew; runs behind the walls, see `kit.sandbox.work`. Needs no Django."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

NAME = "photo.jpg"
SIDE = 1600
"""Pixels of the longer side of what is kept."""
MOST_PIXELS = 80_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


def photo(
    source: Path, target: Path, _said: Mapping[str, Any], told: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write *source* as JPEG into *target*, upright, at most `SIDE` long, with no word in it.

    Raises:
        ValueError: it is no picture, broken, or too large; the word says what.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  # behind the walls only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=FORMATS) as held:
                if held.width * held.height > MOST_PIXELS:
                    raise ValueError("too-many-pixels")
                upright = ImageOps.exif_transpose(held).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        plain = Image.frombytes("RGB", upright.size, upright.tobytes())
        plain.save(target / NAME, "JPEG", quality=82, optimize=True)
    except UnidentifiedImageError as error:
        raise ValueError("unknown-type") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("too-many-pixels") from error
    except (OSError, SyntaxError) as error:
        raise ValueError("image-broken") from error
    told(1, 1)
    return {"width": plain.width, "height": plain.height}
