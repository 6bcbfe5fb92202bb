"""A city loses everything, restores an older backup, and gets the rest back from its twin."""

import fcntl
import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("P11")

BEFORE, AFTER = 500, 1500
"""Records that the backup holds, and records that only the twin holds."""
Until = Callable[..., None]

SAY = """
from datetime import date
from jumelage.bridge.api import new_uri, publish_all
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
text = Bilingual(en="text")
answer = []
for start in range(0, {count}, 100):
    page = [PracticeShared(uri=new_uri(), title=Bilingual(en=f"{name} {{start + number:04}}"),
            problem=text, action=text, result=text, contact_role=text, shared_on=date(2026, 1, 1))
            for number in range(min(100, {count} - start))]
    publish_all(page)
    answer += [record.uri for record in page]
"""
UNSAY = """
from jumelage.bridge.api import erase, withdraw
erase(uri={erased!r}, by="test", ground="art-17")
withdraw({withdrawn!r})
answer = True
"""
LOOK = """
from jumelage.bridge.models import Entry, Feed, Refusal
from jumelage.components.practices.models import Practice
feeds = Feed.objects.filter(node__slug="paris-demo").exclude(name="audit").order_by("name", "epoch")
answer = {
    "titles": sorted(p.title["en"] for p in Practice.objects.filter(withdrawn_at=None)),
    "feeds": [[f.name, f.epoch, f.head_seq, bytes(f.head_hash).hex()] for f in feeds if f.head_seq],
    "stopped": [f.name for f in feeds if f.stopped],
    "refusals": list(Refusal.objects.values_list("reason", flat=True)),
}
"""
COPIED = """
from jumelage.bridge.models import Feed
answer = {f.epoch: f.head_seq
          for f in Feed.objects.filter(node__slug="paris-demo", name="public")}
"""


def say(node: RealNode, name: str, count: int) -> list[str]:
    """Publish *count* records called *name* and return their URIs."""
    said: Any = node.python(SAY.format(name=name, count=count))
    return list(said)


def look(node: RealNode) -> Any:  # noqa: ANN401  # a JSON answer
    """Return what *node* holds of Paris."""
    return node.python(LOOK)


def recovery(node: RealNode) -> Any:  # noqa: ANN401  # a JSON answer
    """Return how far the recovery of *node* is."""
    return json.loads(node.command("recover", "--status", "--json").stdout)


def taken(node: RealNode) -> int:
    """Return how many entries are back, read from the database's file without the product."""
    with closing(sqlite3.connect(node.folder / "node.sqlite3", timeout=10)) as database:
        return int(database.execute("SELECT taken FROM bridge_recovery").fetchone()[0])


def wipe(node: RealNode) -> None:
    """Lose the machine of *node*; its people have kept the signing key."""
    assert node.process is not None
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


def done(node: RealNode, *arguments: str) -> str:
    """Run a command that must work and return what it says."""
    ran = node.command(*arguments)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


@pytest.fixture
def lost(cities: tuple[Pair, Relays], tmp_path: Path, until: Until) -> tuple[Pair, Relays, Path]:
    """Return two cities; Paris was wiped, its backup is older than what the twin holds."""
    pair, relays = cities
    backup = tmp_path / "backup.tar"
    early = say(pair.paris, "early", BEFORE)
    done(pair.paris, "backup", str(backup))
    pair.paris.python(UNSAY.format(erased=early[0], withdrawn=early[1]))
    say(pair.paris, "late", AFTER)
    until(lambda: copied(pair.sf).get("0") == BEFORE + AFTER + 2, 60)
    wipe(pair.paris)
    return pair, relays, backup


def copied(node: RealNode) -> dict[str, int]:
    """Return how far *node* holds each epoch of Paris's public feed."""
    held: Any = node.python(COPIED)
    return dict(held)


def test_a_wiped_city_takes_back_from_its_twin_what_the_backup_lacks(
    lost: tuple[Pair, Relays, Path], until: Until
) -> None:
    pair, _, backup = lost
    theirs = look(pair.sf)

    done(pair.paris, "restore", str(backup))
    pair.paris.start()
    until(lambda: not recovery(pair.paris)["recovering"], 60)

    ours = look(pair.paris)
    assert ours == theirs
    assert len(ours["titles"]) == BEFORE + AFTER - 2
    assert recovery(pair.paris)["taken"] == AFTER + 2
    say(pair.paris, "afterwards", 1)
    until(lambda: copied(pair.sf)["0"] == BEFORE + AFTER + 3, 30)
    assert (look(pair.sf)["stopped"], look(pair.sf)["refusals"]) == ([], [])


def test_a_kill_during_recovery_loses_nothing(lost: tuple[Pair, Relays, Path]) -> None:
    pair, _, backup = lost
    done(pair.paris, "restore", str(backup))
    process = pair.paris.begin("recover")
    end = time.monotonic() + 60
    while not taken(pair.paris) and time.monotonic() < end:
        time.sleep(0.005)
    process.kill()
    process.wait(10)
    assert 0 < taken(pair.paris) < AFTER + 2

    done(pair.paris, "recover")

    assert look(pair.paris) == look(pair.sf)


def test_without_a_twin_it_stays_read_only_until_a_new_epoch(
    lost: tuple[Pair, Relays, Path], until: Until
) -> None:
    pair, relays, backup = lost
    relays.cut()
    done(pair.paris, "restore", str(backup))
    pair.paris.start()
    until(lambda: recovery(pair.paris)["cities"][0]["error"] != "", 30)
    with pytest.raises(RuntimeError, match="Recovering"):
        say(pair.paris, "too early", 1)
    assert httpx.get(f"{pair.paris.url}/en/bridge/").status_code == 200
    refused = httpx.post(f"{pair.paris.url}/en/directory/", headers={"Accept-Language": "fr"})
    assert refused.status_code == 503
    assert refused.text.count("a été restauré") == refused.text.count("was restored") == 1

    done(pair.paris, "recover", "--new-epoch", "--yes")
    say(pair.paris, "epoch", 3)
    relays.mend()

    until(lambda: copied(pair.sf) == {"0": BEFORE + AFTER + 2, "1": 4}, 60)
    until(lambda: not recovery(pair.paris)["recovering"], 60)
    assert look(pair.paris) == look(pair.sf)
    assert len(look(pair.sf)["titles"]) == BEFORE + AFTER - 2 + 3
