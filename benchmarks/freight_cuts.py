"""A delivery whose line is cut and whose two ends are killed: nothing is sent twice.

1 GB over 200 Mbit/s and 150 ms. After 30 % the line is cut for 8 s, after 50 % the sender's
freight process is killed with SIGKILL, after 70 % the receiver's. Nobody helps. What crossed is
counted on the line itself, without 4 % for headers.
"""

import hashlib
import os
import sys
import time
from pathlib import Path

from benchmarks.freight import deliveries
from benchmarks.lines import Pair, long_line
from benchmarks.result import Result, say

PROMISE = "freight"
SIZE = 1_000_000_000
HEADERS = 1 / 0.96
"""At MTU 1500 some 96 % of what crosses is payload; the rest of the bridge's talk is in it too."""
BAR = 1.05
CUT_SECONDS = 8.0
MOST_SECONDS = 170.0


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def suffer(pair: Pair, delivery: str) -> list[str]:
    """Cut the line and kill both ends on the way; return what was done."""
    done = []
    deliveries.until_share(pair.sf, delivery, 0.3, MOST_SECONDS)
    if pair.link is not None:
        pair.link("cut")
        time.sleep(CUT_SECONDS)
        pair.link("mend")
        done.append("line cut for 8 s")
    for share, node in ((0.5, pair.paris), (0.7, pair.sf)):
        deliveries.until_share(pair.sf, delivery, share, MOST_SECONDS)
        if deliveries.kill_freight(node):
            done.append(f"{node.slug} killed")
        say(f"  {share:.0%}: {done}")
    return done


def main() -> int:
    """Run it and print the result."""
    with long_line(rate="200M") as pair:
        media = pair.paris.folder.parent / "plate.mov"
        media.write_bytes(os.urandom(SIZE))
        pair.start()
        before, began = deliveries.line_bytes(pair.sf), time.monotonic()
        delivery = deliveries.send(pair.paris, str(media))
        done = suffer(pair, delivery)
        deliveries.until_share(pair.sf, delivery, 1.1, MOST_SECONDS)
        seconds = time.monotonic() - began
        after, seen = deliveries.line_bytes(pair.sf), deliveries.look(pair.sf, delivery)
        out = pair.sf.folder.parent / "out"
        pair.sf.command("freight", "receive", delivery, str(out))
        same = digest(out / "plate.mov") == digest(media)
    crossed = (after - before) / HEADERS if before is not None and after is not None else None
    value = round((crossed or seen["moved"]) / SIZE, 4)
    whole = {"line cut for 8 s", "paris-demo killed", "sf-demo killed"} == set(done)
    return Result(
        "freight-cuts",
        value,
        "times the size moved in all",
        BAR,
        ok=same and value <= BAR and whole,
        conditions={
            "line": pair.line,
            "done": done,
            "hash equal": same,
            "seconds": round(seconds, 1),
            "carrier": seen["carrier"],
            "counted": "on the line" if crossed else "by the receiver",
        },
    ).finish()


if __name__ == "__main__":
    sys.exit(main())
