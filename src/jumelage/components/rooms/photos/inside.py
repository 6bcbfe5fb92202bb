"""Reads photos of rooms behind the walls, see `kit.sandbox`. Needs no Django.

`photo` writes what a person gave anew; `as_kept` looks at what another city wrote so.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
    from PIL import Image, ImageOps  # noqa: PLC0415  # behind the walls only

    with _named(), Image.open(source, formats=FORMATS) as held:
        if held.width * held.height > MOST_PIXELS:
            raise ValueError("too-many-pixels")
        upright = ImageOps.exif_transpose(held).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        plain = Image.frombytes("RGB", upright.size, upright.tobytes())
        plain.save(target / NAME, "JPEG", quality=82, optimize=True)
    told(1, 1)
    return {"width": plain.width, "height": plain.height}


def as_kept(source: Path) -> dict[str, Any]:
    """Look at the whole of a photo that `photo` is said to have written.

    Raises:
        ValueError: it is no JPEG, broken, too large, or says more than its picture.
    """
    from PIL import Image, JpegImagePlugin  # noqa: PLC0415  # behind the walls only

    with _named(), Image.open(source, formats=("JPEG",)) as held:
        if type(held) is not JpegImagePlugin.JpegImageFile or max(held.size) > SIDE:
            raise ValueError("not-as-kept")
        if any(marker != "APP0" for marker, _said in held.applist):
            raise ValueError("says-more")
        held.load()
        return {"width": held.width, "height": held.height}


@contextmanager
def _named() -> Iterator[None]:
    """Turn what Pillow raises into a word."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # behind the walls only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError as error:
        raise ValueError("unknown-type") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("too-many-pixels") from error
    except (OSError, SyntaxError) as error:
        raise ValueError("image-broken") from error
