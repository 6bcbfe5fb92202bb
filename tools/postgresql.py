"""A private PostgreSQL for the tests: made in a scratch folder, gone afterwards."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The tests ask for correctness, not for durability: a crash of this server loses nothing.
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def programs() -> Path | None:
    """Return the folder with the newest PostgreSQL server of this machine, or None."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: int(path.parts[-3].partition(".")[0]))
    on_path = shutil.which("initdb")
    if on_path and not found:
        found = [Path(on_path).resolve()]
    return found[-1].parent if found else None


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> int | None:
    """Return the user to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user.pw_uid for user in pwd.getpwall()}
    return users.get("postgres", users["nobody"])


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Run a server inside the block and give the address of its database."""
    user, password, port = unprivileged(), secrets.token_hex(16), free_port()
    with tempfile.TemporaryDirectory(prefix="jumelage-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "password").write_text(password, "utf-8")
        if user is not None:
            os.chown(folder / "password", user, -1)
            os.chown(folder, user, -1)
        _initialise(bin_folder, folder, user)
        options = [f"-c{option}" for option in (*FAST, f"unix_socket_directories={folder}")]
        control = [str(bin_folder / "pg_ctl"), f"-D{folder / 'data'}", "-w", "-s"]
        start = ["start", f"-l{folder / 'log'}", "-o", f"-p {port} {' '.join(options)}"]
        _run([*control, *start], folder, user)
        try:
            yield f"postgresql://jumelage:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "stop", "-mimmediate"], folder, user)


def _initialise(bin_folder: Path, folder: Path, user: int | None) -> None:
    command = [str(bin_folder / "initdb"), f"-D{folder / 'data'}", "-Ujumelage", "-EUTF8"]
    secret = ["-Ascram-sha-256", f"--pwfile={folder / 'password'}"]
    _run([*command, *secret, "--locale=C.UTF-8", "--no-sync"], folder, user)


def _run(command: list[str], folder: Path, user: int | None) -> None:
    subprocess.run(command, cwd=folder, user=user, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
