"""Zou as a peer: its own environment, a private PostgreSQL and Redis, the processes it advises."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tools import postgresql
from tools.environments import made
from tools.ports import free_port

EMAIL, PASSWORD = "admin@example.org", "two cities one bridge"
WAIT_SECONDS = 180
_ADMIN = f"""
from zou.app import app
from zou.app.services import persons_service
from zou.app.utils import auth
with app.app_context():
    persons_service.create_person(
        {EMAIL!r}, auth.encrypt_password({PASSWORD!r}), "Super", "Admin", role="admin"
    )
"""
"""Zou's own command asks the domain name system about the address, which may be out of reach."""


class NoPeerError(RuntimeError):
    """Zou cannot be run here."""


@dataclass(frozen=True)
class Peer:
    """A server that speaks the dialect: where, who, and which processes do its work."""

    name: str
    host: str
    event_host: str
    email: str
    password: str
    roots: tuple[int, ...]


@contextmanager
def zou(folder: Path) -> Iterator[Peer]:
    """Run Zou in *folder* inside the block.

    Raises:
        NoPeerError: something it needs is not installed and cannot be.
    """
    programs, redis = postgresql.programs(), shutil.which("redis-server")
    if programs is None or redis is None:
        missing = "PostgreSQL" if programs is None else "redis-server"
        told = f"{missing} is not installed"
        raise NoPeerError(told)
    try:
        bin_ = made("zou") / "bin"
    except subprocess.CalledProcessError as error:
        raise NoPeerError("Zou cannot be installed from the package index") from error
    with ExitStack() as held:
        url = held.enter_context(postgresql.running(programs, postgresql.DURABLE)).url
        environment = _environment(folder, url)
        yield _started(held, bin_, redis, environment, folder)


def _environment(folder: Path, url: str) -> dict[str, str]:
    database = urlsplit(url)
    for name in ("previews", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "HOME": str(folder),  # where gunicorn keeps sockets
        "DB_HOST": database.hostname or "", "DB_PORT": str(database.port),
        "DB_USERNAME": database.username or "", "DB_PASSWORD": database.password or "x",
        "DB_DATABASE": database.path.lstrip("/"),
        "KV_HOST": "127.0.0.1", "KV_PORT": str(free_port()),
        "SECRET_KEY": "0" * 40, "PREVIEW_FOLDER": str(folder / "previews"),
        "TMP_DIR": str(folder / "tmp"), "ENABLE_JOB_QUEUE": "True", "MAIL_ENABLED": "False",
    }  # fmt: skip


def _started(
    held: ExitStack, bin_: Path, redis: str, environment: dict[str, str], folder: Path
) -> Peer:
    port, events = free_port(), free_port()

    def run(*command: str) -> subprocess.Popen[bytes]:
        log = held.enter_context((folder / "zou.log").open("ab"))
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)  # noqa: S603
        held.callback(_end, process)
        return process

    begun = [run(redis, "--port", environment["KV_PORT"], "--bind", "127.0.0.1", "--save", "")]
    zou_ = str(bin_ / "zou")
    for step in ([zou_, "init-db"], [zou_, "init-data"], [str(bin_ / "python"), "-c", _ADMIN]):
        done = subprocess.run(  # noqa: S603
            step, env=environment, check=False, capture_output=True, text=True, cwd=folder
        )
        if done.returncode:
            told = (done.stdout + done.stderr)[-1500:]
            raise NoPeerError(told)
    gunicorn = str(bin_ / "gunicorn")
    begun.append(run(gunicorn, "-w", "3", "-k", "gevent", "-b", f"127.0.0.1:{port}", "zou.app:app"))
    begun.append(
        run(
            gunicorn, "-w", "1", "-k", "geventwebsocket.gunicorn.workers.GeventWebSocketWorker",
            "-b", f"127.0.0.1:{events}", "zou.event_stream:app",
        )
    )  # fmt: skip
    begun.append(run(str(bin_ / "rq"), "worker", "-c", "zou.job_settings"))
    _wait(f"http://127.0.0.1:{port}", folder / "zou.log")
    roots = (*(each.pid for each in begun), _postmaster(int(environment["DB_PORT"])))
    address = f"http://127.0.0.1:{port}"
    return Peer("Zou 1.0.97", address, f"http://127.0.0.1:{events}", EMAIL, PASSWORD, roots)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(address: str, log: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise NoPeerError(log.read_text("utf-8", "replace")[-500:])


def _postmaster(port: int) -> int:
    """Return the process of the PostgreSQL that listens on *port*."""
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
        except OSError:
            continue
        if words and words[0].endswith(b"postgres") and str(port).encode() in words:
            return int(folder.name)
    raise NoPeerError("the process of PostgreSQL was not found")
