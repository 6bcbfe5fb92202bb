"""What can go wrong in the studio, one class per thing a person can act on."""

from jumelage.kit.errors import InvalidInputError, JumelageError, NotAllowedError


class NoSeatError(NotAllowedError):
    """You have no seat in this production."""


class NotYoursToChangeError(NotAllowedError):
    """This belongs to the other city. Ask for the change instead."""


class YoursToChangeError(InvalidInputError):
    """This belongs to your own city. Change it instead of asking."""

    http_status = 409


class NameTakenError(InvalidInputError):
    """There is already something called “{name}” here."""

    http_status = 409


class UnknownWordError(InvalidInputError):
    """This production does not use “{word}”."""


class WordInUseError(InvalidInputError):
    """“{word}” is in use in this production and stays."""

    http_status = 409


class StatusNotYoursError(NotAllowedError):
    """Your role does not give the status “{status}”."""


class EmptyCommentError(InvalidInputError):
    """Write something, or give a status."""


class AlreadyOpenedError(InvalidInputError):
    """This production is open to a city already."""

    http_status = 409


class NotPairedWithError(InvalidInputError):
    """This city and {city} are not paired."""


class ProductionClosedError(InvalidInputError):
    """This production is closed. Open it again to change something."""

    http_status = 409


class AlreadySeatedError(InvalidInputError):
    """This person has a seat in this production already."""

    http_status = 409


class LastCoordinatorError(InvalidInputError):
    """A production keeps at least one coordinator in its city."""

    http_status = 409


class AlreadyAnsweredError(InvalidInputError):
    """This request has been answered already."""

    http_status = 409


class NotChangeableError(InvalidInputError):
    """The field “{field}” cannot be changed."""


class ElsewhereError(InvalidInputError):
    """This belongs to another production."""


class AnotherTaskError(InvalidInputError):
    """This comment was said of another task."""


class ClientSeatError(InvalidInputError):
    """A client’s seat stays one, and no other becomes one: take the seat back and give a new one."""


class TooLongADayError(InvalidInputError):
    """A day has 24 hours."""


class CutSettledError(InvalidInputError):
    """This cut has been applied or put aside already."""

    http_status = 409


class DueBeforeItBeginsError(InvalidInputError):
    """“{name}” would be due before the day it begins on. Choose a later day, or change that one first."""


class TooManyAtOnceError(InvalidInputError):
    """At most {limit} at once."""


class OverMemberQuotaError(InvalidInputError):
    """This is {size}. You may upload {most} into this production, of which {taken} are taken. Take back versions, or ask a coordinator for more room."""

    http_status = 413


class OverOrganisationQuotaError(InvalidInputError):
    """This is {size}. Your organisation may upload {most} into this production, of which {taken} are taken. Take back versions, or ask a coordinator for more room."""

    http_status = 413


class AlreadyAppliedError(InvalidInputError):
    """You have applied already."""

    http_status = 409


class NoReasonError(InvalidInputError):
    """Say why you refuse."""


class FileTooLargeError(InvalidInputError):
    """The file “{name}” is larger than {most} MB. Choose a smaller one, or publish it as a version."""

    http_status = 413


class FilesNotSavedError(JumelageError):
    """The file {file} of the studio was not copied: {reason}."""

    exit_code = 210
    http_status = 503
