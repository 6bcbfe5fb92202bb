"""What can go wrong in the directory, one class per thing a caller can act on."""

from jumelage.kit.errors import JumelageError


class AlreadyListedError(JumelageError):
    """“{name}” is already in the directory under the short name “{slug}”."""

    exit_code = 2
    http_status = 409


class AlreadyClosedError(JumelageError):
    """{name} closed on {date}. A closed organisation does not change any more."""

    exit_code = 2
    http_status = 409


class SameNameError(JumelageError):
    """{name} already has this name."""

    exit_code = 2
    http_status = 422


class FutureDateError(JumelageError):
    """{date} has not begun yet. Write a date that has passed."""

    exit_code = 2
    http_status = 422


class ActorsFileError(JumelageError):
    """The file of organisations cannot be read: {reason}"""  # noqa: D415  # the reason is a sentence

    exit_code = 2
    http_status = 422


class ScopeError(JumelageError):
    """The role “{role}” must name exactly what it is for."""

    exit_code = 2
    http_status = 422


class LastAdministratorError(JumelageError):
    """This is the last administrator of the node. Name another one first."""

    exit_code = 2
    http_status = 409


class AddressTakenError(JumelageError):
    """There is already an account for {email}."""

    exit_code = 2
    http_status = 409
