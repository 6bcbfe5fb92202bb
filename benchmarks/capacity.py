"""Capacity of one node: what it signs and appends, what it verifies and applies, a second.

Append: `publish_all` in commits of 100 (chain, salt, two hashes a record; one signature and one
durable commit a hundred). Receive: pages of 500 as they come off the wire, from another real
node's feed: read, hash chain and body hashes checked, one signature verified, policy and fields
checked, entries and the agreement's table written, one durable commit a page. Both in one
process, on SQLite with `synchronous=FULL` and on a private PostgreSQL that fsyncs.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from benchmarks.trust import introduce
from tools.postgresql import DURABLE, programs, running

PROMISE = "P6"
BAR_APPEND, BAR_RECEIVE = 5000.0, 8000.0
RECORDS = 20_000
RUNS = 3
_APPEND = """
import time
from datetime import date
from jumelage.bridge.api import publish_all, me
from jumelage.components.agreement.records import EvidenceStated
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
origin = me().origin
commitment = str(Uri(origin, new_id()))
text = Bilingual(fr="Six séances tenues en mai, comptées dans le journal de la salle. ",
                 en="Six sessions held in May, counted from the log of the room. ")
def records(count):
    return [EvidenceStated(uri=str(Uri(origin, new_id())), commitment=commitment,
        type="statement", date=date(2026, 5, 31), text=text, source="room log")
        for _ in range(count)]
publish_all(records(100))
answer = []
for run in range({runs}):
    said = [records(100) for _ in range({records} // {runs} // 100)]
    at, used = time.perf_counter(), time.process_time()
    for some in said:
        publish_all(some)
    count = len(said) * 100
    answer.append([count / (time.perf_counter() - at), count / (time.process_time() - used)])
"""
_PAGES = """
from pathlib import Path
from jumelage.bridge.feeds import serve
after, number = 0, 0
while (page := serve.page("public", after)).count:
    Path(f"{folder}/{{number:04}}").write_bytes(page.body)
    after, number = page.last, number + 1
answer = [number, after]
"""
_RECEIVE = """
import time
from pathlib import Path
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import split_page
from jumelage.components.agreement.models import Evidence
peer = Node.objects.get(is_self=False)
pages = [path.read_bytes() for path in sorted(Path("{folder}").iterdir())]
receive(peer, "public", *split_page(pages.pop(0)))
answer, done, size = [], Evidence.objects.count(), len(pages) // {runs}
for run in range({runs}):
    at, used = time.perf_counter(), time.process_time()
    for raw in pages[run * size:(run + 1) * size]:
        receive(peer, "public", *split_page(raw))
    wall, used = time.perf_counter() - at, time.process_time() - used
    count = Evidence.objects.count() - done
    done += count
    answer.append([count / wall, count / used])
"""


def measure(folder: Path, urls: tuple[str, str] | None) -> dict[str, float]:
    """Return the rates of two nodes below *folder*, on SQLite or in the databases at *urls*."""
    paris = RealNode(folder / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(folder / "sf", "sf-demo", "America/Los_Angeles")
    for node, url in zip((paris, sf), urls or ("", ""), strict=True):
        node.environment["JUMELAGE_DATABASE_URL"] = url
        node.init()
    introduce(paris, sf)
    pages = folder / "pages"
    pages.mkdir()
    appended = paris.python(_APPEND.format(records=RECORDS, runs=RUNS))
    paris.python(_PAGES.format(folder=pages))
    received = sf.python(_RECEIVE.format(folder=pages, runs=RUNS))
    return {"append": _median(appended, 0), "append_cpu": _median(appended, 1),
            "receive": _median(received, 0), "receive_cpu": _median(received, 1)}  # fmt: skip


def _median(found: object, place: int) -> float:
    runs = cast("list[list[float]]", found)
    return round(statistics.median(run[place] for run in runs))


def main() -> int:
    """Run the benchmark; print its line."""
    server = programs()
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name, ExitStack() as stack:
        (Path(name) / "sqlite").mkdir()
        say("SQLite")
        sqlite = measure(Path(name) / "sqlite", None)
        say(f"{sqlite}; PostgreSQL")
        other: dict[str, Any] = {}
        if server is not None:
            (Path(name) / "postgresql").mkdir()
            one, two = (stack.enter_context(running(server, DURABLE)).url for _ in "ab")
            other = measure(Path(name) / "postgresql", (one, two))
    ok = sqlite["append"] >= BAR_APPEND and sqlite["receive"] >= BAR_RECEIVE
    if other:
        ok = ok and other["append"] >= BAR_APPEND / 2 and other["receive"] >= BAR_RECEIVE / 2
    return Result(
        PROMISE, sqlite["append"], "records/s", BAR_APPEND, ok=ok and bool(other),
        conditions={
            "sqlite": sqlite, "postgresql": other or "not installed here",
            "receive_bar": BAR_RECEIVE, "postgresql_bars": "half of these",
            "cpu": "records a second of processor time",
            "records": RECORDS, "append_commit": 100, "receive_commit": 500,
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
