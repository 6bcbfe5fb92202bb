"""What the dialect answers when something is wrong: Kitsu's shape, our sentences."""

from jumelage.kit.errors import JumelageError


class DialectError(JumelageError):
    """This cannot be accepted: {reason}."""


class WrongBodyError(DialectError):
    """This cannot be accepted: {field}: {reason}."""


class UnknownThingError(DialectError):
    """There is no such thing, or you may not see it."""

    http_status = 404


class NoTokenError(DialectError):
    """Missing Authorization Header"""  # noqa: D415  # clients read exactly this

    http_status = 401


class WrongTokenError(DialectError):
    """This token is not valid."""

    http_status = 401


class ExpiredTokenError(DialectError):
    """Signature has expired"""  # noqa: D415  # clients read exactly this

    http_status = 401


class WrongMethodError(DialectError):
    """The method is not allowed for this address."""

    http_status = 405


class WrongCredentialsError(DialectError):
    """Wrong e-mail address or password."""


class TooManyAttemptsError(DialectError):
    """Too many failed attempts. Try again later."""


class SecondFactorError(DialectError):
    """This account needs a second factor: send the code of the authenticator app as “totp”, or a “recovery_code”."""


class UnverifiedAddressError(DialectError):
    """Confirm your e-mail address first: open the link in the message you received."""


class StillWorkingError(DialectError):
    """The preview is still being prepared."""

    http_status = 202


class TooLargeError(DialectError):
    """The file is larger than this city takes: {largest} bytes."""

    http_status = 413
