"""Why a version has no picture, and what else was found in its file, as sentences."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: Mapping[str, "str | Promise"] = {
    "broken": _("The file is damaged, or it is not what its name says. Export it again."),
    "camera-raw": _(
        "It is what a camera records before its look is made. Develop it, and send a movie, or "
        "frames as TIFF or OpenEXR."
    ),
    "cut-off": _("The file ends too early. It was probably not copied to the end; send it again."),
    "deep": _("The frames hold deep data, which has no single picture. Flatten them first."),
    "empty": _("There is nothing in it."),
    "ended": _("The program that reads the file ended before it had read it."),
    "frames-differ": _("The proxy does not show the same pictures as the file, so it is not used."),
    "frames-lost": _("Not every frame of the file can be decoded. Export it again."),
    "frame-broken": _("A frame is damaged. Render or export it again."),
    "heic": _(
        "Pictures in HEIC are not read here. Send it as JPEG, PNG or TIFF; a telephone takes JPEG "
        "when it is set to the most compatible format."
    ),
    "mixed": _("The frames differ in size, or belong to several sequences. Send one sequence."),
    "no-picture": _("There is no picture in it."),
    "no-room": _("There is not enough room on the disk for what is made from the file."),
    "only-sound": _(
        "There is only sound in it. Export it together with its picture; sound alone is kept as "
        "WAV, FLAC, MP3 or M4A."
    ),
    "several-pictures": _(
        "It holds several pictures in a format of single ones. Send a movie, a GIF or numbered "
        "frames."
    ),
    "too-large": _("The file is larger than one picture can be."),
    "too-long": _("It is longer than four hours. Cut it."),
    "too-many-frames": _("It has more than 200,000 frames. Cut it."),
    "too-many-pixels": _("The picture is larger than 8K. Make it smaller."),
    "too-much-inside": _(
        "Reading the file takes too much memory; it is larger inside than it looks."
    ),
    "too-slow": _("Reading the file took too long."),
    "unknown-codec": _("The pictures are coded in a way that is not known here."),
    "unknown-space": _("There is no colour space of that name. Choose one of the list."),
}
"""By the word that a version's `trouble` begins with."""

REMARKS: Mapping[str, "str | Promise"] = {
    "interlaced": _("The pictures are interlaced: each holds two fields of different instants."),
    "skipped-at-start": _(
        "The recording begins with pictures that nobody can decode; they are left out."
    ),
    "sound-longer": _("The sound goes on after the last picture; what is heard ends with it."),
    "variable-rate": _(
        "The frames do not last equally long in the file; each is shown as long as any other."
    ),
}
"""By the words of `Media.notes`."""


def sentence(trouble: str) -> str:
    """Return what *trouble*, such as `frame-broken:1017`, means; empty for none."""
    if not trouble:
        return ""
    word, _colon, frame = trouble.partition(":")
    said = str(SENTENCES.get(word, SENTENCES["ended"]))
    return said + " " + _("Frame %(frame)s.") % {"frame": frame} if frame else said


def remark(word: str) -> str:
    """Return what *word* of a version’s notes means; empty for one that only a newer node knows."""
    return str(REMARKS.get(word, ""))
