"""Ten thousand files of 8 KB over 150 ms, from the command to the receipt; scp and rsync beside it.

Once over a line that loses nothing and once over one as schools have it, which loses one packet in
a thousand; new files each time. Then the same delivery again, unchanged: how long until it is
settled without a byte of media. scp and rsync are stopped after a while; what they would take is
told from the files they moved. The least that anything could take is told as well: what the line
needs for the bytes, and three round trips.

The form `list` measures something else: how long a packing list of some megabytes takes on the line
that schools have (200 Mbit/s, 1 % lost, cubic), where one connection starves, and what curl takes
for the same bytes over one connection.
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.freight import deliveries, ssh
from benchmarks.lines import Pair, long_line
from benchmarks.result import Result, say

PROMISE = "freight"
FILES, SIZE = 10_000, 8_000
SCP_BAR, RSYNC_BAR = 50.0, 10.0
SETTLE_BAR = 3 * 0.15 + FILES / 1000
"""Three round trips and a second for every thousand files."""
PEER_SECONDS = 40.0
RATE, ROUND_TRIP = 1e9, 0.15
LEAST = FILES * SIZE * 8 / RATE / 0.955 + 3 * ROUND_TRIP
"""Seconds: every byte once, with its headers, and three round trips."""
LOSSES = (0.0, 0.001)
LISTED, LIST_LOSS, LIST_BAR = 10_000, 0.01, 4.0
"""Files whose long names make the list, what the line loses, how much faster than curl."""
CURL_TRIES, CURL_SECONDS, LIST_SECONDS, SHELF_PORT = 10, 60, 600.0, 8499


def make(folder: Path, name: str = "small") -> Path:
    """Write the files, in folders of a hundred."""
    for number in range(FILES):
        place = folder / name / f"{number // 100:03}" / f"{number:05}.dat"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(os.urandom(SIZE))
    return folder / name


def delivered(pair: Pair, folder: Path) -> tuple[float, int]:
    """Send *folder*; return the seconds until Paris holds the receipt, and the bytes that moved."""
    began = time.monotonic()
    delivery = deliveries.send(pair.paris, str(folder))
    deliveries.until_share(pair.paris, delivery, 1.1, 170)
    seconds = time.monotonic() - began
    return seconds, int(deliveries.look(pair.sf, delivery)["moved"])


def beside(pair: Pair, folder: Path, scratch: Path) -> dict[str, float | str]:
    """Return the seconds that scp and rsync take or would take for all of the files."""
    if not ssh.is_possible(pair.paris):
        return dict.fromkeys(("scp", "rsync"), "absent")
    found: dict[str, float | str] = {}
    with ssh.listening(pair.paris, pair.sf, scratch) as peers:
        for name in ("scp", "rsync"):
            seconds, files = peers.copy(name, folder, PEER_SECONDS)
            found[name] = round(seconds * FILES / files, 1) if files else "moved nothing"
            say(f"  {name}: {files} files in {seconds:.1f} s")
    return found


def first(pair: Pair, scratch: Path, loss: float) -> int:
    """Deliver new files over a line that loses *loss*, and let the peers do it too."""
    pair.change(rate="1G", loss=loss)
    folder = make(scratch, f"small-{loss}")
    seconds, moved = delivered(pair, folder)
    say(f"  ours: {seconds:.1f} s, {moved} bytes moved")
    peers = beside(pair, folder, scratch / f"ssh-{loss}")
    ratios = {
        name: round(told / seconds, 1) for name, told in peers.items() if isinstance(told, float)
    }
    bars = (("scp", SCP_BAR), ("rsync", RSYNC_BAR))
    least = [float(peers[name]) / bar for name, bar in bars if isinstance(peers[name], float)]
    return Result(
        "freight-small-files" + ("-lossy" if loss else ""), round(seconds, 1),
        "s for 10,000 files of 8 KB", round(min(least, default=0.0), 1),
        ok=all(ratios.get(name, 0) >= bar for name, bar in bars), peers=peers,
        conditions=_conditions(pair) | {f"times {name}": ratio for name, ratio in ratios.items()}
        | {"moved": moved, "least that the line allows": round(LEAST, 2)},
    ).finish()  # fmt: skip


def unchanged(pair: Pair, scratch: Path) -> int:
    """Deliver once more what is there."""
    again, moved = delivered(pair, scratch / f"small-{LOSSES[0]}")
    return Result(
        "freight-unchanged", round(again, 1), "s until it is settled", round(SETTLE_BAR, 2),
        ok=again <= SETTLE_BAR and moved == 0, conditions=_conditions(pair) | {"moved": moved},
    ).finish()  # fmt: skip


def listed(pair: Pair, scratch: Path) -> int:
    """State how long a packing list takes, from the first question until it was read and kept."""
    pair.change(rate="200M", loss=LIST_LOSS)
    folder = scratch / "listed"
    for number in range(LISTED):
        name = base64.b32encode(os.urandom(450)).decode().lower()
        place = folder / name[:240] / name[240:480] / name[480:]
        place.parent.mkdir(parents=True)
        place.write_bytes(b"%d" % number)
    delivery = deliveries.send(pair.paris, str(folder))
    seconds = deliveries.list_seconds(pair.sf, delivery, LIST_SECONDS)
    held = pair.paris.folder / "freight" / "lists" / f"{delivery}.list"
    size = held.stat().st_size
    say(f"  ours: {size} bytes in {seconds:.1f} s")
    deliveries.until_share(pair.paris, delivery, 1.1, 170)  # then the line is curl's alone
    plain = curl(pair, held)
    times = round(plain / seconds, 1) if isinstance(plain, float) else 0.0
    bar = round(plain / LIST_BAR, 1) if isinstance(plain, float) else 0.0
    return Result(
        "freight-list", round(seconds, 1), "s for the packing list", bar,
        ok=times >= LIST_BAR, peers={"curl, one connection": plain},
        conditions={"line": pair.line, "list bytes": size, "files": LISTED, "times curl": times},
    ).finish()  # fmt: skip


def curl(pair: Pair, file: Path) -> float | str:
    """Return the seconds that curl takes for *file* over the same line; told from a minute of it."""
    if pair.link is None:
        return "absent"
    serve = [
        *pair.paris.within, sys.executable, "-m", "http.server", str(SHELF_PORT),
        "--bind", pair.paris.host, "--directory", str(file.parent),
    ]  # fmt: skip
    url = f"http://{pair.paris.host}:{SHELF_PORT}/{file.name}"
    fetch = [
        *pair.sf.within, "curl", "-sS", "-o", os.devnull, "--max-time", str(CURL_SECONDS),
        "-w", "%{size_download} %{time_total}", url,
    ]  # fmt: skip
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own command
    try:
        for _try in range(CURL_TRIES):
            done = subprocess.run(fetch, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
            moved, took = map(float, done.stdout.split() or (0, 0))
            say(f"  curl: {moved:.0f} bytes in {took:.1f} s {done.stderr.strip()}")
            if moved:
                return round(took * file.stat().st_size / moved, 1)
            time.sleep(1)
    finally:
        server.terminate()
        server.wait()
    return "moved nothing"


def _conditions(pair: Pair) -> dict[str, object]:
    return {"line": pair.line, "files": FILES, "bytes each": SIZE}


def main() -> int:
    """Run it and print the results."""
    with tempfile.TemporaryDirectory(prefix="jumelage-small-") as name, long_line() as pair:
        scratch = Path(name)
        pair.start()
        if sys.argv[1:2] == ["list"]:
            return listed(pair, scratch)
        missed = [first(pair, scratch, loss) for loss in LOSSES]
        pair.change(rate="1G")
        missed.append(unchanged(pair, scratch))
    return max(missed)


if __name__ == "__main__":
    sys.exit(main())
