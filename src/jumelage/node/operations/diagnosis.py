"""Turns what the system reports into the sentence that helps the person who runs a node."""

import errno
from pathlib import Path

from jumelage.kit.errors import JumelageError
from jumelage.node.errors import (
    DatabaseUnreachableError,
    DiskFullError,
    FolderNotWritableError,
    UnexpectedError,
)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT}


def explained(error: Exception, folder: Path) -> JumelageError:
    """Return the error that tells a person what to do about *error* in *folder*."""
    if isinstance(error, JumelageError):
        return error
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFullError(folder=folder)
    if isinstance(error, OSError) and error.errno in _CLOSED:
        return FolderNotWritableError(folder=error.filename or folder, reason=error.strerror)
    if type(error).__name__ == "OperationalError" and "no such" not in str(error):
        return _database(str(error).strip(), folder)
    return UnexpectedError(kind=type(error).__name__, reason=str(error) or "-")


def _database(reason: str, folder: Path) -> JumelageError:
    if "disk is full" in reason or "No space left" in reason:
        return DiskFullError(folder=folder)
    if "readonly database" in reason or "unable to open database file" in reason:
        return FolderNotWritableError(folder=folder, reason=reason)
    return DatabaseUnreachableError(reason=reason.splitlines()[0] if reason else "-")
