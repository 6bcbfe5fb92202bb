"""A city in memory: its own SQLite database and keys, and the product's real code on them.

`with city.here():` makes it the node that Django's default connection and `settings.DATA` speak
of, so that several nodes can live in one process, one at a time. Databases are copied from a
template in a millisecond, which is what makes thousands of examples affordable.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.erasing import ledger
from jumelage.bridge.feeds import serve
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node, Pairing
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.components.practices.records import PracticeCommented
from jumelage.kit import clock
from jumelage.kit.uris import new_id
from tests.factories.bridge import demo_city

SLUGS = ("alpha-demo", "beta-demo", "gamma-demo")


class CrashError(BaseException):
    """The process ended here; no `except Exception` survives that."""


@dataclass
class Fuse:
    """Ends the process at the statement number *left*, as a power cut would."""

    left: int

    def __call__(self, execute: Callable[..., Any], *rest: Any) -> Any:  # noqa: ANN401  # Django's
        """Let a statement through, or not."""
        self.left -= 1
        if self.left < 0:
            raise CrashError
        return execute(*rest)


@dataclass
class City:
    """One node: its database lives in memory, its keys in *folder*."""

    slug: str
    folder: Path
    origin: str = ""
    template: bytes = field(default=b"", repr=False)
    may_comment: bool = False
    """Whether an article opens comments on practices here."""
    backup: bytes = field(default=b"", repr=False)
    """The last backup; empty when none was made."""

    def __post_init__(self) -> None:
        """Open the empty database."""
        self._open()

    def _open(self) -> None:
        self._process = _Process()
        self._process.ensure_connection()
        self.raw: sqlite3.Connection = self._process.connection
        self.raw.execute("PRAGMA secure_delete=ON")

    @contextmanager
    def here(self) -> Iterator[None]:
        """Be this node within the block."""
        before = connections["default"]
        connections["default"] = self._process
        try:
            with override_settings(DATA=self.folder):
                yield
        finally:
            connections["default"] = before

    def crashes(self, after: int, work: Callable[[], object]) -> bool:
        """Do *work* as this node, but end at the statement number *after*; tell whether it did.

        A transaction that was open is rolled back, as by the process that starts next.
        """
        try:
            with self.here(), self._process.execute_wrapper(Fuse(after)):
                work()
        except CrashError:
            self.raw.rollback()
            self._process = _Process(self.raw)
            return True
        return False

    def begin_again(self) -> None:
        """Forget everything since the template was taken."""
        self.load(self.template)
        self.backup = b""
        (self.folder / ledger.FILE).unlink(missing_ok=True)

    def dump(self) -> bytes:
        """Return the whole database."""
        return self.raw.serialize()

    def load(self, dump: bytes) -> None:
        """Replace the whole database.

        The connection is a new one: a statement over `json_each` that an old one has prepared
        ends the process when its database is replaced (SQLite 3.40).
        """
        self.raw.close()
        self._open()
        self.raw.deserialize(dump)

    def heads_for(self, reader: "City") -> dict[str, int]:
        """Return what this node tells *reader* of its feeds."""
        with self.here():
            return dict(serve.heads(Node.objects.get(origin=reader.origin)))

    def page(self, feed: str, after: int, limit: int) -> bytes:
        """Return the bytes this node sends when it is asked for a page."""
        with self.here():
            return serve.page(feed, after, limit).body


class _Process(DatabaseWrapper):
    """One process's connection to a database in memory, which outlives the process."""

    def __init__(self, raw: sqlite3.Connection | None = None) -> None:
        """Connect to *raw*, or to a new database."""
        described = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        options = {"OPTIONS": {"transaction_mode": "IMMEDIATE"}}
        whole = connections.configure_settings({"default": {**described, **options}})
        super().__init__(whole["default"])
        self._raw = raw

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Return the connection that is there already, if one is."""
        new: sqlite3.Connection = self._raw or super().get_new_connection(conn_params)
        return new


def three(folder: Path) -> tuple[City, City, City]:
    """Make three cities that trust each other, each with a template to begin again from.

    Requests to correct something are open to all; comments on practices only in the last
    city, so that its readers have to refuse them.
    """
    empty = City("empty", folder)
    with empty.here():
        call_command("migrate", verbosity=0, interactive=False)
    cities = tuple(_found(slug, folder / slug, empty.dump()) for slug in SLUGS)
    for city in cities:
        _introduce(city, cities)
        city.template = city.dump()
    return cities  # type: ignore[return-value]  # three slugs make three cities


def _found(slug: str, folder: Path, tables: bytes) -> City:
    city = City(slug, folder)
    city.load(tables)
    with city.here():
        city.origin = genesis.initialise(city=demo_city(slug), url=f"http://{slug}.invalid").origin
    return city


def _introduce(city: City, cities: tuple[City, ...]) -> None:
    """Pair *city* with the others, and open what it may say."""
    for other in cities:
        if other is not city:
            with other.here():
                known = Node.objects.filter(is_self=True).values().get()
            with city.here():
                at = clock.now()
                node = Node.objects.create(**{**known, "is_self": False})
                Pairing.objects.create(
                    nonce=new_id(), node=node, state=Pairing.State.PAIRED, created_at=at,
                    expires_at=at, confirmed_here_at=at, confirmed_there_at=at,
                )  # fmt: skip
    with city.here():
        for audience in ("public", "network", "twin"):
            _open(CorrectionRequested.kind, audience)
        if city is cities[-1]:
            _open(PracticeCommented.kind, "public")
            city.may_comment = True


def _open(kind: str, audience: str) -> None:
    open_kind(kind=kind, audience=audience, article="annex", instrument="model")
