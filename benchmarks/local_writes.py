"""The bridge never slows the city's own site: local writes while a day's records come in.

San Francisco catches up 100,000 records. Meanwhile one process there publishes evidence
through the service ten times a second, as its people would, and notes how long each call takes
until it is committed. The same is measured before, while nothing comes in. The first call of
each process stands apart: it connects, and builds what later calls find built.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, cast

from benchmarks.catch_up import WRITE
from benchmarks.lines import Pair, long_line
from benchmarks.live_latency import SLUG
from benchmarks.nodes import PRELUDE, RealNode
from benchmarks.result import Result, say

PROMISE = "P5"
RECORDS = 100_000
BAR = 100.0
QUIET = 100
_OWN = """
from datetime import date
from pathlib import Path
import jumelage.directory as directory, jumelage.components.agreement as agreement
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.directory.services import import_actors, open_account
by = open_account(email="officer@bench.invalid", name="Officer", language="en",
                  roles=["officer", "administrator"])
import_actors(Path(directory.__file__).parent / "data" / "actors.yaml", by=by)
import_agreement(Path(agreement.__file__).parent / "data" / "paris-san-francisco.yaml", by=by)
answer = True
"""
_PUBLISH = """
import time
from datetime import date
from jumelage.bridge.models import Feed
from jumelage.components.agreement.models import Commitment
from jumelage.components.agreement.services.evidence import state_evidence
from jumelage.directory.models import Person
from jumelage.kit.i18n import Bilingual
by = Person.objects.get()
light = Commitment.objects.get(slug={slug!r})
theirs = Feed.objects.filter(node__is_self=False, name="public")
def reach():
    return max(theirs.values_list("head_seq", flat=True), default=0)
took, end, number = [], time.monotonic() + 240, 0
began_at, began = time.time(), None
while number < {most} and reach() < {until} and time.monotonic() < end:
    if {until} == {records} and reach() == 0:
        time.sleep(0.05)
        continue
    began = began or time.time()
    number += 1
    at = time.monotonic()
    state_evidence(commitment=light, text=Bilingual(en=f"fact number {{number}}."),
                   on=date(2026, 5, 1), by=by)
    took.append((time.monotonic() - at) * 1000)
    time.sleep(max(0.0, 0.1 - took[-1] / 1000))
answer = {{"took": took, "seconds": time.time() - (began or began_at), "reach": reach()}}
"""


def publish(node: RealNode, *, most: int, until: int) -> dict[str, Any]:
    """Publish in *node* up to *most* times or until the other city's feed has *until* entries."""
    code = _PUBLISH.format(slug=SLUG, most=most, until=until, records=RECORDS)
    return cast("dict[str, Any]", node.python(code))


def percentile(took: Sequence[float], share: float) -> float:
    """Return the value that *share* of *took* do not exceed."""
    return sorted(took)[min(int(len(took) * share), len(took) - 1)]


def busy(pair: Pair) -> dict[str, Any]:
    """Let San Francisco catch up and publish meanwhile."""
    code = _PUBLISH.format(slug=SLUG, most=10**6, until=RECORDS, records=RECORDS)
    writer = subprocess.Popen(  # noqa: S603  # our own code
        [*pair.sf.within, sys.executable, "-c",
         f"{PRELUDE}{code}\nprint(json.dumps(answer))"],
        env=pair.sf.env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    pair.paris.start()
    out, _ = writer.communicate(timeout=400)
    return cast("dict[str, Any]", json.loads(out))


def main() -> int:
    """Run the benchmark; print its line."""
    with long_line(rate="1G") as pair:
        pair.sf.python(_OWN)
        say(f"writing {RECORDS:,} records in Paris")
        pair.paris.python(WRITE.format(records=RECORDS))
        pair.sf.start()
        quiet = publish(pair.sf, most=QUIET, until=1)["took"]
        say("Paris comes back")
        found = busy(pair)
    took, first = found["took"][1:], [quiet.pop(0), found["took"][0]]
    p99 = percentile(took, 0.99)
    whole = found["reach"] >= RECORDS
    return Result(
        PROMISE, round(p99, 1), "ms", BAR, ok=whole and p99 <= BAR,
        conditions={
            "p50_ms": round(statistics.median(took), 1), "most_ms": round(max(took), 1),
            "first_of_its_process_ms": [round(each, 1) for each in first],
            "writes": len(took), "caught_up": whole,
            "quiet_p50_ms": round(statistics.median(quiet), 1),
            "quiet_p99_ms": round(percentile(quiet, 0.99), 1),
            "catch_up_s": round(found["seconds"], 1),
            "catch_up_records_per_second": round(found["reach"] / found["seconds"]),
            "each": "one evidence through the service: signed, chained, applied, fsynced",
            "line": pair.line, "database": "SQLite, synchronous=FULL",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
