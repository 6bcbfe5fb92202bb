"""Ten thousand files of 8 KB over 150 ms, from the command to the receipt; scp and rsync beside it.

Then the same delivery again, unchanged: how long until it is settled without a byte of media.
scp and rsync are stopped after a while; what they would take is told from the files they moved.
"""

import os
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


def make(folder: Path) -> Path:
    """Write the files, in folders of a hundred."""
    for number in range(FILES):
        place = folder / "small" / f"{number // 100:03}" / f"{number:05}.dat"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(os.urandom(SIZE))
    return folder / "small"


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
    with ssh.listening(pair.paris, pair.sf, scratch / "ssh") as peers:
        for name in ("scp", "rsync"):
            seconds, files = peers.copy(name, folder, PEER_SECONDS)
            found[name] = round(seconds * FILES / files, 1) if files else "moved nothing"
            say(f"  {name}: {files} files in {seconds:.1f} s")
    return found


def main() -> int:
    """Run it and print the results."""
    with tempfile.TemporaryDirectory(prefix="jumelage-small-") as name, long_line() as pair:
        scratch = Path(name)
        folder = make(scratch)
        pair.start()
        seconds, moved = delivered(pair, folder)
        say(f"  ours: {seconds:.1f} s, {moved} bytes moved")
        peers = beside(pair, folder, scratch)
        again, moved_again = delivered(pair, folder)
        conditions: dict[str, object] = {"line": pair.line, "files": FILES, "bytes each": SIZE}
    ratios = {
        name: round(told / seconds, 1) for name, told in peers.items() if isinstance(told, float)
    }
    faster = ratios.get("scp", 0) >= SCP_BAR and ratios.get("rsync", 0) >= RSYNC_BAR
    times = {f"times {name}": ratio for name, ratio in ratios.items()}
    first = Result(
        "freight-small-files", round(seconds, 1), "s for 10,000 files of 8 KB",
        round(min([float(told) / bar for told, bar in
                   ((peers["scp"], SCP_BAR), (peers["rsync"], RSYNC_BAR))
                   if isinstance(told, float)], default=0.0), 1),
        ok=faster, peers=peers, conditions=conditions | times | {"moved": moved},
    ).finish()  # fmt: skip
    second = Result(
        "freight-unchanged", round(again, 1), "s until it is settled", round(SETTLE_BAR, 2),
        ok=again <= SETTLE_BAR and moved_again == 0, conditions=conditions | {"moved": moved_again},
    ).finish()  # fmt: skip
    return first or second


if __name__ == "__main__":
    sys.exit(main())
