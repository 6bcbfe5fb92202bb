"""What can go wrong in a review that two cities hold together."""

from jumelage.kit.errors import InvalidInputError, NotAllowedError


class NotPresentingError(NotAllowedError):
    """Only who presents moves the picture for everybody. Ask to present, or look by yourself."""


class NotYoursToTakeError(NotAllowedError):
    """Somebody presents. Ask them, or a supervisor of the city that called the session."""


class OnlyLookingError(NotAllowedError):
    """Your role looks on. It draws, presents and decides nothing."""


class NobodyThereError(InvalidInputError):
    """Who should present is not here, or only looks on."""

    http_status = 409


class NothingToShowError(InvalidInputError):
    """The session has no such place."""

    http_status = 409


class NotUnderstoodError(InvalidInputError):
    """The session does not understand this: {reason}."""


class SessionOverError(NotAllowedError):
    """This session is closed. Its log and what was said in it stay readable."""

    http_status = 409
