"""Which city keeps which files of a version: here, there, both, or on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import freight, me
from jumelage.components.studio.models import Holding, Version
from jumelage.kit.uris import Uri

if TYPE_CHECKING:
    from django.utils.functional import Promise

Where = Literal["here", "there", "both", "on-its-way", "nowhere"]
PLACES: Mapping[Where, "Promise"] = {
    "here": _("here"),
    "there": _("in the other city"),
    "both": _("in both cities"),
    "on-its-way": _("on its way"),
    "nowhere": _("nowhere at present"),
}
NAMES: Mapping[str, "Promise"] = {
    "original": _("Original"),
    "hd": _("Full quality"),
    "light": _("Light, for a slow line"),
    "picture": _("Picture"),
    "poster": _("Poster"),
    "thumbnail": _("Thumbnail"),
    "filmstrip": _("Filmstrip"),
    "waveform": _("Shape of the sound"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of a version, for a page."""

    name: "str | Promise"
    size: int
    place: "str | Promise"


def where(version: Version) -> Mapping[str, Where]:
    """Return where each file of *version* is, the original first; empty while there is none."""
    if version.media is None:
        return {}
    here = me().origin
    held = Holding.objects.live().filter(version=version)
    sides: dict[bool, set[str]] = {True: set(), False: set()}
    for one in held:
        sides[one.origin == here].update(one.renditions)
    moving = _on_their_way(version) if version.production.is_joint else set()
    names = ["original", *version.media["renditions"]]
    return {name: _word(name, sides[True], sides[False], moving) for name in names}


def copies(version: Version) -> Sequence["Copy"]:
    """Return the files of *version* with where each is, in words."""
    said = version.facts
    if said is None:
        return []
    stored = {"original": said.original, **said.renditions}
    return [
        Copy(NAMES.get(name, name), stored[name].size, PLACES[place])
        for name, place in where(version).items()
    ]


def may_share(version: Version) -> bool:
    """Tell whether only one of two cities has the original, and it is not on its way."""
    return version.production.is_joint and where(version).get("original") in {"here", "there"}


def is_wanted(version: Version) -> bool:
    """Tell whether this city has asked for the original, which has not come yet."""
    ours = Holding.objects.live().filter(version=version, origin=me().origin).first()
    return ours is not None and "original" in ours.wanted


def _word(name: str, here: set[str], there: set[str], moving: set[str]) -> Where:
    if name in here and name in there:
        return "both"
    if name in moving:
        return "on-its-way"
    if name in here:
        return "here"
    return "there" if name in there else "nowhere"


def _on_their_way(version: Version) -> set[str]:
    """Return the names of the files that a delivery carries now, or is about to."""
    slug = Uri.parse(version.uri).id
    known = freight.Delivery.objects.filter(state__in=freight.ACTIVE)
    sent = version.shipments.filter(delivery__in=known.values("pk"))
    moving = {name for one in sent for name in one.renditions}
    files = freight.DeliveryFile.objects.filter(
        delivery__in=known, path__startswith=f"{slug}/"
    ).values_list("path", flat=True)
    return moving | {path.split("/")[1].partition(".")[0] for path in files}
