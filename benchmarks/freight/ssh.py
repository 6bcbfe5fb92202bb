"""scp and rsync over the emulated line: an sshd in San Francisco, keys of the run only."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nodes import RealNode

PORT = 2222
PROGRAMS = ("scp", "rsync", "ssh-keygen")


def is_possible(node: RealNode) -> bool:
    """Tell whether the peers can run beside *node* here."""
    return bool(node.within) and all(map(shutil.which, PROGRAMS)) and _sshd() is not None


def _sshd() -> str | None:
    return shutil.which("sshd", path="/usr/sbin:/usr/bin")


@dataclass(frozen=True, slots=True)
class Peers:
    """The ways to copy a folder from one city to the other with ssh."""

    sender: RealNode
    host: str
    key: Path
    target: Path

    def copy(self, name: str, folder: Path, seconds: float) -> tuple[float, int]:
        """Copy *folder* by `scp` or `rsync`, at most *seconds*.

        Returns:
            the seconds it took, and how many files were there then.
        """
        there = self.target / name
        there.mkdir(parents=True)
        command = [*self.sender.within, *self._command(name, folder, f"root@{self.host}:{there}")]
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603  # the peers
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as copying:
            try:
                copying.wait(seconds)
            except subprocess.TimeoutExpired:
                copying.kill()
        return time.monotonic() - began, sum(path.is_file() for path in there.rglob("*"))

    def _command(self, name: str, folder: Path, place: str) -> Sequence[str]:
        options = [
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-i", str(self.key)),
        ]
        if name == "scp":
            return ["scp", "-r", "-P", str(PORT), *options, str(folder), place]
        shell = " ".join(["ssh", "-p", str(PORT), *options])
        return ["rsync", "-a", "-e", shell, str(folder), place]


@contextmanager
def listening(sender: RealNode, receiver: RealNode, folder: Path) -> Iterator[Peers]:
    """Let *receiver*'s end of the line answer ssh, for the user who runs this."""
    folder.mkdir()
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    shutil.copy(folder / "user.pub", folder / "authorized")
    Path("/run/sshd").mkdir(exist_ok=True)
    config = folder / "sshd_config"
    config.write_text(
        f"Port {PORT}\nListenAddress {receiver.host}\nHostKey {folder / 'host'}\n"
        f"AuthorizedKeysFile {folder / 'authorized'}\nStrictModes no\nPermitRootLogin yes\n"
        "UsePAM no\nPidFile none\nSubsystem sftp internal-sftp\n"
    )
    command = [*receiver.within, str(_sshd()), "-D", "-f", str(config)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            time.sleep(0.5)
            yield Peers(sender, receiver.host, folder / "user", folder / "there")
        finally:
            server.terminate()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
