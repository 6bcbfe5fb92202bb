"""What can go wrong while a node is set up, run, saved or restored.

Exit codes 30 to 49 belong to the node; docs/commands.md lists every code.
"""

from jumelage.kit.errors import JumelageError


class NotInitialisedError(JumelageError):
    """There is no node in {folder}. Run `jumelage init` first, or name the folder with --data."""

    exit_code = 30


class AlreadyInitialisedError(JumelageError):
    """The node in {folder} already exists and its {name} is “{stored}”, not “{given}”. Nothing was changed."""

    exit_code = 31


class PortTakenError(JumelageError):
    """Port {port} of {host} is taken by another program. Stop it, or choose another port with --port."""

    exit_code = 32


class PortRefusedError(JumelageError):
    """The web server cannot listen on {host}, port {port}: {reason}."""

    exit_code = 32


class FolderNotWritableError(JumelageError):
    """The folder {folder} cannot be written: {reason}. Choose another one with --data."""

    exit_code = 33


class DiskFullError(JumelageError):
    """The disk that holds {folder} is full. Free some space and start again; nothing was left half written."""

    exit_code = 34


class DatabaseUnreachableError(JumelageError):
    """The database cannot be reached: {reason}."""

    exit_code = 35


class AlreadyRunningError(JumelageError):
    """The node in {folder} is already running (process {process})."""

    exit_code = 36


class KeepsStoppingError(JumelageError):
    """The {child} process stopped {times} times in a row (last exit code {code}). Read the lines above, then run `jumelage doctor`."""

    exit_code = 37


class ProblemsFoundError(JumelageError):
    """The doctor found something to repair; the advice is in the list above."""

    exit_code = 38


class BackupDamagedError(JumelageError):
    """The backup {file} cannot be trusted: {reason}."""

    exit_code = 39


class FolderNotEmptyError(JumelageError):
    """The folder {folder} is not empty. A backup is only restored into an empty one."""

    exit_code = 40


class FileExistsAlreadyError(JumelageError):
    """The file {file} exists already. Choose another name."""

    exit_code = 41


class ToolMissingError(JumelageError):
    """The program {tool} is needed for this and is not installed."""

    exit_code = 42


class PythonTooOldError(JumelageError):
    """Jumelage needs Python {needed} or newer; this is {found}."""

    exit_code = 43


class AnswerMissingError(JumelageError):
    """Some answers are missing: {options}. Give them as options, or run the command in a terminal."""

    exit_code = 2


class UnexpectedError(JumelageError):
    """Something unexpected happened ({kind}: {reason}). Run the command again with --debug to see where."""

    exit_code = 70
