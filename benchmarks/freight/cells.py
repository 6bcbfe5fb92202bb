"""One cell of the matrix of freight: a line, what TCP may do, and every program that crosses it.

Uses the comparison runner that lies beside the emulated line, in namespaces of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.lines import OCEAN
from benchmarks.result import say
from tools import environments

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = 9540
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
NAMES = {"OCEAN_A": "fparis", "OCEAN_B": "fsf", "OCEAN_NET": "10.77.0"}
PEERS = ("rsync-ssh", "curl-tls", "aria2-x16", "rclone-mt16", "uftp-aes", "iroh")
PROGRAMS = {
    "rsync-ssh": ("rsync", "sshd"),
    "curl-tls": ("curl", "nginx"),
    "aria2-x16": ("aria2c", "nginx"),
    "rclone-mt16": ("rclone", "nginx"),
    "uftp-aes": ("uftp", "uftpd"),
}
"""What has to be installed for a peer."""
PASSES = frozenset({"uftp-aes"})
"""What it lost it sends again at the end, so it is not stopped before."""
IROH = ROOT / "benchmarks" / "freight" / "iroh_ends.py"
LEAST = 0.05
"""Mbit/s that a peer is given at least: less is not told by the runner."""
LATE = 2000.0
"""Microseconds: above this mean lateness of the emulator a run says nothing of the line."""


@dataclass(frozen=True)
class Cell:
    """One line."""

    rate: str = "400M"
    loss: str = "0"
    cc: str = "cubic"
    buffers: str = "tuned"
    megabytes: int = 1000
    burst: str = "1"
    cap: int = 60
    """Seconds after which a run is ended."""

    @property
    def bits(self) -> float:
        """The rate of the line, bits a second."""
        return float(self.rate[:-1]) * {"M": 1e6, "G": 1e9}[self.rate[-1]]

    @property
    def name(self) -> str:
        """Say it in few words."""
        burst = f" in bursts of {self.burst}" if self.burst != "1" else ""
        return f"{self.rate} loss {self.loss}{burst} {self.cc} {self.buffers}"


@dataclass
class Measured:
    """What came out of one cell."""

    cell: Cell
    share: float
    steady: float
    cpu: float
    carrier: str
    same: bool
    late: float
    peers: dict[str, float] = field(default_factory=dict)
    """Share of the line by peer, over the whole or over as many seconds as it was given."""
    begun: dict[str, float] = field(default_factory=dict)
    """Our own share over the same seconds, by peer."""
    broken: list[str] = field(default_factory=list)
    """Peers that gave up by themselves without the file: nothing can be compared with them."""

    def times(self, peer: str) -> float:
        """Return how many times the rate of *peer* ours is over the same time; 0: not measured."""
        return self.begun[peer] / self.peers[peer] if peer in self.peers else 0.0

    def told(self) -> dict[str, object]:
        """Return it for the conditions of a result."""
        return {
            "cell": self.cell.name, "share": self.share, "steady": self.steady,
            "carrier": self.carrier, "cpu_s_per_gb": self.cpu, "late_mean_us": self.late,
            "whole": self.same, "peers": self.peers, "broken_peers": self.broken,
            "times": {peer: round(self.times(peer), 2) for peer in self.peers},
        }  # fmt: skip


def absent_programs() -> dict[str, list[str]]:
    """Return the peers that cannot run here, with the programs that are not installed."""
    found = {
        peer: [name for name in names if shutil.which(name, path=PATH) is None]
        for peer, names in PROGRAMS.items()
    }
    return {peer: names for peer, names in found.items() if names}


@contextmanager
def scratch(folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a line of our own, down at the end."""
    work = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else folder  # noqa: S108  # memory
    held = work / f"jumelage-freight-{os.getpid()}"
    environment = os.environ | NAMES | {"OCEAN_RUN": str(folder / "ocean")}
    environment |= {"OCEAN_WORK": str(held), "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    try:
        yield environment
    finally:
        _link(environment, "down")
        subprocess.run(["rm", "-rf", str(held)], check=False)  # noqa: S603, S607


def measure(
    cell: Cell, environment: dict[str, str], peers: Sequence[str] = PEERS, peer_cap: int = 0
) -> Measured:
    """Measure ours and *peers* over *cell*.

    A peer is stopped after *peer_cap* seconds, unless that is 0, and what it moved so far counts.
    """
    say(f"freight over {cell.name}")
    shared = Path(environment["OCEAN_WORK"]) / "shared"
    sent = Path(environment["OCEAN_WORK"]) / "paris" / f"{cell.megabytes}.bin"
    figures, table = shared / "figures", shared / "table"
    _file(sent, cell.megabytes)
    _ends("prepare", str(shared), str(sent), environment=environment)
    ends = f"{sys.executable} -m benchmarks.freight.ends"
    ours = (
        f"ours|{ends} receive {shared} {{out}} --host {{sf}} --port {PORT}"
        f"|{ends} send {shared} {{file}} --cc {{cc}} --figures {figures}"
    )
    _link(environment, "up", f"rate={cell.rate}")
    try:
        passes = [peer for peer in peers if peer in PASSES]
        beside = _beside(cell, environment, [p for p in peers if p not in PASSES], peer_cap)
        beside |= _beside(cell, environment, passes, 0)
        _compare(cell, environment, ["--ours", ours, "--result", str(table), "ours"])
        late = _lateness(environment)
    finally:
        _link(environment, "down")
    own = json.loads(table.read_text())[0]
    return _measured(cell, own, beside, json.loads(figures.read_text()), late)


Row = dict[str, Any]


def _beside(
    cell: Cell, environment: dict[str, str], peers: Sequence[str], cap: int
) -> dict[str, Row]:
    """Return what came out of each of *peers*."""
    if not peers:
        return {}
    table = Path(environment["OCEAN_WORK"]) / "shared" / "beside"
    more = ["--result", str(table)]
    if "iroh" in peers:
        program, size = (
            f"{environments.program('python', of='iroh')} {IROH}",
            cell.megabytes * 10**6,
        )
        receiver = f"{program} receive {{out}} --host {{sf}} --size {size}"
        more += ["--ours", f"iroh|{receiver}|{program} send {{file}} --host {{sf}}"]
    cap = cap or cell.cap
    _compare(replace(cell, cap=cap), environment, [*more, *peers])
    return {row["peer"]: row | {"cap": cap} for row in json.loads(table.read_text())}


def _measured(cell: Cell, own: Row, rows: dict[str, Row], said: Row, late: float) -> Measured:
    broken = [peer for peer, row in rows.items() if gave_up(row)]
    beside = {peer: row for peer, row in rows.items() if peer not in broken}
    return Measured(
        cell, own["share"], round(steady(said, cell), 3), own["cpu_s_per_GB"],
        str(said["carrier"]), bool(own["same"]), late,
        {peer: round(max(row["mbit"], LEAST) * 1e6 / cell.bits, 5) for peer, row in beside.items()},
        {peer: share_after(row["s"], own, said, cell) for peer, row in beside.items()},
        broken,
    )  # fmt: skip


def gave_up(row: Row) -> bool:
    """Tell whether a peer ended by itself without the file, before its seconds were over."""
    return not row["done"] and row["s"] < row["cap"] - 1


def share_after(seconds: float, own: Row, said: Row, cell: Cell) -> float:
    """Return our share of the line over the first *seconds*, the start of the process included."""
    if seconds >= own["s"]:
        return float(own["share"])
    at = seconds - (own["s"] - said["seconds"])
    before = [point for point in said["course"] if point[0] <= at] or [[0.0, 0]]
    after = [point for point in said["course"] if point[0] > at] or before[-1:]
    (since, had), (until, got) = before[-1][:2], after[0][:2]
    more = (got - had) * (at - since) / (until - since) if until > since else 0.0
    return float((had + more) * 8 / seconds / cell.bits)


def steady(said: Row, cell: Cell) -> float:
    """Return the share of the line that was acknowledged from second 5 to the last but one.

    0 when the run was shorter than 15 s: acknowledgements come in steps of 0.4 s.
    """
    points = [p for p in said["course"] if 5 <= p[0] <= said["seconds"] - 1]
    if said["seconds"] < 15 or len(points) < 2:
        return 0.0
    first, last = points[0], points[-1]
    return float((last[1] - first[1]) * 8 / (last[0] - first[0]) / cell.bits)


def _file(path: Path, megabytes: int) -> None:
    if path.exists() and path.stat().st_size == megabytes * 10**6:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(10**6))


def _ends(*words: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "benchmarks.freight.ends", *words]
    subprocess.run(  # noqa: S603
        command, env=environment, check=True, stdout=subprocess.DEVNULL
    )


def _compare(cell: Cell, environment: dict[str, str], more: list[str]) -> None:
    command = [
        sys.executable, str(OCEAN / "compare.py"), "--rate", cell.rate, "--loss", cell.loss,
        "--cc", cell.cc, "--buffers", cell.buffers, "--size", str(cell.megabytes),
        "--cap", str(cell.cap), "--burst", cell.burst, *more,
    ]  # fmt: skip
    subprocess.run(command, env=environment, check=True, stdout=sys.stderr)  # noqa: S603


def _link(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603
        [str(OCEAN / "link.sh"), *words],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _lateness(environment: dict[str, str]) -> float:
    told = json.loads(_link(environment, "stats").splitlines()[0])
    return float(told["ab"]["late_mean_us"])
