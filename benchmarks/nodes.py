"""Real nodes as real processes, for benchmarks and for the tests of two nodes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tools.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
JUMELAGE = str(Path(sys.executable).parent / "jumelage")
PRELUDE = "import os, json; from jumelage.node import boot; boot.node()\n"


def leashed(command: Sequence[str]) -> list[str]:
    """Return *command* so that it ends when the thread that starts it does, even by a kill.

    Where there is no `setpriv` (it is Linux's) it must be ended by whoever started it.
    """
    leash = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
    return [*leash, *command]


@dataclass
class RealNode:
    """One city: a data folder, and a process tree when it runs."""

    folder: Path
    slug: str
    zone: str = "UTC"
    language: str = "en"
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    freight_port: int = field(default_factory=free_port)
    public_url: str = ""
    within: Sequence[str] = ()
    """What to put before each command, such as `ip netns exec NAME`."""
    environment: dict[str, str] = field(default_factory=dict)
    program: Sequence[str] = (JUMELAGE, "up")
    """What runs the node."""
    leashed: bool = False
    """Whether it ends with the thread that starts it."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address the node listens on."""
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        """What the node says while it runs."""
        return self.folder / "up.log"

    @property
    def env(self) -> dict[str, str]:
        """The environment of the node's commands."""
        return {
            **os.environ,
            "JUMELAGE_DATA": str(self.folder),
            "JUMELAGE_HOST": self.host,
            "JUMELAGE_PORT": str(self.port),
            "JUMELAGE_FREIGHT_PORT": str(self.freight_port),
            "JUMELAGE_URL": self.public_url or self.url,
            "DJANGO_SETTINGS_MODULE": "jumelage.node.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "",  # the modules of an installed node are compiled
            **self.environment,
        }

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `jumelage` with *arguments* on this node and return what it said."""
        return subprocess.run(  # noqa: S603  # our own command
            [*self.within, JUMELAGE, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin `jumelage` with *arguments* on this node and do not wait for it."""
        return subprocess.Popen(  # noqa: S603  # our own command
            [*self.within, JUMELAGE, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def python(self, code: str) -> object:
        """Run *code* inside the node (Django is set up); return the JSON of its `answer`."""
        script = f"{PRELUDE}{code}\nprint(json.dumps(answer, default=str))"
        done = subprocess.run(  # noqa: S603  # our own code
            [*self.within, sys.executable, "-c", script],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return json.loads(done.stdout.splitlines()[-1])

    def init(self) -> None:
        """Make the node."""
        name = self.slug.replace("-", " ").title()
        done = self.command(
            "init", "--slug", self.slug, "--name-fr", name, "--name-en", name,
            "--country", "FR", "--time-zone", self.zone, "--city-language", self.language,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr or done.stdout)

    def start(self) -> None:
        """Start the node and wait until it answers.

        Raises:
            RuntimeError: it ended or did not answer within 30 s.
        """
        command = [*self.within, *self.program]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                leashed(command) if self.leashed else command,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_open()

    def wait_until_open(self, seconds: float = 30) -> None:
        """Wait until the node answers.

        Raises:
            RuntimeError: it ended or did not answer within *seconds*.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(self.log.read_text()[-2000:])

    def _answers(self) -> bool:
        if self.within:
            probe = [*self.within, "curl", "-s", "-o", "/dev/null", f"{self.url}/en/"]
            return subprocess.run(probe, check=False).returncode == 0  # noqa: S603
        try:
            return httpx.get(f"{self.url}/en/", timeout=2).status_code < 500
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Ask the node to stop and wait for it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def remove(self) -> None:
        """Stop the node and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
