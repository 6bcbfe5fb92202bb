"""What can go wrong with engines of calls, one class per thing a person can act on."""

from jumelage.kit.errors import InvalidInputError, JumelageError


class EngineAbsentError(JumelageError):
    """{program} is not installed on this machine. Install it (Debian: apt-get install {package}), or start the node without --with {package}."""

    exit_code = 79


class EngineSilentError(JumelageError):
    """The call server of this city does not answer. Calls of up to four people go on; larger ones wait until it is back."""

    http_status = 503


class EngineRefusedError(JumelageError):
    """The call server refused: {reason}."""

    http_status = 502


class CannotRecordError(InvalidInputError):
    """This call cannot be recorded: that needs the call server of the city that hosts it."""

    http_status = 409
