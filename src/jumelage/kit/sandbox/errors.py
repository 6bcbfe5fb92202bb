"""Why a file was not examined to the end."""

from jumelage.kit.errors import InvalidInputError


class NotExaminedError(InvalidInputError):
    """The file could not be examined."""


class FileRefusedError(NotExaminedError):
    """The file is refused: {reason}."""

    @property
    def reason(self) -> str:
        """The examiner's word, such as `broken`."""
        return str(self.facts["reason"])


class TooSlowError(NotExaminedError):
    """Reading the file takes too long; a file that ordinary people make is read in a second."""


class TooMuchMemoryError(NotExaminedError):
    """Reading the file takes too much memory; it is larger inside than it looks."""


class ParserEndedError(NotExaminedError):
    """The program that reads the file ended before it had read it."""


class WroteTooMuchError(NotExaminedError):
    """There is not enough room for what is made from the file."""


class StoppedError(NotExaminedError):
    """The work on the file was stopped."""
