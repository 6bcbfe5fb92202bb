"""Why somebody is not let into a call, or may not do something in it."""

from jumelage.kit.errors import InvalidInputError, JumelageError, NotAllowedError


class CallFullError(JumelageError):
    """This call is full: {capacity} are in it, as many as it has places for."""

    http_status = 409


class TooEarlyError(JumelageError):
    """The doors of this call are not open yet. Come back an hour before it begins."""

    http_status = 409


class CallOverError(JumelageError):
    """This call is over."""

    http_status = 410


class TurnedAwayError(NotAllowedError):
    """You were not let in. You may knock again in a minute."""


class HostsOnlyError(NotAllowedError):
    """Only the people in charge of this call may do that."""


class NobodyThereError(InvalidInputError):
    """Nobody of that name is waiting at the door any more."""

    http_status = 409


class EmptyWordsError(InvalidInputError):
    """There is nothing in it to send."""


class TooManyWordsError(InvalidInputError):
    """This is too long: {most} characters at most."""


class ConsentMissingError(JumelageError):
    """Nothing is recorded before everybody in the call agreed; {missing} did not answer or said no."""

    http_status = 409
