"""The cache in which attempts are counted: files, shared by every process of the node."""

import fcntl
from pathlib import Path

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class Counters(FileBasedCache):
    """Django's cache of files, in which only one of several processes adds a key.

    Django looks and then writes, so two processes that race would both hold allauth's lock of a
    counter, and one attempt would not be counted.
    """

    def add(
        self,
        key: object,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Set *key* if it is not there; tell whether it was set."""
        folder = Path(self._dir)  # type: ignore[attr-defined]  # Django's own
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / ".lock").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            return super().add(key, value, timeout, version)
