"""Live feeling: from the commit in Paris to the fact on an open page in San Francisco.

The path is the product's: a service publishes evidence in Paris; San Francisco's worker hears
it on the open stream, verifies, stores and applies it; an open page there is told through
`/live/` and fetches its address again. The last byte of that page is the end. Both nodes, the
writer and the reader share this machine's clock.
"""

import json
import statistics
import subprocess
import sys

from benchmarks.lines import Pair, long_line
from benchmarks.nodes import PRELUDE
from benchmarks.result import Result, say

FACTS = 80
PAUSE = 0.25
BAR_P50, BAR_P95 = 150.0, 300.0
SLUG = "2013.1"
IMPORT = """
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
_WRITE = """
import time
from datetime import date
from jumelage.components.agreement.models import Commitment
from jumelage.components.agreement.services.evidence import state_evidence
from jumelage.directory.models import Person
from jumelage.kit.i18n import Bilingual
by = Person.objects.get()
light = Commitment.objects.get(slug={slug!r})
answer = {{}}
for number in range({facts}):
    state_evidence(commitment=light, text=Bilingual(en=f"fact number {{number:04}}."),
                   on=date(2026, 5, 1), by=by)
    answer[number] = time.time()
    time.sleep({pause})
"""
_READ = """
import re, sys, time, httpx
page = "{url}/en/agreement/paris-san-francisco/commitments/{slug}/"
answer = {{}}
with httpx.Client(timeout=30) as http, http.stream("GET", "{url}/live/") as live:
    print("listening", file=sys.stderr, flush=True)
    for line in live.iter_lines():
        if line != "event: change":
            continue
        found = re.findall(r"fact number (\\d+)", http.get(page).text)
        at = time.time()
        for number in found:
            answer.setdefault(int(number), at)
        if len(answer) == {facts}:
            break
"""


def measure(pair: Pair) -> list[float]:
    """Return the milliseconds each fact took."""
    url = pair.sf.url
    script = _READ.format(url=url, slug=SLUG, facts=FACTS)
    reader = subprocess.Popen(  # noqa: S603  # our own code
        [*pair.sf.within, sys.executable, "-c",
         f"{PRELUDE}{script}\nprint(json.dumps(answer))"],
        env=pair.sf.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if reader.stderr is not None:
        reader.stderr.readline()  # it listens now
    written = pair.paris.python(_WRITE.format(slug=SLUG, facts=FACTS, pause=PAUSE))
    out, _ = reader.communicate(timeout=60)
    seen = json.loads(out)
    return [(seen[number] - at) * 1000 for number, at in written.items()]  # type: ignore[attr-defined]


def main() -> int:
    """Run the benchmark once; print its line."""
    with long_line(rate="1G") as pair:
        pair.paris.python(IMPORT)
        pair.start()
        say("waiting until San Francisco holds the agreement")
        pair.sf.python(
            "import time\nfrom jumelage.components.agreement.models import Commitment\n"
            f"while not Commitment.objects.filter(slug={SLUG!r}).exists(): time.sleep(0.2)\n"
            "answer = True"
        )
        took = sorted(measure(pair))
        p50, p95 = statistics.median(took), took[int(len(took) * 0.95)]
        return Result(
            "live-latency", round(p50), "ms", BAR_P50, ok=p50 <= BAR_P50 and p95 <= BAR_P95,
            conditions={
                "p95_ms": round(p95), "p95_bar_ms": BAR_P95, "most_ms": round(took[-1]),
                "facts": FACTS, "line": pair.line, "database": "SQLite, synchronous=FULL",
            },
        ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
