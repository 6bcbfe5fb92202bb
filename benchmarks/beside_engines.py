"""A day away, beside what one would use instead: the same bodies, the same line, the same run.

PostgreSQL 15's logical replication and a NATS JetStream mirror (both Debian's, as they come)
copy the bodies of the same 100,000 records between the same two network namespaces. Each clock
runs from the start of the receiving server, which was away, to the last record in it. One
record a request over a kept connection is measured for 30 seconds and extrapolated.
"""

import shutil
import statistics
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import engines
from benchmarks.catch_up import WRITE, catch_up, keep
from benchmarks.lines import Pair, long_line
from benchmarks.result import Result, say
from tools.postgresql import programs

PROMISE = "P3b"
RECORDS = 100_000
RUNS = 3
ONE_BY_ONE_SECONDS = 30
BAR_POSTGRESQL, BAR_NATS, BAR_ONE_BY_ONE = 1.0, 1.5, 500.0
_BODIES = """
import json
from jumelage.bridge.models import Entry
rows = Entry.objects.filter(feed__node__is_self=True, feed__name="public").order_by("seq")
with open({path!r}, "w", encoding="utf-8") as out:
    for seq, uri, body in rows.values_list("seq", "uri", "body").iterator():
        out.write(json.dumps([seq, uri, bytes(body).decode()]) + "\\n")
answer = True
"""
_ONE_BY_ONE = """
import asyncio, time
from asgiref.sync import sync_to_async
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity.requests import signer
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import PeerClient
peer = Node.objects.get(is_self=False)
signs = signer()
async def copy():
    client, done = PeerClient(peer, signs, local=True), 0
    await client.heads()
    began = time.monotonic()
    while time.monotonic() - began < {seconds}:
        batch = await client.page("public", done, 1)
        done = await sync_to_async(receive)(peer, "public", *batch)
    return done / (time.monotonic() - began)
answer = asyncio.run(copy())
"""
SAYS = {
    "ours": "signs each commit; verifies chain, bodies and signature; scopes by field and "
    "article; writes log and component table; fsyncs each commit on both sides",
    "postgresql": "signs nothing, verifies nothing, scopes by table; writes one table; "
    "subscriber with its default synchronous_commit=off, publisher fsyncs each commit",
    "nats": "signs nothing, verifies nothing, scopes by subject; writes one stream file; "
    "fsyncs every two minutes (the default)",
    "one by one": "as ours, one record a request and a commit",
}


def peers(pair: Pair) -> dict[str, float | str]:
    """Return the seconds of each engine, or why it was not measured."""
    if pair.link is None:
        reason = "absent: the line is no network namespace here"
        return {"postgresql": reason, "nats": reason}
    bodies = str(pair.paris.folder.with_name("bodies"))
    pair.paris.python(_BODIES.format(path=bodies))
    pair.paris.folder.parent.chmod(0o755)
    line = (pair.paris.within, pair.sf.within, pair.paris.host, bodies, RECORDS)
    found: dict[str, float | str] = {"postgresql": "absent", "nats": "absent"}
    if programs() is not None:
        found["postgresql"] = _timed("PostgreSQL", lambda: engines.logical_replication(*line))
    if shutil.which("nats-server"):
        found["nats"] = _timed("NATS", lambda: engines.mirror(*line))
    return found


def _timed(name: str, run: Callable[[], float]) -> float | str:
    try:
        runs = [run() for _ in range(RUNS)]
    except RuntimeError as error:  # the others are measured all the same
        return f"failed: {error}"
    say(f"{name}: {runs}")
    return round(statistics.median(runs), 2)


def main() -> int:
    """Run the benchmark; print its line."""
    with long_line(rate="1G") as pair:
        say(f"writing {RECORDS:,} records in Paris")
        pair.paris.python(WRITE.format(records=RECORDS))
        kept = keep(pair.sf.folder)
        pair.paris.start()
        runs = [catch_up(pair, kept, RECORDS) for _ in range(RUNS)]
        ours = statistics.median(runs)
        say(f"ours: {runs}; one by one for {ONE_BY_ONE_SECONDS} s")
        shutil.rmtree(pair.sf.folder)
        shutil.copytree(kept, pair.sf.folder)
        rate = float(str(pair.sf.python(_ONE_BY_ONE.format(seconds=ONE_BY_ONE_SECONDS))))
        pair.paris.stop()
        found = peers(pair)
    found["one by one (extrapolated)"] = round(RECORDS / rate)
    ratios: dict[str, Any] = {
        name: round(ours / seconds, 2)
        for name, seconds in found.items() if isinstance(seconds, float)
    }  # fmt: skip
    ratios["one by one / ours"] = round(RECORDS / rate / ours)
    ok = (
        ratios.get("postgresql", 99) <= BAR_POSTGRESQL
        and ratios.get("nats", 99) <= BAR_NATS
        and ratios["one by one / ours"] >= BAR_ONE_BY_ONE
    )
    return Result(
        PROMISE, ratios.get("postgresql", 0.0), "x PostgreSQL's time", BAR_POSTGRESQL, ok=ok,
        peers=found,
        conditions={
            "ours_s": round(ours, 2), "ours_runs_s": [round(each, 2) for each in runs],
            "ratios": ratios, "nats_bar": BAR_NATS, "one_by_one_bar": BAR_ONE_BY_ONE,
            "records": RECORDS, "line": pair.line, "each": SAYS,
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
