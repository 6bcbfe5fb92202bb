"""A day away: how long 100,000 records take over 150 ms, verified, applied, durable.

The path is the product's: San Francisco's worker pulls Paris's public feed page by page, checks
chain and signature, writes entries, cursor and the agreement's tables in one transaction with
`synchronous=FULL`. The clock runs from the start of San Francisco's node to the commit of the
last record there; both nodes and the emulated line share this machine. Each run begins with
the same empty, paired San Francisco.
"""

import shutil
import statistics
import sys
import time
from pathlib import Path

from benchmarks.lines import Pair, long_line
from benchmarks.result import Result, say

PROMISE = "P3"
RECORDS = 100_000
RUNS = 3
BAR, BAR_LOSSY = 15.0, 20.0
WRITE = """
from datetime import date
from jumelage.bridge.api import publish_all, me
from jumelage.components.agreement.records import EvidenceStated
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
origin = me().origin
commitment = str(Uri(origin, new_id()))
text = Bilingual(fr="Six séances tenues en mai, comptées dans le journal de la salle. " * 4,
                 en="Six sessions held in May, counted from the log of the room. " * 4)
for start in range(0, {records}, 1000):
    publish_all([EvidenceStated(uri=str(Uri(origin, new_id())), commitment=commitment,
        type="statement", date=date(2026, 5, 31), text=text, source="room log")
        for _ in range(1000)])
answer = True
"""
_LOOK = """
from jumelage.bridge.models import Feed, Refusal
from jumelage.components.agreement.models import Evidence
feed = Feed.objects.filter(node__is_self=False, name="public").first()
answer = [feed.head_seq if feed else 0, Evidence.objects.count(), Refusal.objects.count()]
"""
_WAIT = """
import time
from jumelage.bridge.models import Feed
end = time.time() + 300
feeds = Feed.objects.filter(node__is_self=False, name="public", head_seq__gte={records})
while time.time() < end and not feeds.exists():
    time.sleep(0.05)
answer = time.time()
"""


def keep(folder: Path) -> Path:
    """Copy the folder of a stopped node, to begin from it again."""
    kept = folder.with_name(f"{folder.name}-kept")
    shutil.copytree(folder, kept)
    return kept


def catch_up(pair: Pair, kept: Path, records: int = RECORDS) -> float:
    """Return the seconds that San Francisco, as it was in *kept*, needs for what Paris wrote.

    Raises:
        RuntimeError: something is missing or was refused.
    """
    shutil.rmtree(pair.sf.folder)
    shutil.copytree(kept, pair.sf.folder)
    began = time.time()
    pair.sf.start()
    seconds = float(str(pair.sf.python(_WAIT.format(records=records)))) - began
    pair.sf.stop()
    found = pair.sf.python(_LOOK)
    if found != [records, records, 0]:
        message = f"head, records and refusals are {found}"
        raise RuntimeError(message)
    return seconds


def main() -> int:
    """Run the benchmark; print its line."""
    with long_line(rate="1G") as pair:
        say(f"writing {RECORDS:,} records in Paris")
        pair.paris.python(WRITE.format(records=RECORDS))
        kept = keep(pair.sf.folder)
        pair.paris.start()
        fast = [catch_up(pair, kept) for _ in range(RUNS)]
        line = pair.line
        say(f"{line}: {fast}")
        lossy: list[float] = []
        if pair.change(rate="100M", loss=0.001):
            lossy = [catch_up(pair, kept) for _ in range(RUNS)]
            say(f"{pair.line}: {lossy}")
        seconds = statistics.median(fast)
        slow = statistics.median(lossy) if lossy else None
    return Result(
        PROMISE, round(seconds, 1), "s", BAR,
        ok=seconds <= BAR and slow is not None and slow <= BAR_LOSSY,
        conditions={
            "records": RECORDS, "line": line, "runs_s": [round(each, 1) for each in fast],
            "lossy_line": pair.line if lossy else "not emulated here",
            "lossy_s": slow and round(slow, 1), "lossy_bar_s": BAR_LOSSY,
            "lossy_runs_s": [round(each, 1) for each in lossy],
            "records_per_second": round(RECORDS / seconds),
            "clock": "from the start of the node's processes to the last commit",
            "each": "hash chain and body hash of every record, one signature a page of 500",
            "database": "SQLite, synchronous=FULL, up to 2,000 records a commit",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
