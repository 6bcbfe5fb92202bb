"""Disk full, clocks a day off, ten minutes of black hole: told by name, harmless, and over at once.

Two real nodes write and copy while a fault is made to one of them or to the line. For each
fault: the seconds until `jumelage status` names it (at most 30), the seconds from its end until
records cross again (at most 10), whether the pages stayed readable, how busy the node was, and
whether every chain and both databases are whole afterwards.
"""

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks.lines import Relays, long_line, ocean_is_possible
from benchmarks.mortal_nodes import LOOK
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from benchmarks.trust import introduce

PROMISE = "P12"
ALERT_SECONDS = 30.0
RESUME_SECONDS = 10.0
HOLE_SECONDS = 600.0
DISK_MEGABYTES = 96
MOST_BUSY = 0.5
"""Cores a node may use while its disk is full: it must not try without a pause."""
DAY = 86_400
SHIM = Path(__file__).with_name("shifted_clock.c")
_WRITE = (
    "import django, pathlib, sys; django.setup(); from benchmarks.mortal_nodes import "
    "write_for_ever; write_for_ever(pathlib.Path(sys.argv[1]))"
)
_LONG_AGO = """
from datetime import timedelta
from jumelage.bridge.models import Opening
from jumelage.kit import clock
answer = Opening.objects.update(since=clock.now() - timedelta(days=9))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one fault did; seconds, infinite when it did not happen in time."""

    fault: str
    alert: str
    alerted: float
    resumed: float
    readable: bool
    busy: float
    damage: Sequence[str]

    @property
    def ok(self) -> bool:
        """Whether every bar was met."""
        quick = self.alerted <= ALERT_SECONDS and self.resumed <= RESUME_SECONDS
        return quick and self.readable and self.busy <= MOST_BUSY and not self.damage


@dataclass
class City(RealNode):
    """A real node, and a process beside it that publishes without end."""

    writer: subprocess.Popen[bytes] | None = None

    @property
    def journal(self) -> Path:
        """The identifiers of what was acknowledged, on a disk that has room."""
        return self.folder.parent / f"{self.slug}.acknowledged"

    @property
    def log(self) -> Path:
        """What the node says, on a disk that has room."""
        return self.folder.parent / f"{self.slug}.log"

    def write(self) -> None:
        """Begin to publish."""
        with (self.folder.parent / f"{self.slug}.writer.log").open("ab") as log:
            self.writer = subprocess.Popen(  # noqa: S603  # our own code
                [*self.within, sys.executable, "-c", _WRITE, str(self.journal)],
                env=self.env,
                stdout=log,
                stderr=log,
            )

    def rest(self) -> None:
        """Stop publishing."""
        if self.writer is not None:
            self.writer.kill()
            self.writer.wait()
            self.writer = None

    def head(self, *, own: bool) -> int:
        """Return how far the node's own public feed, or its copy of the other's, reaches."""
        where = "= (SELECT origin FROM bridge_node WHERE is_self)"
        question = "SELECT max(head_seq) FROM bridge_feed WHERE name = 'public' AND node_id "
        with closing(sqlite3.connect(f"file:{self.folder}/node.sqlite3?mode=ro", uri=True)) as base:
            row = base.execute(question + (where if own else "!" + where)).fetchone()
        return int(row[0] or 0)

    def is_alerted(self, name: str) -> bool:
        """Tell whether the node tells the alert *name*: as a monitor asks, or by the command."""
        if self.within:  # from inside a network namespace nobody is “this machine”
            done = self.command("status", "--json")
            told = json.loads(done.stdout) if done.stdout else {"alerts": []}
        else:
            told = httpx.get(f"{self.url}/readyz", timeout=20).json()
        return any(alert["name"] == name for alert in told["alerts"])

    def is_calm(self, alert: str) -> bool:
        """Tell whether the node does not tell *alert*."""
        return not self.is_alerted(alert)

    def readable(self) -> bool:
        """Tell whether the first page and the health page answer."""
        paths = ("/en/", "/healthz")
        if self.within:
            ask = [*self.within, "curl", "-sfo", "/dev/null", "-m", "20"]
            return all(
                subprocess.run([*ask, self.url + path], check=False).returncode == 0  # noqa: S603
                for path in paths
            )
        return all(httpx.get(self.url + path, timeout=20).status_code < 400 for path in paths)

    def cpu_seconds(self) -> float:
        """Return the processor time the node's processes have used so far."""
        mark, total = f"JUMELAGE_DATA={self.folder}\0".encode(), 0.0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError, ValueError):
                if mark in (folder / "environ").read_bytes() and not self._writes(folder):
                    ticks = (folder / "stat").read_text().rpartition(") ")[2].split()[11:13]
                    total += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return total

    def _writes(self, process: Path) -> bool:
        return self.writer is not None and process.name == str(self.writer.pid)


