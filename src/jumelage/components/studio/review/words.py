"""The sentences of the player, in the page's language.

`frontend/src/review/page/words.ts` holds the same names; a test compares them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> Mapping[str, str]:
    """Return every sentence of the player by its name."""
    return {**_playing(), **_drawing(), **_looking(), **_saying()}


def _playing() -> Mapping[str, str]:
    return {
        "back": pgettext("playback", "back"),
        "play": _("play"),
        "stop": _("stop"),
        "forward": pgettext("playback", "forward"),
        "frame_back": _("frame back"),
        "frame_forward": _("frame forward"),
        "in": pgettext("range", "in"),
        "out": pgettext("range", "out"),
        "range_clear": _("whole length"),
        "loop": _("loop"),
        "mute": _("mute"),
        "playing": _("playing"),
        "paused": _("paused"),
        "loading": _("loading"),
        "speed": _("frames/s"),
        "pace": _("Speed"),
        "frame": _("Frame or timecode"),
        "frame_of": _("frame {frame}, {timecode}"),
        "timeline": _("Timeline"),
        "quality": _("Quality"),
        "automatic": _("automatic"),
        "line_speed": _("line {speed} Mbit/s"),
        "full_screen": _("full screen"),
        "approve": _("decide"),
        "help": _("keys"),
        "keys_on": _("Letters are keys (J, K, L…)"),
        "keys": "\n".join(f"{keys}|{text}" for keys, text in _keys()),
    }


def _keys() -> list[tuple[str, str]]:
    return [
        ("J K L", _("play back, stop, play; again: faster")),
        (", .", _("one frame back, one frame forward; the arrow keys as well")),
        ("⇧← ⇧→", _("ten frames back, ten frames forward")),
        ("Home End", _("first and last frame of the range")),
        ("I O X", _("begin the range here, end it here, whole length")),
        ("[ ]", _("slower, faster")),
        ("P M F", _("loop, mute, full screen")),
        ("N B", _("next note, note before")),
        ("Page↓ Page↑", _("the next one of a playlist, the one before")),
        ("D U", _("draw, take the last stroke back")),
        ("W C V", _("wipe, compare, look at the picture")),
        ("A", _("go to the decision")),
    ]


def _drawing() -> Mapping[str, str]:
    return {
        "draw": _("draw"),
        "pen": _("pen"),
        "arrow": _("arrow"),
        "line": _("line"),
        "ellipse": _("ellipse"),
        "rectangle": _("rectangle"),
        "text": _("text"),
        "laser": _("laser (nothing is kept)"),
        "ink": _("colour"),
        "here_colour": _("your city"),
        "white": _("white"),
        "yellow": _("yellow"),
        "black": _("black"),
        "thickness": _("thickness"),
        "range_draw": _("on the whole range"),
        "onion": _("neighbours shine through"),
        "undo": _("undo"),
        "redo": _("redo"),
        "text_of": _("Text on the picture"),
        "drawings": _("Drawings"),
        "drawings_of": _("{author} · {n}"),
        "discard": _("Remove all of mine"),
    }


def _looking() -> Mapping[str, str]:
    return {
        "compare": _("compare"),
        "other_version": _("Other version"),
        "single": _("alone"),
        "beside": _("side by side"),
        "overlay": _("overlay"),
        "wipe": _("wipe"),
        "difference": _("difference"),
        "blend": _("opacity"),
        "offset": _("moved by frames"),
        "look": _("look"),
        "channel": _("channel"),
        "colour": _("colour"),
        "red": _("red"),
        "green": _("green"),
        "blue": _("blue"),
        "luma": _("luma"),
        "exposure": _("exposure"),
        "gamma": _("gamma"),
        "reset": _("as it is"),
    }


def _saying() -> Mapping[str, str]:
    return {
        "saving": _("Being saved…"),
        "saved": _("Saved."),
        "waiting_one": _(
            "One drawing waits: the node does not answer. It is kept in this browser and sent again."
        ),
        "waiting_many": _(
            "{n} drawings wait: the node does not answer. They are kept in this browser and sent again."
        ),
        "refused": _("A drawing was not accepted: {reason}"),
        "away": _("The node does not answer. The page goes on by itself as soon as it does."),
        "not_here": _("The other version has no picture here yet."),
        "no_webgl": _("This browser cannot compare pictures: it has no WebGL."),
    }
