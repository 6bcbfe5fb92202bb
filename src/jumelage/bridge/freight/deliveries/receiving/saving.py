"""Copies of what deliveries hold here, in a folder beside the node's backup.

    blobs/, tables/     the contents by hash, as in a store: each is copied once and verified
    lists/              the packing lists, by which names and hashes are known
    references.json     who needs which contents

A backup is one file and made anew each time; contents never change and may be terabytes. So the
next copy into the same folder adds only what is new, and takes nothing away.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.errors import StoreError
from jumelage.bridge.freight.store import reading
from jumelage.bridge.freight.store.blobs import Blobs, Part
from jumelage.bridge.freight.store.files import copy_file, write_whole
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.store import COMING, INCOMING, Store

REFERENCES = "references.json"
EVER = 2**62
Told = Callable[[int, int], None]
"""Told how many contents were looked at, of how many."""


class Need(msgspec.Struct, frozen=True):
    """Who needs which contents (hex), on whose account."""

    name: str
    peer: str
    roots: list[str]


@dataclass(frozen=True, slots=True)
class Saved:
    """Contents that are there now, and those of them that were copied this time."""

    contents: int = 0
    bytes: int = 0
    fresh: int = 0
    fresh_bytes: int = 0

    def plus(self, size: int, *, fresh: bool) -> "Saved":
        """Return it with one content more."""
        return Saved(
            self.contents + 1,
            self.bytes + size,
            self.fresh + fresh,
            self.fresh_bytes + size * fresh,
        )


def save(folder: Path, told: Told = lambda _done, _all: None) -> Saved:
    """Copy into *folder* what deliveries hold here and is not there yet, verified.

    Raises:
        StoreError: a content is damaged or missing, or the folder cannot be written.
    """
    store, there = open_store(), _opened(folder)
    needs = list(_needs(store))
    with _disk(store):
        done = _copied(store.blobs, there, needs, folder, told)
        for file in files.folder().glob("*.list"):
            _place_list(file, folder / "lists")
        write_whole(folder / REFERENCES, msgspec.json.encode(needs))
    return done


def _opened(folder: Path) -> Folder:
    try:
        (folder / "lists").mkdir(mode=0o700, parents=True, exist_ok=True)
        return Folder(folder)
    except OSError as error:
        raise StoreError(reason=f"{folder}: {error.strerror}") from error


def _needs(store: Store) -> Iterator[Need]:
    held = store.references
    peers = dict(held.database.read("SELECT name, peer FROM holder"))
    for name in held.begun("", EVER):
        if name.startswith(COMING):
            continue  # being added just now
        yield Need(name, peers.get(name, ""), [root.hex() for root in held.roots(name)])


def _copied(
    source: Blobs, target: Folder, needs: Iterable[Need], scratch: Path, told: Told
) -> Saved:
    roots = sorted({root for need in needs for root in need.roots})
    done = Saved()
    for number, name in enumerate(roots, 1):
        root = bytes.fromhex(name)
        size, fresh = target.size(root), False
        if size is None:
            part, fresh = _verified(source, root, scratch), True
            size = Path(part.path).stat().st_size
            target.adopt([part])
        done = done.plus(size, fresh=fresh)
        told(number, len(roots))
    return done


def _verified(source: Blobs, root: bytes, folder: Path) -> Part:
    """Return a verified copy of a content of *source*, below *folder*."""
    table, copy = reading.table_of(source, root), folder / f"{secrets.token_hex(16)}.part"
    try:
        source.copy(root, copy)
        reading.verify_file(copy, root, table)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return Part(root, copy, table)


def _place_list(file: Path, folder: Path) -> None:
    target = folder / file.name
    if not target.exists():
        draft = folder / f"{file.name}.new"
        draft.unlink(missing_ok=True)
        copy_file(file, draft)
        draft.replace(target)


@contextmanager
def _disk(store: Store) -> Iterator[None]:
    """Turn what a disk did not do into a sentence."""
    try:
        yield
    except OSError as error:
        raise store.refusal(error) from error


def bring_back(folder: Path, told: Told = lambda _done, _all: None) -> Saved:
    """Take what `save` copied into *folder* back into the store, verified.

    Raises:
        StoreError: *folder* holds no such copy, a content in it is damaged, or there is no room.
    """
    try:
        needs = msgspec.json.decode((folder / REFERENCES).read_bytes(), type=list[Need])
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(reason=f"{folder / REFERENCES}: {error}") from error
    store, there, done = open_store(), _opened(folder), Saved()
    (store.home / INCOMING).mkdir(exist_ok=True)
    with _disk(store):
        for number, need in enumerate(needs, 1):
            for root in map(bytes.fromhex, need.roots):
                fresh = _taken_back(store, there, root, need)
                done = done.plus(there.size(root) or 0, fresh=fresh)
            told(number, len(needs))
        for file in (folder / "lists").glob("*.list"):
            _place_list(file, files.folder())
    return done


def _taken_back(store: Store, there: Folder, root: bytes, need: Need) -> bool:
    if root in store.sizes([root]):
        store.hold(need.name, [root], peer=need.peer)
        return False
    store.check_room(there.size(root) or 0)
    part = _verified(there, root, store.home / INCOMING)
    store.adopt([part], name=need.name, peer=need.peer)
    return True
