"""What can go wrong in a live session, one class per thing somebody can act on."""

from jumelage.bridge.errors import BridgeError
from jumelage.kit.errors import JumelageError


class LiveError(JumelageError):
    """This cannot be done in this session."""

    http_status = 409


class LineCutError(LiveError):
    """The line to the city that hosts this session is cut. It comes back by itself; try again then."""


class TooManyError(LiveError):
    """Too many people are connected to this node now. Try again in a moment."""

    http_status = 429


class TicketError(LiveError):
    """This ticket was used, is too old, or is none. Open the page again."""

    http_status = 401


class NoLongerYoursError(LiveError):
    """You may no longer take part in this session."""

    http_status = 403


class SessionUnknownError(LiveError):
    """There is no such session here."""

    http_status = 404


class SessionOverError(LiveError):
    """This session is over."""

    http_status = 410


class LogFullError(LiveError):
    """Too much has happened in this session for its log. Begin a new one."""


class NotSavedError(LiveError):
    """This could not be kept: the node cannot write now. Try again in a moment."""

    http_status = 503


class UnknownActError(LiveError):
    """“{kind}” is nothing that can be done in this session."""

    http_status = 422


class ActNotUnderstoodError(LiveError):
    """This cannot be understood."""

    http_status = 422


class ActTooLargeError(LiveError):
    """This is too large for a session: {size} bytes; at most {limit} are kept."""

    http_status = 413


class OutsideError(LiveError):
    """You are at the door: wait until somebody lets you in."""

    http_status = 403


class NotAllowedToSayError(LiveError):
    """You may not do this in your part of the session."""

    http_status = 403


class ActConflictError(BridgeError):
    """{origin} logged its act {number} of the session {session} twice, with different content; the one held here stays."""

    exit_code = 140
    http_status = 409


class ActGapError(BridgeError):
    """{origin} left out acts of the session {session}: expected {expected}, got {number}."""

    exit_code = 141
    http_status = 409


class ForgedActError(BridgeError):
    """{origin} sent an act of the session {session} that is not its own to log: {reason}."""

    exit_code = 142
    http_status = 403


class LiveFrameError(BridgeError):
    """{origin} sent a message that is not of the agreed form: {reason}."""

    exit_code = 143
    http_status = 422


class LiveLimitError(BridgeError):
    """{origin} opened more than {limit} at once: {what}."""

    exit_code = 144
    http_status = 429


class NotOfSessionError(BridgeError):
    """{origin} takes no part in the session {session}."""

    exit_code = 145
    http_status = 403
