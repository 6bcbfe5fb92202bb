"""Live feeling at the bridge: from the commit in Paris to the commit in San Francisco.

Paris publishes evidence through its service at 20 records a second; San Francisco's worker
hears it on the open stream, verifies, stores, applies and commits it. In San Francisco a
process watches the feed's head; the moment a record can be read there is its end. Both nodes
and both clocks are those of this machine.
"""

import json
import statistics
import subprocess
import sys

from benchmarks.lines import Pair, long_line
from benchmarks.live_latency import IMPORT, SLUG
from benchmarks.nodes import PRELUDE
from benchmarks.result import Result, say

PROMISE = "P4"
RECORDS = 400
PER_SECOND = 20
BAR_P50, BAR_P95 = 110.0, 200.0
_WRITE = """
import time
from datetime import date
from jumelage.bridge.models import Feed
from jumelage.components.agreement.models import Commitment
from jumelage.components.agreement.services.evidence import state_evidence
from jumelage.directory.models import Person
from jumelage.kit.i18n import Bilingual
by = Person.objects.get()
light = Commitment.objects.get(slug={slug!r})
head = Feed.objects.filter(node__is_self=True, name="public")
answer, began = {{}}, time.time()
for number in range({records}):
    time.sleep(max(0.0, began + number / {rate} - time.time()))
    state_evidence(commitment=light, text=Bilingual(en=f"fact number {{number}}."),
                   on=date(2026, 5, 1), by=by)
    at = time.time()
    answer[head.get().head_seq] = at
"""
_WATCH = """
import sqlite3, sys, time
from django.db import connection
connection.ensure_connection()
look = connection.connection.execute
head = ("SELECT head_seq FROM bridge_feed JOIN bridge_node ON origin = node_id "
        "WHERE bridge_feed.name = 'public' AND NOT is_self ORDER BY epoch DESC LIMIT 1")
last = first = look(head).fetchone()[0]
answer, version, end = {{}}, None, time.time() + 120
print("watching", file=sys.stderr, flush=True)
while last < first + {records} and time.time() < end:
    now = look("PRAGMA data_version").fetchone()
    if now != version:
        version, at = now, time.time()
        seq = look(head).fetchone()[0]
        for each in range(last + 1, seq + 1):
            answer[each] = at
        last = seq
    time.sleep(0.001)
"""


def measure(pair: Pair) -> list[float]:
    """Return the milliseconds each record took, shortest first."""
    watcher = subprocess.Popen(  # noqa: S603  # our own code
        [*pair.sf.within, sys.executable, "-c",
         f"{PRELUDE}{_WATCH.format(records=RECORDS)}\nprint(json.dumps(answer))"],
        env=pair.sf.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if watcher.stderr is not None:
        watcher.stderr.readline()  # it watches now
    code = _WRITE.format(slug=SLUG, records=RECORDS, rate=PER_SECOND)
    written = dict(pair.paris.python(code))  # type: ignore[call-overload]  # a JSON object
    out, _ = watcher.communicate(timeout=150)
    seen = json.loads(out)
    return sorted((seen[seq] - at) * 1000 for seq, at in written.items())


def main() -> int:
    """Run the benchmark; print its line."""
    with long_line(rate="1G") as pair:
        pair.paris.python(IMPORT)
        pair.start()
        say("waiting until San Francisco holds the agreement")
        pair.sf.python(
            "import time\nfrom jumelage.components.agreement.models import Commitment\n"
            f"while not Commitment.objects.filter(slug={SLUG!r}).exists(): time.sleep(0.2)\n"
            "time.sleep(3)\nanswer = True"
        )
        took = measure(pair)
    p50, p95 = statistics.median(took), took[int(len(took) * 0.95)]
    return Result(
        PROMISE, round(p50), "ms", BAR_P50, ok=p50 <= BAR_P50 and p95 <= BAR_P95,
        conditions={
            "p95_ms": round(p95), "p95_bar_ms": BAR_P95, "most_ms": round(took[-1]),
            "records": RECORDS, "records_per_second": PER_SECOND, "line": pair.line,
            "of_it_the_line_ms": 75,
            "database": "SQLite, synchronous=FULL, one commit a record in both cities",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
