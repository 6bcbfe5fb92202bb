"""Files as a disk knows them: made durable together, copied without reading where possible."""

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

MANY = 16
"""From this many files on, one call for the whole file system is faster than one a file."""
FICLONE = 0x40049409
"""Linux ioctl: let a file share the blocks of another. Source: ioctl_ficlone(2)."""
NOT_HERE = {errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.ENOTTY, errno.ENOSYS, errno.EPERM}
"""What a file system answers that cannot do it."""
STEP = 1 << 30
BLOCK = 4096


def sync_files(paths: Collection[Path | str]) -> None:
    """Return when the contents of *paths*, all on one file system, are on the disk."""
    if len(paths) >= MANY and _syncfs() is not None:
        _sync_file_system(next(iter(paths)))
        return
    for path in paths:
        _sync(path, os.O_RDONLY)


def sync_folders(paths: Iterable[Path]) -> None:
    """Return when the names in the folders *paths* are on the disk."""
    folders = set(paths)
    if len(folders) >= MANY and _syncfs() is not None:
        _sync_file_system(next(iter(folders)))
        return
    for path in folders:
        _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def room(path: Path) -> int:
    """Return the bytes that are free for this process where *path* is."""
    facts = os.statvfs(path)
    return facts.f_bavail * facts.f_frsize


def write_whole(path: Path, data: bytes) -> None:
    """Write the new file *path* so that it is there whole or not at all, and durable."""
    begun = path.with_name(path.name + ".new")
    with begun.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    sync_folders([path.parent])


def _sync(path: Path | str, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_file_system(path: Path | str) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        library = _syncfs()
        if library is None or library.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)


@cache
def _syncfs() -> ctypes.CDLL | None:
    """Return the C library when it has syncfs (Linux), which Python does not offer."""
    library = ctypes.CDLL(None, use_errno=True)
    return library if hasattr(library, "syncfs") else None


def copy_file(source: Path, target: Path) -> None:
    """Copy *source* to the new file *target*.

    Raises: FileNotFoundError; FileExistsError; OSError when the disk is full.
    """
    with source.open("rb") as origin, target.open("xb") as copy:
        if not _cloned(origin.fileno(), copy.fileno()) and not _in_kernel(
            origin.fileno(), copy.fileno(), os.fstat(origin.fileno()).st_size
        ):
            shutil.copyfileobj(origin, copy, 1 << 20)


def shares_blocks(source: Path, target: Path) -> bool:
    """Tell whether a file of the folder *target* can share the blocks of one of *source*."""
    with tempfile.TemporaryFile(dir=source) as origin, tempfile.TemporaryFile(dir=target) as copy:
        origin.write(bytes(BLOCK))
        origin.flush()
        return _cloned(origin.fileno(), copy.fileno())


def _cloned(origin: int, copy: int) -> bool:
    try:
        fcntl.ioctl(copy, FICLONE, origin)
    except OSError as error:
        if error.errno in NOT_HERE:
            return False
        raise
    return True


def _in_kernel(origin: int, copy: int, size: int) -> bool:
    """Copy by copy_file_range; tell whether it could be done."""
    if not hasattr(os, "copy_file_range"):
        return False
    place = 0
    while place < size:
        try:
            done = os.copy_file_range(origin, copy, min(STEP, size - place), place, place)
        except OSError as error:
            if error.errno in NOT_HERE and not place:
                return False
            raise
        if not done:
            break
        place += done
    return True
