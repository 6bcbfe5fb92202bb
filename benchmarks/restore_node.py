"""A city loses its node and restores an old backup: how long until everything it shared is back.

Paris publishes 20,000 records and makes a backup, publishes 80,000 more, erases one of the
first and withdraws another. San Francisco copies all of it. Then Paris is killed and its folder
deleted; the people of Paris have kept `node.key` and the backup, nothing else. The clock runs
from `jumelage restore` to the moment Paris may publish again, over 150 ms of round trip; it
includes reading and checking the backup and starting the node. Afterwards both cities must
hold the same, nothing erased may be back, and what Paris says next must reach San Francisco.
"""

import fcntl
import json
import shutil
import signal
import sys
import time
from typing import Any

from benchmarks.lines import Pair, long_line
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

PROMISE = "P11"
RECORDS = 100_000
IN_BACKUP = 20_000
BAR = 60.0
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
answer = []
for start in range(0, {records}, 1000):
    count = min(1000, {records} - start)
    page = [EvidenceStated(uri=str(Uri(origin, new_id())), commitment=commitment,
        type="statement", date=date(2026, 5, 31), text=text, source="room log {name}")
        for _ in range(count)]
    publish_all(page)
    answer = [record.uri for record in page[:2]]
"""
_UNSAY = """
from jumelage.bridge.api import erase, withdraw
erase(uri={uris!r}[0], by="benchmark", ground="art-17")
withdraw({uris!r}[1])
answer = True
"""
_WAIT = """
import time
from jumelage.bridge.models import Feed
end = time.time() + 300
feeds = Feed.objects.filter(node__slug="paris-demo", name="public", head_seq__gte={seq})
while time.time() < end and not feeds.exists():
    time.sleep(0.05)
answer = feeds.exists()
"""
_RECOVERED = """
import time
from jumelage.bridge import api
end = time.time() + 300
while time.time() < end and api.standing().recovering_since is not None:
    time.sleep(0.05)
answer = time.time()
"""
_LOOK = """
import hashlib
from jumelage.bridge.models import Entry, Feed, Refusal
from jumelage.components.agreement.models import Evidence
feed = Feed.objects.get(node__slug="paris-demo", name="public", epoch=0)
uris = Evidence.objects.filter(withdrawn_at=None).order_by("uri").values_list("uri", flat=True)
held = Entry.objects.filter(feed=feed, uri={erased!r}, body__isnull=False, op="put")
answer = {{
    "head": [feed.head_seq, bytes(feed.head_hash).hex(), feed.stopped],
    "records": uris.count(),
    "digest": hashlib.sha256("".join(uris).encode()).hexdigest(),
    "resurrected": held.count() + Evidence.objects.filter(uri={erased!r}).count(),
    "refusals": Refusal.objects.count(),
}}
"""


def main() -> int:
    """Run the benchmark once; print its line."""
    with long_line(rate="1G") as pair:
        uris = _prepare(pair)
        _wipe(pair.paris)
        say("Paris is gone; San Francisco holds everything")
        backup = pair.sf.folder.parent / "backup.tar"
        began = time.time()
        _done(pair.paris, "restore", str(backup))
        restored = time.time()
        pair.paris.start()
        seconds = float(str(pair.paris.python(_RECOVERED))) - began
        say(f"recovered after {seconds:.1f} s")
        look: list[Any] = [n.python(_LOOK.format(erased=uris[0])) for n in (pair.paris, pair.sf)]
        goes_on = _goes_on(pair)
        told = json.loads(_done(pair.paris, "recover", "--status", "--json"))
        same = look[0] == look[1]
        whole = same and look[0]["resurrected"] == 0 and goes_on
        share = look[0]["records"] / (RECORDS - 2)
        return Result(
            PROMISE, round(seconds, 1), "s", BAR,
            ok=whole and share == 1 and seconds <= BAR,
            conditions={
                "records": RECORDS, "in_backup": IN_BACKUP, "line": pair.line,
                "shared_records_back": share, "taken_from_twin": told["taken"],
                "both_cities_equal": same, "resurrected": look[0]["resurrected"],
                "goes_on_without_fork": goes_on, "restore_s": round(restored - began, 1),
            },
        ).finish()  # fmt: skip


def _prepare(pair: Pair) -> list[str]:
    """Write, back up, write more, erase and withdraw; return what was erased and withdrawn."""
    say(f"writing {RECORDS:,} records in Paris")
    early: Any = pair.paris.python(_WRITE.format(records=IN_BACKUP, name="before"))
    _done(pair.paris, "backup", str(pair.sf.folder.parent / "backup.tar"))
    pair.paris.python(_WRITE.format(records=RECORDS - IN_BACKUP, name="after"))
    pair.paris.python(_UNSAY.format(uris=early))
    pair.start()
    if not pair.sf.python(_WAIT.format(seq=RECORDS + 2)):
        message = "San Francisco did not catch up"
        raise RuntimeError(message)
    return list(early)


def _wipe(node: RealNode) -> None:
    """Kill the node and delete its folder; its people have kept the signing key."""
    if node.process is not None:
        node.process.send_signal(signal.SIGKILL)
        node.process.wait(10)
        node.process = None
    key = (node.folder / "node.key").read_bytes()
    with (node.folder / "running").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # its last process lets go of this
    shutil.rmtree(node.folder)
    node.folder.mkdir(mode=0o700)
    (node.folder / "node.key").touch(mode=0o600)
    (node.folder / "node.key").write_bytes(key)


def _goes_on(pair: Pair) -> bool:
    """Tell whether what Paris says next reaches San Francisco."""
    pair.paris.python(_WRITE.format(records=1, name="afterwards"))
    return bool(pair.sf.python(_WAIT.format(seq=RECORDS + 3)))


def _done(node: RealNode, *arguments: str) -> str:
    ran = node.command(*arguments)
    if ran.returncode:
        raise RuntimeError(ran.stderr or ran.stdout)
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main())
