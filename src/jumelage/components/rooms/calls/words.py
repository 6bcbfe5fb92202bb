"""The sentences of the call page and of the device check, in the page's language.

`frontend/src/call/page/words.ts` and `frontend/src/call/check/words.ts` hold the same names; a test
compares them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def call_words() -> Mapping[str, str]:
    """Return every sentence of the call page by its name."""
    return {**_doing(), **_people(), **_happening(), **_troubles(), **_talking()}


def _doing() -> Mapping[str, str]:
    return {
        "enter": _("Enter the call"),
        "knock": _("Knock"),
        "leave": _("leave"),
        "microphone": _("microphone"),
        "camera": _("camera"),
        "screen": _("show the screen"),
        "hand": _("raise your hand"),
        "caption_key": _("write captions"),
        "chat_key": _("write to everybody"),
        "on": pgettext("microphone or camera", "on"),
        "off": pgettext("microphone or camera", "off"),
        "up": pgettext("hand", "up"),
        "keys_on": _("Letters are keys (M, V, S…)"),
        "full": _("full screen"),
        "devices": _("Devices"),
        "which_microphone": _("Microphone"),
        "which_camera": _("Camera"),
        "standard": _("as the browser chooses"),
        "open_doors": _("Open the doors now"),
        "hush": _("Ask everybody for silence"),
        "close": _("End the call for everybody"),
        "close_sure": _("End the call for both cities?"),
        "record": _("Ask to record"),
        "record_back": _("Take back the question to record"),
        "record_stop": _("Stop recording"),
        "sound_on": _("Turn the sound on"),
    }


def _people() -> Mapping[str, str]:
    return {
        "people": _("Here now"),
        "you": _("you"),
        "muted": _("microphone off"),
        "no_picture": _("no picture"),
        "sound_only": _("sound only: the line is bad"),
        "screen_of": _("Screen of {who}"),
        "picture_of": _("Picture of {who}"),
        "speaking": _("speaking"),
        "hand_up": _("hand up"),
        "away": _("line cut, kept waiting"),
        "connecting": _("connecting"),
        "in_charge": _("in charge"),
        "room_screen": _("the room"),
        "at_the_door": _("At the door"),
        "invited_early": _("invited, early"),
        "let_in_who": _("Let {who} in"),
        "turn_away_who": _("Turn {who} away"),
        "quality": _("{trip} ms · {loss} lost"),
        "alone": _("Nobody else is here yet."),
    }


def _happening() -> Mapping[str, str]:
    return {
        "said_knock": _("{who} knocks."),
        "said_entered": _("{who} came in."),
        "said_left": _("{who} left."),
        "said_back": _("{who} is back."),
        "said_cut": _("The line to {city} is cut. Their place is kept; nothing needs to be done."),
        "said_line": _("The line to {city} is back."),
        "said_own_cut": _("The connection to your city is cut. It comes back by itself."),
        "said_own_back": _("The connection to your city is back."),
        "said_flows": _("{who} can be seen and heard again."),
        "said_bad": _(
            "The line is bad: only the sound of {who} goes on. The picture comes back by itself."
        ),
        "said_good": _("The line is better: the picture of {who} is back."),
        "said_hushed": _("You were asked for silence: your microphone is off."),
        "said_hand": _("{who} raised a hand."),
        "said_recording": _("This call is being recorded."),
        "said_recorded": _("The recording has stopped."),
        "said_in": _("You are in the call."),
        "said_ended": _("The call has ended."),
        "said_refused": _("{why}"),
    }


def _troubles() -> Mapping[str, str]:
    return {
        "waiting": _(
            "You knocked. Whoever is in charge sees that you wait; nobody sees or hears you yet."
        ),
        "early": _(
            "You are early. The doors open ten minutes before the hour, and you come in by yourself."
        ),
        "ended": _("This call has ended."),
        "gone": _("You left the call."),
        "again": _("Enter again"),
        "after": _("How it went"),
        "preview": _("This is what the others will see. Nobody sees it yet."),
        "cut": _("No connection to your city. It comes back by itself."),
        "NotAllowedError": _(
            "The browser was not allowed to use the {device}. Allow it beside the address, then switch it on again."
        ),
        "NotFoundError": _("No {device} was found. Plug one in, then switch it on again."),
        "NotReadableError": _(
            "The {device} is used by another program. Close it, then switch it on again."
        ),
        "SecurityError": _("Browsers give a {device} to secure addresses (https) only."),
        "trouble": _("The {device} does not work. The device check tells more."),
    }


def _talking() -> Mapping[str, str]:
    return {
        "words": _("Said in writing"),
        "chat": _("Message"),
        "caption": _("Caption"),
        "caption_help": _("What is being said, for those who read. One line at a time."),
        "send": _("Send"),
        "captioned": _("caption"),
        "no_words": _("Messages and captions stand here; you can scroll back through all of them."),
        "export": _("Keep as a text file"),
        "asked_record": _(
            "This call is to be recorded. The recording stays in the city that makes it. Do you agree?"
        ),
        "recorded_you": _(
            "You are being recorded, as you agreed. You can take it back at any time."
        ),
        "recorded_not_you": _(
            "This call is being recorded without you: you are neither heard nor seen in it unless you agree."
        ),
        "agree": _("I agree"),
        "disagree": _("I do not agree"),
        "agreed": _("{count} of {all} agreed to be recorded."),
        "declined": _("Not everybody agrees: nothing is recorded."),
    }


def check_words() -> Mapping[str, str]:
    """Return every sentence of the device check by its name."""
    return {**_steps(), **_advice()}


def _steps() -> Mapping[str, str]:
    return {
        "begin": _("Begin"),
        "again": _("Check again"),
        "works": _("works"),
        "fails": _("does not work"),
        "wait": _("waits"),
        "now": _("being checked"),
        "permission": _("Permission"),
        "camera": _("Camera"),
        "microphone": _("Microphone"),
        "signalling": _("Your city’s node"),
        "ice": _("Way out of this network"),
        "first_frame": _("Picture through the network"),
        "speak": _("Say something: the bar must move."),
        "all_well": _("Everything works. You are ready for a call."),
        "failed": _("It fails at: {step}."),
    }


def _advice() -> Mapping[str, str]:
    return {
        "permission_refused": _(
            "The browser refuses. Open the sign beside the address, allow camera and microphone, and check again."
        ),
        "permission_insecure": _(
            "Browsers give cameras to secure addresses (https) only. Open this page by its https address."
        ),
        "no_camera": _(
            "No camera sends a picture. Is one plugged in? Does another program use it? You can take part without."
        ),
        "black": _("The camera sends black pictures. Is its cover open?"),
        "no_microphone": _("No microphone sends sound. Is one plugged in? Is it switched on?"),
        "silence": _(
            "The microphone is there, but nothing was heard. Say something, or choose another one."
        ),
        "no_node": _(
            "The node does not answer on a websocket. A proxy in between may not let websockets through: tell your administrator."
        ),
        "no_way": _("No address of this computer could be found. Is there a network?"),
        "local_only": _(
            "Within this network it works. To reach the other city from a closed network, your city needs a TURN server; none is set."
        ),
        "no_relay": _(
            "The TURN server of your city does not answer. From a closed network the other city cannot be reached."
        ),
        "no_frame": _(
            "No picture came through the network. A firewall may block it: ask for UDP to be let out, or for a TURN server."
        ),
    }
