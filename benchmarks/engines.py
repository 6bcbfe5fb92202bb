"""What one would use instead of the bridge: PostgreSQL's logical replication, a JetStream mirror.

Each server runs inside the network namespace of its city, kept by a helper process there that
takes one JSON command a line.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

from benchmarks.nodes import ROOT
from tools.postgresql import DURABLE, Server, programs, running

TABLE = "CREATE TABLE entry (seq bigint PRIMARY KEY, uri text NOT NULL, body jsonb NOT NULL)"
ADD = "INSERT INTO entry (seq, uri, body) VALUES (%s, %s, %s)"
COMMIT = 1000
Body = tuple[int, str, str]
"""Sequence, URI and body of one record."""


_HELP = "import sys; from benchmarks.engines import ENGINES; ENGINES[sys.argv[1]](*sys.argv[2:])"


class Helper:
    """A helper process inside a namespace; `do` sends it one command and returns its answer."""

    def __init__(self, within: Sequence[str], engine: str, *arguments: str) -> None:
        """Start the helper of *engine*."""
        command = [*within, sys.executable, "-c", _HELP, engine, *arguments]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env
        )
        self.first = self._answer()

    def do(self, name: str, *arguments: object) -> Any:  # noqa: ANN401  # any JSON
        """Let the helper do *name*."""
        assert self._process.stdin  # noqa: S101  # opened above
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:  # noqa: ANN401  # any JSON
        assert self._process.stdout  # noqa: S101  # opened above
        line = self._process.stdout.readline()
        if not line:
            message = "a helper process ended"
            raise RuntimeError(message)
        return json.loads(line)

    def __enter__(self) -> Self:
        """Use the helper."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the helper and what it keeps."""
        self._process.communicate(timeout=60)


def answer(commands: dict[str, Callable[..., object]], first: object) -> None:
    """Do the commands that come in until there are no more."""
    print(json.dumps(first), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(commands[name](*arguments), default=str), flush=True)


def read_bodies(path: str) -> Iterator[Body]:
    """Yield the bodies in the file *path*."""
    with Path(path).open("r", encoding="utf-8") as lines:
        for line in lines:
            seq, uri, body = json.loads(line)
            yield seq, uri, body


class Database:
    """One PostgreSQL server of the comparison."""

    def __init__(self, server: Server) -> None:
        """Speak to *server*."""
        self._server = server

    def sql(self, statement: str) -> object:
        """Run *statement*; return the first column of its first row."""
        with psycopg.connect(self._server.url, autocommit=True) as connection:
            found = connection.execute(statement)
            row = found.fetchone() if found.description else None
        return row[0] if row else None

    def load(self, path: str) -> int:
        """Insert the bodies of the file *path* in commits of `COMMIT`."""
        rows = list(read_bodies(path))
        with psycopg.connect(self._server.url) as connection, connection.cursor() as cursor:
            for start in range(0, len(rows), COMMIT):
                cursor.executemany(ADD, rows[start : start + COMMIT])
                connection.commit()
        return len(rows)

    def start_until(self, seq: int) -> float:
        """Start the server and return the seconds until entry *seq* is there."""
        began = time.monotonic()
        self._server.start()
        while time.monotonic() - began < 300:
            if self.sql("SELECT max(seq) FROM entry") == seq:
                return time.monotonic() - began
            time.sleep(0.05)
        message = f"PostgreSQL did not catch up in 300 s: {self._server.log()}"
        raise RuntimeError(message)


def _postgresql() -> None:
    with tempfile.NamedTemporaryFile("w", prefix="jumelage-hba-", suffix=".conf") as rules:
        rules.write("host all all all scram-sha-256\n")
        rules.flush()
        Path(rules.name).chmod(0o644)
        options = [*DURABLE, "wal_level=logical", "listen_addresses=*", f"hba_file={rules.name}"]
        folder = programs()
        assert folder is not None  # noqa: S101  # asked before
        with running(folder, options) as server:
            base = Database(server)
            commands: dict[str, Callable[..., object]] = {
                "sql": base.sql, "load": base.load, "shut_down": server.shut_down,
                "start_until": base.start_until,
            }  # fmt: skip
            answer(commands, server.url)


def logical_replication(
    here: Sequence[str], there: Sequence[str], address: str, bodies: str, count: int
) -> float:
    """Return the seconds a subscriber in *there* needs for what it missed while it was stopped.

    It is stopped in order: a subscriber that crashes right after its first copy, before it wrote
    down that the copy is complete, asks for ever for a slot that is gone.
    """
    with Helper(here, "postgresql") as source, Helper(there, "postgresql") as copy:
        for each in (source, copy):
            each.do("sql", TABLE)
        source.do("sql", "CREATE PUBLICATION city FOR TABLE entry")
        url = str(source.first).replace("127.0.0.1", address)
        copy.do("sql", f"CREATE SUBSCRIPTION city CONNECTION '{url}' PUBLICATION city")
        ready = "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate = 'r'"
        while copy.do("sql", ready) != 1:
            time.sleep(0.2)
        copy.do("shut_down")
        source.do("load", bodies)
        return float(copy.do("start_until", count))


