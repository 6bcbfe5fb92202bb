"""What can go wrong while a node is set up, run, saved or restored.

Exit codes 50 to 69 belong to the node; docs/commands.md lists every code.
"""

from jumelage.kit.errors import JumelageError


class NotInitialisedError(JumelageError):
    """There is no node in {folder}. Run `jumelage init` first, or name the folder with --data."""

    exit_code = 50


class OtherCityError(JumelageError):
    """The node in {folder} already exists and its {name} is “{stored}”, not “{given}”. Nothing was changed."""

    exit_code = 51


class PortTakenError(JumelageError):
    """Port {port} of {host} is taken by another program. Stop it, or choose another port."""

    exit_code = 52


class PortRefusedError(JumelageError):
    """The web server cannot listen on {host}, port {port}: {reason}."""

    exit_code = 52


class FolderNotWritableError(JumelageError):
    """{folder} cannot be written: {reason}. Choose another place."""

    exit_code = 53


class DiskFullError(JumelageError):
    """The disk that holds {folder} is full. Free some space and start again; nothing was left half written."""

    exit_code = 54


class DatabaseUnreachableError(JumelageError):
    """The database cannot be reached: {reason}."""

    exit_code = 55


class AlreadyRunningError(JumelageError):
    """The node in {folder} is already running (process {process})."""

    exit_code = 56


class KeepsStoppingError(JumelageError):
    """The {child} process stopped {times} times in a row (last exit code {code}). Read the lines above, then run `jumelage doctor`."""

    exit_code = 57


class ProblemsFoundError(JumelageError):
    """The doctor found something to repair; the advice is in the list above."""

    exit_code = 58


class BackupDamagedError(JumelageError):
    """The backup {file} cannot be trusted: {reason}."""

    exit_code = 59


class FolderNotEmptyError(JumelageError):
    """The folder {folder} is not empty. A backup is only restored into an empty one."""

    exit_code = 60


class FileExistsAlreadyError(JumelageError):
    """The file {file} exists already. Choose another name."""

    exit_code = 61


class ToolMissingError(JumelageError):
    """The program {tool} is needed for this and is not installed."""

    exit_code = 62


class PythonTooOldError(JumelageError):
    """Jumelage needs Python {needed} or newer; this is {found}."""

    exit_code = 63


class AnswerMissingError(JumelageError):
    """Some answers are missing: {options}. Give them as options, or run the command in a terminal."""

    exit_code = 2


class UnexpectedError(JumelageError):
    """Something unexpected happened ({kind}: {reason}). Run the command again with --debug to see where."""

    exit_code = 70


class DemonstrationStepError(JumelageError):
    """The demonstration stopped in {city}: {reason}. Details are in {log}."""

    def __init__(self, exit_code: int = 1, **facts: object) -> None:
        """Carry the exit code of what went wrong in the city."""
        super().__init__(**facts)
        self.exit_code = exit_code


class NotADemonstrationError(JumelageError):
    """The folder {folder} holds something else than a demonstration. Nothing was deleted."""

    exit_code = 64


class PageBrokenError(JumelageError):
    """The first page of {city}, {address}, does not answer ({reason})."""

    exit_code = 65


class TooSlowError(JumelageError):
    """The cities did not hear from each other within {seconds} seconds; their node.log says why."""

    exit_code = 66


class UnknownAccountError(JumelageError):
    """Nobody has an account under {email}."""

    exit_code = 67


class NoAdministratorError(JumelageError):
    """This node has no administrator yet. Make one: `jumelage user create EMAIL --role administrator`."""

    exit_code = 68


class DatabaseMismatchError(JumelageError):
    """The backup holds a {engine} database. Give --database-url for PostgreSQL, and leave it out for SQLite."""

    exit_code = 69


class WordsDifferError(JumelageError):
    """The two cities show different words, “{first}” and “{second}”: somebody is in between."""

    exit_code = 66


class ChoosePartnershipError(JumelageError):
    """Name the partnership with --partnership; this node holds: {names}."""

    exit_code = 2


class NewerDatabaseError(JumelageError):
    """The node in {folder} was brought up to date by Jumelage {product} and needs at least {oldest}; this is {here}. Nothing was changed. Install the newer release, or restore a backup made before the upgrade."""

    exit_code = 71


class KeyMissingError(JumelageError):
    """The signing key {file} is missing. Put it back, with mode 600, and start again; if it is lost, use the recovery key."""

    exit_code = 72


class DrillFailedError(JumelageError):
    """The restore drill failed: {reason}."""

    exit_code = 73


class NoBackupError(JumelageError):
    """No backup is known here. Name the file, or make one: `jumelage backup FILE`."""

    exit_code = 74


class StillRecoveringError(JumelageError):
    """Not every joined city has given back what it holds: {reason} The node stays read-only; run this again, or begin a new epoch."""

    exit_code = 75


class NotConfirmedError(JumelageError):
    """Nothing was changed. Confirm with --yes, or answer in a terminal."""

    exit_code = 76


class OutOfRoomError(JumelageError):
    """The disk of this node is full: nothing can be kept just now. What was sent was not taken, and nothing is half written; send it again in a few minutes."""

    exit_code = 77
    http_status = 503


class OutOfOrderError(JumelageError):
    """The database of this node does not answer just now. What was sent was not taken, and nothing is half written; send it again in a few minutes."""

    exit_code = 78
    http_status = 503


class UnknownEngineError(JumelageError):
    """“{given}” is nothing that can be started beside the node. Known: {known}."""

    exit_code = 2
