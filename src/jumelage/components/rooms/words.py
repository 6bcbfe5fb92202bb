"""The words for what a room has and how one gets about in it; others' words are shown as they are."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, "str | Promise"]

EQUIPMENT: Words = {
    "screen": _("large screen"),
    "second-screen": _("second screen"),
    "camera": _("camera for the whole room"),
    "microphones": _("table microphones"),
    "loudspeakers": _("loudspeakers"),
    "computer": _("computer with a browser"),
    "review-monitor": _("calibrated monitor"),
    "whiteboard": _("whiteboard"),
    "wired-network": _("wired network"),
}
ACCESSIBILITY: Words = {
    "step-free": _("step-free way in"),
    "lift": _("lift"),
    "wide-door": _("door of 90 cm or more"),
    "accessible-toilet": _("accessible toilet on the floor"),
    "hearing-loop": _("hearing loop"),
    "captions": _("captions typed on request"),
    "adjustable-table": _("table of adjustable height"),
    "guide-dogs": _("guide dogs welcome"),
}


def written(slugs: Sequence[str], words: Words) -> list[str]:
    """Return *slugs* in words, in the page's language; unknown ones as they came."""
    return [str(words.get(slug, slug)) for slug in slugs]
