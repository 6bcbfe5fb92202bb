"""A day away: how long 100,000 records take over 150 ms, verified, applied, durable.

The path is the product's: San Francisco's worker pulls Paris's public feed page by page,
checks chain and signature, writes entries, cursor and the agreement's tables in one
transaction with `synchronous=FULL`. The clock runs from the start of San Francisco's node to
the commit of the last record there; both nodes share this machine.
"""

import sys
import time

from benchmarks.lines import long_line
from benchmarks.result import Result, say

RECORDS = 100_000
BAR = 40.0
_WRITE = """
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
from jumelage.bridge.models import Entry, Feed, Refusal
from jumelage.components.agreement.models import Evidence
feed = Feed.objects.filter(node__is_self=False, name="public").first()
answer = [feed.head_seq if feed else 0, Evidence.objects.count(), Refusal.objects.count()]
"""
_WAIT = """
import time
from jumelage.bridge.models import Feed
from django.db import connection
end = time.time() + 300
feeds = Feed.objects.filter(node__is_self=False, name="public", head_seq__gte={records})
while time.time() < end and not feeds.exists():
    time.sleep(0.05)
answer = time.time()
"""


def main() -> int:
    """Run the benchmark once; print its line."""
    with long_line(rate="1G") as pair:
        say(f"writing {RECORDS:,} records in Paris")
        began = time.time()
        pair.paris.python(_WRITE.format(records=RECORDS))
        written = time.time() - began
        pair.paris.start()
        say(f"written in {written:.1f} s; San Francisco comes back")
        began = time.time()
        pair.sf.start()
        opened = time.time() - began
        seconds = float(str(pair.sf.python(_WAIT.format(records=RECORDS)))) - began
        pair.sf.stop()
        whole = pair.sf.python(_LOOK) == [RECORDS, RECORDS, 0]
        return Result(
            "catch-up", round(seconds, 1), "s", BAR, ok=whole and seconds <= BAR,
            conditions={
                "records": RECORDS, "line": pair.line, "database": "SQLite, synchronous=FULL",
                "records_per_second": round(RECORDS / seconds), "node_start_s": round(opened, 1),
                "append_per_second": round(RECORDS / written), "whole": whole,
            },
        ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
