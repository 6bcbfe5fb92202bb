"""What can go wrong with calendars, one class per thing a person can act on."""

from jumelage.kit.errors import InvalidInputError


class OverlapError(InvalidInputError):
    """{name} is taken at that time: {when}."""

    http_status = 409


class ClosedError(InvalidInputError):
    """{name} is closed at that time: {when}."""

    http_status = 409


class WrongTimeError(InvalidInputError):
    """This time cannot be booked: {reason}."""


class UnknownZoneError(InvalidInputError):
    """“{zone}” is not a time zone. Write one such as Europe/Paris."""


class WrongRuleError(InvalidInputError):
    """This repetition cannot be read: {reason}."""
