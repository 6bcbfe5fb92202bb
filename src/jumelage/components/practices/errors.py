"""What can go wrong with practices, one class per thing a person can act on."""

from jumelage.kit.errors import InvalidInputError, NotAllowedError


class UnfinishedSheetError(InvalidInputError):
    """A sheet needs all its texts before it is shared. Missing: {missing}."""


class ContactIsPersonError(InvalidInputError):
    """The contact is a role, such as “head of mobility”.

    Leave out names, e-mail addresses and telephone numbers.
    """


class EmptyTextError(InvalidInputError):
    """Write something, in French or in English."""


class AlreadyAdoptedError(InvalidInputError):
    """This organisation has adopted this practice already. Report a result instead."""

    http_status = 409


class NotYourVoiceError(NotAllowedError):
    """You do not speak for this organisation."""
