"""Kill -9, 200 times: the store of media loses nothing it acknowledged, and is sound afterwards.

A process receives deliveries into a store without end, adds files, lets go of old ones and
sweeps; after each call that acknowledges something it writes that down. It is killed at random
moments and begun again, 200 times. Then `fsck` must be clean and every chunk and every content
written down must be there, read back and verified.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.result import Result, say
from jumelage.bridge.freight.packing.lists import Heading, PackingList
from jumelage.bridge.freight.packing.packing import Packed, pack
from jumelage.bridge.freight.packing.parcels import parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.freight.store import fsck, garbage
from jumelage.bridge.freight.store.store import Store

PROMISE = "freight-store"
KILLS = 200
LONGEST_LIFE = 0.6
KEPT = 6
"""Deliveries after which the oldest is let go of."""


Line = dict[str, Any]


def receive_for_ever(home: Path) -> None:
    """Receive delivery after delivery into the store in *home*, as far as it gets."""
    store = Store.open("", home / "store")
    number = _begun(home)
    while True:
        found = _delivery(home / "sent" / f"d{number}", number)
        _receive(store, found, number, home)
        store.add(Path(next(iter(found.places.values()))), name=f"version:{number}")
        _write_down(home, {"added": found.packing_list.files[0].root, "by": number})
        if number >= KEPT:
            old = number - KEPT
            _write_down(home, {"let_go": old})
            for name in (f"d{old}", f"version:{old}"):
                store.release(name)
            garbage.sweep(store, grace=-1)
        number += 1


def _receive(store: Store, found: Packed, number: int, home: Path) -> None:
    """Receive one delivery, writing down what was acknowledged."""
    packing_list = found.packing_list
    quarantine = store.quarantine(f"d{number}", packing_list, peer="paris")
    quarantine.fill()
    wanted = parcels(packing_list, quarantine.lacking())
    with Files(packing_list, found.places) as source:
        for place in range(len(wanted)):
            quarantine.take(wanted[place], memoryview(source.read(wanted[place])))
            if place % 3 == 2:
                quarantine.durable()
                rows = [row for done in range(place - 2, place + 1) for row in wanted[done]]
                _write_down(home, {"durable": rows, "of": number})
            if place % 5 == 4:
                _settled(home, number, [blob.root.hex() for blob in quarantine.settle()])
    _settled(home, number, [blob.root.hex() for blob in quarantine.settle()])
    quarantine.drop()
    _write_down(home, {"received": [file.root for file in packing_list.files], "by": number})


def _settled(home: Path, number: int, roots: Sequence[str]) -> None:
    if roots:
        _write_down(home, {"settled": roots, "by": number})


def _delivery(folder: Path, number: int) -> Packed:
    """Return a delivery that shares some of its chunks with the one before; always the same."""
    if not (folder / ".whole").exists():
        chance, before = random.Random(number), random.Random(number - 1)  # noqa: S311
        (folder / "files").mkdir(parents=True, exist_ok=True)
        shared = before.randbytes(1_500_000)
        contents = [chance.randbytes(1_500_000), shared[:700_000] + chance.randbytes(400_000)]
        contents += [chance.randbytes(chance.randrange(9_000)) for _ in range(20)]
        contents += [contents[-1], b""]
        for place, content in enumerate(contents):
            (folder / "files" / f"{place:02}.exr").write_bytes(content)
        (folder / ".whole").touch()
    heading = Heading(id="a" * 26, origin="paris", to="sf", created="2026-11-22T12:00:00Z")
    return pack([folder / "files"], heading=heading)


def _begun(home: Path) -> int:
    """Return the number of the delivery to go on with: the first that was not received."""
    return 1 + max((line["by"] for line in written_down(home) if "added" in line), default=-1)


def _write_down(home: Path, what: Line) -> None:
    with (home / "acknowledged").open("a", encoding="ascii") as file:
        file.write(json.dumps(what) + "\n")


def written_down(home: Path) -> Iterator[Line]:
    """Yield what the process wrote down; a line that a kill cut off does not count."""
    path = home / "acknowledged"
    for line in path.read_text("ascii").splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found after the kills."""

    kills: int
    deliveries: int
    chunks: int
    contents: int
    lost: Sequence[str]
    findings: Sequence[str]
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether nothing was lost or broken, and there was something to lose."""
        return not self.lost and not self.findings and self.contents > 0


def ordeal(home: Path, kills: int) -> Outcome:
    """Kill the process in *home* that often, then look at what it left behind."""
    chance, begun = random.Random(7), time.monotonic()  # noqa: S311
    for number in range(kills):
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.freight_store", str(home)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None  # noqa: S101  # a pipe
        process.stdout.readline()  # it works now
        try:
            process.wait(chance.uniform(0, LONGEST_LIFE))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.stdout.close()
        if process.wait() != -signal.SIGKILL:
            return Outcome(number, 0, 0, 0, [], ["the process ended by itself"], 0)
        if number % 20 == 19:
            say(f"{number + 1} kills")
    return _look(home, kills, time.monotonic() - begun)


def _look(home: Path, kills: int, seconds: float) -> Outcome:
    """Compare the store with what was written down."""
    store = Store.open("", home / "store")
    lines = list(written_down(home))
    let_go = {line["let_go"] for line in lines if "let_go" in line}
    owed = _owed(lines, let_go)
    chunks, lost = _lost_chunks(store, home, lines)
    report = fsck.check(store, repair=False)
    for root in owed:
        try:
            lost += [] if b"".join(store.read(bytes.fromhex(root))) is not None else [root]
        except Exception as error:  # noqa: BLE001  # whatever it is, it is lost
            lost.append(f"{root}: {error}")
    found = [f"{one.fault} {one.what} {one.needed_by}" for one in report.findings]
    deliveries = sum("received" in line for line in lines)
    return Outcome(kills, deliveries, chunks, len(owed), lost, found, seconds)


def _owed(lines: Sequence[Line], let_go: set[object]) -> set[str]:
    """Return the roots that must be there: acknowledged by a name nobody let go of."""
    owed: set[str] = set()
    for line in lines:
        if line.get("by") not in let_go:
            for kind in ("settled", "received"):
                owed |= set(line.get(kind, ()))
            if "added" in line:
                owed.add(line["added"])
    return owed


def _lost_chunks(store: Store, home: Path, lines: Sequence[Line]) -> tuple[int, list[str]]:
    """Return how many chunks of the last delivery were acknowledged, and those not there."""
    number = _begun(home)
    packing_list: PackingList = _delivery(home / "sent" / f"d{number}", number).packing_list
    received = any(line.get("by") == number and "received" in line for line in lines)
    quarantine = store.quarantine(f"d{number}", packing_list, peer="paris")
    told: set[int] = set()
    for line in lines:
        if line.get("of") == number:
            told |= set(line["durable"])
    lost = [f"chunk {row} of d{number}" for row in sorted(told - set(quarantine.had))]
    if received:
        quarantine.drop()
    return len(told), lost


def main() -> int:
    """Hold the long ordeal and print its line."""
    with tempfile.TemporaryDirectory(prefix="jumelage-freight-") as name:
        outcome = ordeal(Path(name), KILLS)
    for one in (*outcome.lost, *outcome.findings):
        say(one)
    return Result(
        id="freight-store",
        value=len(outcome.lost) + len(outcome.findings),
        unit="acknowledged chunks and contents lost, and faults found",
        bar=0,
        ok=outcome.whole,
        conditions={
            "kills": outcome.kills,
            "deliveries": outcome.deliveries,
            "contents acknowledged": outcome.contents,
            "chunks of the last delivery": outcome.chunks,
            "seconds": round(outcome.seconds),
        },
    ).finish()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print("working", flush=True)
        receive_for_ever(Path(sys.argv[1]))
    sys.exit(main())