@contextmanager
def two_cities(folder: Path, **environment: str) -> Iterator[tuple[City, City, Relays]]:
    """Give two running cities that trust each other and write, over a line that can be cut.

    *environment* is the second city's.
    """
    paris = City(folder / "paris-demo", "paris-demo", "Europe/Paris")
    sf = City(folder / "sf-demo", "sf-demo", "America/Los_Angeles")
    with Relays([paris.port, sf.port], one_way=0.03) as relays:
        paris.public_url, sf.public_url = relays.urls
        _prepare(paris, sf)
        sf.environment |= environment
        with _working(paris, sf):
            yield paris, sf, relays


def _prepare(paris: RealNode, sf: RealNode) -> None:
    for node in (paris, sf):
        node.init()
    introduce(paris, sf)
    for node in (paris, sf):
        node.python(_LONG_AGO)


def _holds_more_than(city: City, entries: int) -> bool:
    return city.head(own=False) > entries


def _holds_all_of(reader: City, owner: City) -> bool:
    return reader.head(own=False) == owner.head(own=True)


@contextmanager
def _working(*cities: City) -> Iterator[None]:
    """Run *cities* and their writers, until both copies have begun to grow."""
    try:
        for city in cities:
            city.start()
            city.write()
        for city in cities:
            seconds_until(partial(_holds_more_than, city, 0), 60)
        yield
    finally:
        for city in cities:
            city.rest()
            city.stop()


def seconds_until(condition: Callable[[], bool], most: float) -> float:
    """Return after how many seconds *condition* was true; infinity after *most*."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        with suppress(sqlite3.OperationalError, httpx.HTTPError, ValueError):
            if condition():
                return time.monotonic() - began
        time.sleep(0.1)
    return float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something to make and to undo, the alert it must raise, and where; it lasts so many seconds."""

    name: str
    alert: str
    victims: Sequence[City]
    begin: Callable[[], object]
    end: Callable[[], object]
    lasts: float = 15.0


def suffer(fault: Fault, cities: Sequence[City]) -> Outcome:
    """Make a fault, wait for its alert on every victim, end it, wait until both copies grow."""
    say(f"{fault.name} ...")
    first = fault.victims[0]
    for city in fault.victims:  # the fault before may still be told
        seconds_until(partial(city.is_calm, fault.alert), ALERT_SECONDS)
    before, began = first.cpu_seconds(), time.monotonic()
    fault.begin()
    alerted = max(
        seconds_until(partial(city.is_alerted, fault.alert), 3 * ALERT_SECONDS)
        for city in fault.victims
    )
    readable = all(city.readable() for city in fault.victims)
    time.sleep(max(0.0, fault.lasts - (time.monotonic() - began)))
    busy = (first.cpu_seconds() - before) / (time.monotonic() - began)
    ends = [(city, city.head(own=False)) for city in cities]
    fault.end()
    resumed = max(
        seconds_until(partial(_holds_more_than, city, at), 6 * RESUME_SECONDS) for city, at in ends
    )
    found = damage(cities)
    return Outcome(
        fault.name, fault.alert, round(alerted, 1), round(resumed, 1), readable, round(busy, 2), found
    )  # fmt: skip


def damage(cities: Sequence[City]) -> list[str]:
    """Return what is broken after the writers have stopped and the copies have caught up."""
    for city in cities:
        city.rest()
    one, other = cities
    for reader, owner in ((one, other), (other, one)):
        seconds_until(partial(_holds_all_of, reader, owner), 60)
    found = []
    seen: list[Any] = [city.python(LOOK) for city in cities]
    said = {u for city in cities for u in city.journal.read_text("utf-8").splitlines()}
    for city, facts in zip(cities, seen, strict=True):
        found += [f"{city.slug}: {flaw}" for flaw in facts["flaws"]]
        found += [] if facts["sound"] else [f"{city.slug}: the database is damaged"]
        lost = said - set(facts["rows"])
        found += [f"{city.slug}: {len(lost)} of {len(said)} acknowledged are lost"] if lost else []
    if seen[0]["heads"] != seen[1]["heads"]:
        found.append("the heads differ")
    for city in cities:
        city.write()
    return found


