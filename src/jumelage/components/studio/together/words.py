"""The sentences of a review held together, in the page's language.

`frontend/src/together/data.ts` holds the same names; a test compares them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def words() -> Mapping[str, str]:
    """Return every sentence by its name."""
    return {**_moving(), **_standing(), **_happening()}


def _moving() -> Mapping[str, str]:
    return {
        "follow": _("follow again"),
        "look": _("look by yourself"),
        "take": _("present"),
        "ask": _("ask to present"),
        "give": _("let {who} present"),
        "start": _("start anyway"),
        "presents": _("{who} presents"),
        "you_present": _("You present"),
        "nobody": _("Nobody presents"),
        "chosen": _("presents"),
        "here": _("The session"),
        "you": _("you"),
    }


def _standing() -> Mapping[str, str]:
    return {
        "connecting": _("Connecting…"),
        "cut": _("Your node does not answer. You are on your own until it does."),
        "alone": _("The line is cut: your city is on its own until it returns."),
        "away": _("Your node did not keep this. Try again."),
        "by_yourself": _("You look by yourself."),
        "loading": _("{city} is still loading {place}."),
        "other_picture": _("{city} has another picture of {place}."),
        "on_frame": _("frame {frame}"),
        "both_on": _("all on frame {frame}"),
        "within": _("all on frame {frame} · within {ms} ms"),
        "waits": _("loading"),
        "they_look": _("by themselves"),
        "over": _("The session is over."),
    }


def _happening() -> Mapping[str, str]:
    return {
        "comes": _("{who} comes"),
        "leaves": _("{who} leaves"),
        "asks": _("{who} would like to present"),
        "stays": _(
            "The session has gone on to {place}. What you write stays here: "
            "keep it, and the picture follows again."
        ),
        "line_cut": _("The line to {city} is cut."),
        "line_back": _("The line to {city} is back."),
        "place": _("Now: {place}"),
        "nothing_said": _("Nothing yet: draw with D, or say something beside the picture."),
        "draws": _("a drawing"),
        "says": _("a note"),
        "approved": _("approved"),
        "retake": _("to be done again"),
        "frame": _("frame {frame}"),
        "frames": _("frames {first}–{last}"),
    }
