"""Replacing the file of the signing key, so that a crash at any moment leaves one that signs.

The new key is written beside the old one, then the database says that it counts, then it takes
the old one's place. `mend` finishes or undoes whatever a crash left between these steps.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from jumelage.bridge.identity.keys import NODE_KEY, SigningKey, load, sync_folder
from jumelage.bridge.models import Node

NEW_KEY = "node.key.new"
FORMER_KEY = "node.key.former"
LOCK = "node.key.lock"


def _folder() -> Path:
    return Path(settings.DATA)


def path_of(name: str) -> Path:
    """Return where the key file *name* of this node lies."""
    return _folder() / name


@contextmanager
def changing() -> Iterator[None]:
    """Let one process at a time change or mend the key."""
    handle = os.open(_folder() / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def stage(key: SigningKey) -> None:
    """Write *key* beside the present one; it does not sign yet."""
    key.save(_folder() / NEW_KEY)


def settle() -> None:
    """Put the staged key in the place of the present one, whose content is destroyed."""
    folder = _folder()
    if (folder / NODE_KEY).exists() and not (folder / FORMER_KEY).exists():
        os.link(folder / NODE_KEY, folder / FORMER_KEY)
    (folder / NEW_KEY).replace(folder / NODE_KEY)
    sync_folder(folder)
    _destroy(folder / FORMER_KEY)


def mend() -> None:
    """Finish or undo a change of key that a crash interrupted; quick when there was none."""
    if (_folder() / NEW_KEY).exists() or (_folder() / FORMER_KEY).exists():
        with changing():
            mend_locked()


def mend_locked() -> None:
    """Do what `mend` does, inside `changing`."""
    folder = _folder()
    staged = folder / NEW_KEY
    if staged.exists():
        node = Node.objects.filter(is_self=True).first()
        if node is not None and _holds(staged, bytes(node.signing_key)):
            settle()
        else:
            staged.unlink()
    _destroy(folder / FORMER_KEY)


def _holds(path: Path, public: bytes) -> bool:
    """Tell whether *path* is the key file of *public*; a file cut short by a crash is not."""
    try:
        return load(path).public == public
    except OSError:
        raise
    except Exception:  # noqa: BLE001  # whatever is in the file, it is not that key
        return False


def _destroy(path: Path) -> None:
    """Overwrite and remove a key file, as far as the file system really overwrites."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)