def disk_full(folder: Path) -> list[Outcome]:
    """Fill the disk of one city, then of the other; both have a small one of their own."""
    with ExitStack() as stack:
        for slug in ("paris-demo", "sf-demo"):
            stack.enter_context(_small_disk(folder / slug))
        paris, sf, _ = stack.enter_context(two_cities(folder))
        return [suffer(_full(city), [paris, sf]) for city in (sf, paris)]


def _full(city: City) -> Fault:
    ballast = city.folder / "ballast"

    def fill() -> None:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    name = f"the disk of {city.slug} is full"
    return Fault(name=name, alert="disk-full", victims=[city], begin=fill, end=ballast.unlink)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)  # noqa: S603  # a scratch folder
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607


def clock_off(folder: Path, shifts: Sequence[int] = (DAY, -DAY)) -> list[Outcome]:
    """Put the clock of one city a day forward, and a day back, while it runs."""
    clock, library = folder / "clock", folder / "shifted_clock.so"
    clock.write_bytes(bytes(8))
    compiled = ["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(SHIM)]
    subprocess.run(compiled, check=True)  # noqa: S603  # our own source
    environment = {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(clock)}
    with two_cities(folder, **environment) as (paris, sf, _):
        faults = [
            Fault(
                name=f"the clock of a city is off by {shift:+,} s",
                alert="clock-off",
                victims=[sf, paris],
                begin=partial(_set, clock, shift),
                end=partial(_set, clock, 0),
            )
            for shift in shifts
        ]
        return [suffer(fault, [paris, sf]) for fault in faults]


def _set(clock: Path, seconds: int) -> None:
    """Write in place: the processes have the file mapped."""
    with clock.open("r+b") as file:
        file.write(struct.pack("=q", seconds))


def black_hole(folder: Path, seconds: float) -> list[Outcome]:
    """Let the line swallow everything for *seconds* without a word."""
    with two_cities(folder) as (paris, sf, relays):
        return [suffer(_hole([paris, sf], relays.cut, relays.mend, seconds), [paris, sf])]


def real_black_hole(seconds: float) -> list[Outcome]:
    """Let an emulated line of two network namespaces swallow every packet for *seconds*."""
    with long_line() as pair:
        cities = [_city(node) for node in (pair.paris, pair.sf)]
        for city in cities:
            city.python(_LONG_AGO)
        assert pair.link is not None  # noqa: S101  # the caller asked whether it can be emulated
        cut, mend = partial(pair.link, "cut"), partial(pair.link, "mend")
        with _working(*cities):
            return [suffer(_hole(cities, cut, mend, seconds), cities)]


def _hole(
    cities: Sequence[City], cut: Callable[[], None], mend: Callable[[], None], seconds: float
) -> Fault:
    name = f"{seconds:.0f} s of black hole"
    return Fault(name=name, alert="line-down", victims=cities, begin=cut, end=mend, lasts=seconds)


def _city(node: RealNode) -> City:
    return City(**{name: getattr(node, name) for name in RealNode.__dataclass_fields__})


def main() -> int:
    """Make every fault this machine can make; print one line."""
    outcomes, missing = list[Outcome](), list[str]()
    with tempfile.TemporaryDirectory(prefix="jumelage-faults-") as name:
        for part, possible, run in _PLAN:
            if possible():
                (folder := Path(name) / part).mkdir()
                outcomes += run(folder)
                say(str(outcomes[-1]))
            else:
                missing.append(part)
    kept = sum(outcome.ok for outcome in outcomes)
    return Result(
        PROMISE, kept, "faults survived", len(outcomes) + len(missing), ok=not missing and kept == len(outcomes),
        conditions={"faults": [asdict(o) for o in outcomes], "cannot be made here": missing},
    ).finish()  # fmt: skip


def disk_is_possible() -> bool:
    """Tell whether a small disk can be mounted here."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


def clock_is_possible() -> bool:
    """Tell whether a process can be given another clock here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def _longest_hole(folder: Path) -> list[Outcome]:
    real = ocean_is_possible()
    return real_black_hole(HOLE_SECONDS) if real else black_hole(folder, HOLE_SECONDS)


_PLAN: Sequence[tuple[str, Callable[[], bool], Callable[[Path], list[Outcome]]]] = (
    ("disk", disk_is_possible, disk_full),
    ("clock", clock_is_possible, clock_off),
    ("line", lambda: True, _longest_hole),
)


if __name__ == "__main__":
    sys.exit(main())
