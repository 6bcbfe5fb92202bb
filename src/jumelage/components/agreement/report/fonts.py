"""Gives the printed report the typefaces of the pages.

The pages' fonts are compressed for the web (WOFF2); print needs them plain. They are unpacked
once into the data folder. Where the pages were never built, the report is set in the
typefaces that ship with typst.
"""

import os
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

SERIF, SANS = "Newsreader", "Instrument Sans"
FALLBACK = "Libertinus Serif"
_FOLDER = "shell/build/fonts"
_NARROW, _SPACE = 0x202F, 0x20
_FAMILY_NAMES = (1, 4, 16)


@cache
def font_folder() -> str:
    """Return the folder with the unpacked fonts; empty when the pages have none."""
    found = finders.find(_FOLDER)
    if not found:
        return ""
    folder = Path(settings.NODE.data) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for packed in sorted(Path(str(found)).glob("*.woff2")):
        target = folder / f"{packed.stem}.ttf"
        if not target.exists() or target.stat().st_mtime < packed.stat().st_mtime:
            _unpack(packed, target)
    return str(folder)


def _unpack(packed: Path, target: Path) -> None:
    """Write *packed* as plain TrueType, whole or not at all."""
    font = TTFont(packed)
    font.flavor = None
    _name(font, _family(packed.stem))
    _add_narrow_space(font)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    Path(name).replace(target)


def _family(stem: str) -> str:
    family = SERIF if stem.startswith("newsreader") else SANS
    return f"{family} Ext" if "latin-ext" in stem else family


def _name(font: TTFont, family: str) -> None:
    """Name the family plainly: the packed files carry the optical size in theirs."""
    for name in font["name"].names:
        if name.nameID in _FAMILY_NAMES:
            name.string = family
    font["name"].names = [
        name for name in font["name"].names if name.nameID not in {16, 17, 21, 22}
    ]


def _add_narrow_space(font: TTFont) -> None:
    """Add the narrow no-break space of French, half as wide as a space, if it is not there."""
    if _NARROW in font.getBestCmap():
        return
    space = font.getBestCmap().get(_SPACE)
    thin = font.getBestCmap().get(0x2009, space)
    for table in font["cmap"].tables:
        if table.isUnicode() and thin:
            table.cmap[_NARROW] = thin
