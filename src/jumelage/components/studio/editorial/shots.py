"""Which shot an event shows: the name of the clip without what programs add to it."""

import re
from collections.abc import Mapping

_ENDING = re.compile(
    r"\.(mov|mp4|mxf|avi|exr|dpx|jpe?g|png|tiff?|r3d|braw|ari|wav|aif|new\.\d+|\[[\d-]+\]\.\w+)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[ _.-]+v\d{1,4}\b.*$", re.IGNORECASE)
_TAKE = re.compile(r"\s*\(.*\)$")
_FREEZE = re.compile(r"\s+FF$")


def shot_name(clip: str) -> str:
    """Return *clip* without file ending, version and remarks: `sh010` of `sh010_v003.mov`.

    A name that consists of nothing else stays as it is.
    """
    name = clip.strip()
    for pattern in (_ENDING, _FREEZE, _TAKE, _VERSION):
        name = pattern.sub("", name) or name
    return name.strip()


def known_shot(clip: str, known: Mapping[str, str]) -> str | None:
    """Return what *known* holds for the shot of *clip*, or None.

    Names compare without case; the longest known name with which the clip's name begins, at the
    end of a word, counts: `sc01_sh010_anim` shows `sc01_sh010`.
    """
    name = shot_name(clip).casefold()
    if name in known:
        return known[name]
    while (cut := max(name.rfind(mark) for mark in "_-. ")) > 0:
        name = name[:cut]
        if name in known:
            return known[name]
    return None
