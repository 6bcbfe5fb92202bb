"""What was read of the file of a version, in words: the list on its files page."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jumelage.components.studio.editorial.timecode import spoken
from jumelage.components.studio.models import Version
from jumelage.components.studio.models.values import Colour, Media
from jumelage.components.studio.review.numbering import how_many, numbering, written
from jumelage.components.studio.troubles import remark

Reading = tuple[str, str]
"""What it is called, and what it is."""
LISTED = 200
"""Ranges of missing numbers that are named."""


def readings(version: Version) -> Sequence[Reading]:
    """Return what is known of the file of *version*; nothing while it was not read."""
    media = version.facts
    if media is None or media.kind == "file":
        return []
    return [*_counted(version, media), *_pictured(media)]


def _counted(version: Version, media: Media) -> Iterator[Reading]:
    """Yield how many frames there are, their numbers, and how fast they follow each other."""
    if media.kind == "picture":
        return
    numbers = numbering(version)
    ends = numbers.said(numbers.first, numbers.first + max(1, media.frames) - 1)
    yield _("Frames"), localize(media.frames)
    yield _("First and last number"), ends
    if numbers.missing:
        count = localize(how_many(numbers.missing))
        named = written(numbers.missing, LISTED)
        yield _("Missing numbers"), f"{named} ({count})"
    if media.rate:
        rate = Decimal(spoken(Fraction(media.rate)))
        yield _("Frame rate"), f"{localize(rate)} {_('frames/s')}"
    if media.timecode:
        yield _("Timecode"), media.timecode


def _pictured(media: Media) -> Iterator[Reading]:
    """Yield how large the pictures are, how they are coded, what is in them."""
    if media.width and media.height:
        yield _("Picture size"), f"{media.width} × {media.height}"
    if media.codec:
        yield _("Codec"), media.codec
    if len(media.layers) > 1:
        yield pgettext("of a picture file", "Layers"), ", ".join(media.layers)
    if len(media.views) > 1:
        yield pgettext("of a picture file", "Views"), ", ".join(media.views)
    if media.colour is not None:
        yield _("Input colour space"), _space(media.colour)
    if remarks := " ".join(filter(None, map(remark, media.notes))):
        yield _("Remarks"), remarks


def _space(colour: Colour) -> str:
    if not colour.assumed:
        return colour.input
    return _("%(space)s (assumed: the file does not say)") % {"space": colour.input}
