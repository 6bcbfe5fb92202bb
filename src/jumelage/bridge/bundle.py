"""A bundle: everything two cities said to each other, with what proves it, in plain files.

This module is a second, small door of the bridge: `jumelage.bridge.api` needs a database.

Made when a partnership ends, or whenever somebody wants to keep it. Checking one needs no
database and no node: the keys lead back to each city's genesis, which is its name.

    bundle.json                     what is in it, with the SHA-256 of each file
    keys/<origin>.json              genesis and key statements of a node
    feeds/<origin>.<feed>.<n>.ndjson  the entries of a feed in epoch n, then the checkpoint
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from django.utils.translation import gettext as _

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.feeds.chain import Head, follow
from jumelage.bridge.feeds.checkpoints import Signed, check
from jumelage.bridge.feeds.wire import decode_checkpoint_line, decode_header, decode_line
from jumelage.bridge.identity.keychain import wire
from jumelage.bridge.identity.keychain.statements import follow as follow_keys
from jumelage.bridge.identity.origin import Genesis

CONTENTS = "bundle.json"
VERSION = 1


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the bundle and its SHA-256 in hex."""

    path: str
    sha256: str


class FeedFile(File, frozen=True, kw_only=True):
    """A feed in its file: entries after `after` up to `seq`."""

    origin: str
    feed: str
    epoch: int
    after: int
    seq: int


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What `bundle.json` says; nothing of it is believed without the files."""

    v: int
    made_at: datetime
    by: str
    partner: str
    keys: list[File]
    feeds: list[FeedFile]


class BundleError(BridgeError):
    """The bundle {folder} cannot be read: {reason}."""

    exit_code = 92
    http_status = 422


class BundleDamagedError(BridgeError):
    """The bundle {folder} is not what both cities signed."""

    exit_code = 93
    http_status = 422


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one feed; `flaw` is empty when everything fits."""

    origin: str
    feed: str
    epoch: int
    entries: int
    without_content: int
    flaw: str = ""


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of *data* in hex."""
    return hashlib.sha256(data).hexdigest()


def verify(folder: Path) -> list[Checked]:
    """Check every chain, body and signature of the bundle in *folder*; reads only files.

    Raises:
        BundleError: its contents cannot be read, or the keys of a node prove nothing.
    """
    contents = _contents(folder)
    keys = dict(_keys(folder, file) for file in contents.keys)
    return [_verify(folder, feed, keys) for feed in contents.feeds]


def _contents(folder: Path) -> Contents:
    try:
        found = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (OSError, msgspec.DecodeError) as error:
        raise BundleError(folder=folder, reason=str(error)) from error
    if found.v != VERSION:
        reason = _("it is of version %(version)s") % {"version": found.v}
        raise BundleError(folder=folder, reason=reason)
    return found


def _read(folder: Path, file: File) -> bytes:
    """Return the content of *file*, which must lie in *folder* and be what it was.

    Raises:
        BundleError: it is not.
    """
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BundleError(folder=folder, reason=_("it names a file elsewhere"))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(folder=folder, reason=str(error)) from error
    if digest_of(data) != file.sha256:
        raise BundleError(folder=folder, reason=_("%(file)s was changed") % {"file": file.path})
    return data


def _keys(folder: Path, file: File) -> tuple[str, list[bytes]]:
    """Return the origin of a node and every key that ever signed for it."""
    try:
        said = msgspec.json.decode(_read(folder, file), type=wire.Keys)
        genesis = Genesis(
            said.genesis.encode(), bytes.fromhex(said.by_recovery), bytes.fromhex(said.by_signing)
        )
        steps = follow_keys(genesis, [line.read() for line in said.statements])
    except ValueError as error:
        raise BundleError(folder=folder, reason=str(error)) from error
    return genesis.origin, [*(step.key for step in reversed(steps)), genesis.check()]


def _verify(folder: Path, feed: FeedFile, keys: Mapping[str, list[bytes]]) -> Checked:
    seen = empty = 0
    try:
        lines = _read(folder, feed).splitlines()
        *entries, last = lines or [b""]
        seen = len(entries)
        empty = sum(decode_line(line).b is None for line in entries)
        head = _follow(feed, entries)
        _demand_signed(Signed.read(decode_checkpoint_line(last)), head, keys.get(feed.origin, []))
    except (BridgeError, ValueError) as error:
        return Checked(feed.origin, feed.feed, feed.epoch, seen, empty, str(error))
    return Checked(feed.origin, feed.feed, feed.epoch, seen, empty)


def _follow(feed: FeedFile, entries: Iterable[bytes]) -> Head:
    """Return the head that the chain of *entries* leads to."""
    lines = [decode_line(line) for line in entries]
    before = bytes.fromhex(decode_header(lines[0].header).prev) if lines else bytes(32)
    head = Head(feed.origin, feed.feed, feed.epoch, feed.after, before)
    for link in follow(head, lines):
        head = Head(feed.origin, feed.feed, feed.epoch, link.header.seq, link.hash)
    return head


def _demand_signed(signed: Signed, head: Head, keys: Iterable[bytes]) -> None:
    error: BridgeError = BundleError(folder="", reason=_("no key of the city is known"))
    for key in keys:
        try:
            check(signed, head, key)
        except BridgeError as wrong:
            error = wrong
        else:
            return
    raise error