class Nats:
    """A client that can ask and publish; the protocol is text lines."""

    def __init__(self, port: int) -> None:
        """Connect to a server on loopback as soon as it listens."""
        end = time.monotonic() + 20
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        self._lines = self._socket.makefile("rb")
        self._lines.readline()
        hello = b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB answers.* 1\r\nPING\r\n'
        self._socket.sendall(hello)

    def ask(self, subject: str, payload: bytes = b"") -> Any:  # noqa: ANN401  # any JSON
        """Return the JSON answer to *payload*."""
        self.send(subject, payload)
        return json.loads(self.take())

    def send(self, subject: str, payload: bytes) -> None:
        """Publish *payload*, wanting an answer."""
        head = f"PUB {subject} answers.one {len(payload)}\r\n".encode()
        self._socket.sendall(head + payload + b"\r\n")

    def take(self) -> bytes:
        """Return the next answer."""
        while line := self._lines.readline():
            if line.startswith(b"PING"):
                self._socket.sendall(b"PONG\r\n")
            elif line.startswith(b"MSG"):
                found = self._lines.read(int(line.split()[-1]) + 2)
                return found[:-2]
            elif line.startswith(b"-ERR"):
                raise RuntimeError(line.decode())
        message = "the NATS server hung up"
        raise RuntimeError(message)


class JetStream:
    """One nats-server of the comparison."""

    def __init__(self, folder: Path, name: str, leaf: str) -> None:
        """Describe the server *name*; *leaf* says where leaf nodes meet."""
        self._port, self._folder = 4222, folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "nats.conf").write_text(
            f"server_name: {name}\nlisten: 127.0.0.1:{self._port}\n"
            f'jetstream {{ store_dir: "{folder}", domain: {name} }}\nleafnodes {{ {leaf} }}\n'
        )

    def start(self) -> None:
        """Start the server and connect."""
        self._process = subprocess.Popen(  # noqa: S603  # Debian's program
            ["nats-server", "-c", str(self._folder / "nats.conf"),  # noqa: S607
             "-l", str(self._folder / "log")],
        )  # fmt: skip
        self._client = Nats(self._port)

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def make(self, config: dict[str, object]) -> object:
        """Make a stream, as soon as the server's store is ready; return what is wrong with it."""
        subject, end = f"$JS.API.STREAM.CREATE.{config['name']}", time.monotonic() + 20
        said = self._client.ask(subject, json.dumps(config).encode())
        while "error" in said and time.monotonic() < end:
            time.sleep(0.05)
            said = self._client.ask(subject, json.dumps(config).encode())
        return said.get("error")

    def load(self, path: str) -> int:
        """Publish the bodies of the file *path*, each acknowledged, a thousand under way."""
        rows = list(read_bodies(path))
        for start in range(0, len(rows), COMMIT):
            some = rows[start : start + COMMIT]
            for seq, _uri, body in some:
                self._client.send(f"bodies.{seq}", body.encode())
            for _ in some:
                self._client.take()
        return len(rows)

    def start_until(self, config: dict[str, object], count: int) -> float:
        """Start the server with the mirror *config*; return the seconds until all is there."""
        began = time.monotonic()
        self.start()
        if wrong := self.make(config):
            raise RuntimeError(str(wrong))
        while time.monotonic() - began < 300:
            info = self._client.ask(f"$JS.API.STREAM.INFO.{config['name']}")
            if info.get("state", {}).get("messages") == count:
                return time.monotonic() - began
            time.sleep(0.05)
        message = f"JetStream did not catch up in 300 s: {info}"
        raise RuntimeError(message)


def _nats(name: str, leaf: str) -> None:
    with tempfile.TemporaryDirectory(prefix="jumelage-nats-") as folder:
        server = JetStream(Path(folder), name, leaf)
        try:
            commands: dict[str, Callable[..., object]] = {
                "start": server.start, "make": server.make, "load": server.load,
                "start_until": server.start_until,
            }  # fmt: skip
            answer(commands, name)
        finally:
            server.stop()


@contextmanager
def _stores(
    here: Sequence[str], there: Sequence[str], address: str
) -> Iterator[tuple[Helper, Helper]]:
    remote = f'remotes: [{{ url: "nats-leaf://{address}:7422" }}]'
    with (
        Helper(here, "nats", "paris", 'listen: "0.0.0.0:7422"') as source,
        Helper(there, "nats", "sf", remote) as copy,
    ):
        yield source, copy


def mirror(
    here: Sequence[str], there: Sequence[str], address: str, bodies: str, count: int
) -> float:
    """Return the seconds a mirror in *there* needs for a stream in *here*, from its start."""
    with _stores(here, there, address) as (source, copy):
        source.do("start")
        if wrong := source.do("make", {"name": "BODIES", "subjects": ["bodies.>"]}):
            raise RuntimeError(str(wrong))
        source.do("load", bodies)
        external = {"api": "$JS.paris.API"}
        config = {"name": "COPY", "mirror": {"name": "BODIES", "external": external}}
        return float(copy.do("start_until", config, count))


ENGINES: dict[str, Callable[..., None]] = {"postgresql": _postgresql, "nats": _nats}
