"""A private PostgreSQL for the tests: made in a scratch folder, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tools.ports import free_port

# The tests ask for correctness, not for durability: a crash of this server loses nothing.
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")


def programs() -> Path | None:
    """Return the folder with the newest PostgreSQL server of this machine, or None."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: int(path.parts[-3].partition(".")[0]))
    on_path = shutil.which("initdb")
    if on_path and not found:
        found = [Path(on_path).resolve()]
    return found[-1].parent if found else None


def unprivileged() -> int | None:
    """Return the user to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user.pw_uid for user in pwd.getpwall()}
    return users.get("postgres", users["nobody"])


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs; it can be made to fail as servers do."""

    url: str
    _bin: Path
    _folder: Path
    _user: int | None
    _port: int
    _options: Sequence[str]

    def start(self) -> None:
        """Start the server and wait until it has recovered."""
        options = [f"-c{option}" for option in self._options]
        options.append(f"-cunix_socket_directories={self._folder}")
        self._control(
            "start", f"-l{self._folder / 'log'}", "-o", f"-p {self._port} {' '.join(options)}"
        )

    def stop(self) -> None:
        """Stop the server as a power cut would: nothing is written any more."""
        self._control("stop", "-mimmediate")

    def shut_down(self) -> None:
        """Stop the server in order: what was said last is on the disk."""
        self._control("stop", "-mfast")

    def log(self) -> str:
        """Return the end of what the server said."""
        return (self._folder / "log").read_text("utf-8")[-2000:]

    def fall_over(self) -> bool:
        """Stop the server without a word and start it again, which recovers it."""
        self.stop()
        self.start()
        return True

    def kill_backend(self) -> bool:
        """Kill -9 the process of some connection, which makes the server recover; tell if one was."""
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                row = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
                ).fetchone()
        except psycopg.OperationalError:
            return False
        if row is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(row[0], signal.SIGKILL)
        return True

    def _control(self, *arguments: str) -> None:
        control = [str(self._bin / "pg_ctl"), f"-D{self._folder / 'data'}", "-w", "-s"]
        _run([*control, *arguments], self._folder, self._user)


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Run a fast server inside the block and give the address of its database."""
    with running(bin_folder, FAST) as made:
        yield made.url


@contextmanager
def running(bin_folder: Path, options: Sequence[str]) -> Iterator[Server]:
    """Run a server with *options* inside the block."""
    user, password, port = unprivileged(), secrets.token_hex(16), free_port()
    with tempfile.TemporaryDirectory(prefix="jumelage-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "password").write_text(password, "utf-8")
        if user is not None:
            os.chown(folder / "password", user, -1)
            os.chown(folder, user, -1)
        _initialise(bin_folder, folder, user)
        url = f"postgresql://jumelage:{password}@127.0.0.1:{port}/postgres"
        made = Server(url, bin_folder, folder, user, port, options)
        made.start()
        try:
            yield made
        finally:
            made.stop()


def _initialise(bin_folder: Path, folder: Path, user: int | None) -> None:
    command = [str(bin_folder / "initdb"), f"-D{folder / 'data'}", "-Ujumelage", "-EUTF8"]
    secret = ["-Ascram-sha-256", f"--pwfile={folder / 'password'}"]
    _run([*command, *secret, "--locale=C.UTF-8", "--no-sync"], folder, user)


def _run(command: list[str], folder: Path, user: int | None) -> None:
    subprocess.run(command, cwd=folder, user=user, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
