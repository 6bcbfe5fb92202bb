"""Erasure reaches every holder: receipts, files without a trace, no resurrection by a backup."""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce
from tools import postgresql

pytestmark = pytest.mark.promise("P8")

RECEIPT_SECONDS = 10
Until = Callable[..., None]

SAY = """
from datetime import date
from jumelage.bridge.api import new_uri, publish, publish_all
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
def sheet(uri, title, text):
    return PracticeShared(uri=uri, title=Bilingual(en=title), problem=Bilingual(en=text),
        action=Bilingual(fr=text), result=Bilingual(en=text), contact_role=Bilingual(en=text),
        shared_on=date(2026, 1, 1))
uri = new_uri()
publish(sheet(uri, "{canary}", "{canary} " * 400))
publish_all([sheet(new_uri(), f"Other {{n}}", "text " * 200) for n in range(150)])
publish(sheet(uri, "Again {canary}", "{canary} short"))
publish_all([sheet(new_uri(), f"More {{n}}", "text " * 100) for n in range(150)])
answer = uri
"""
ERASE = """
import time
from jumelage.bridge.api import erase, erasure_holders
began = time.monotonic()
erasure = erase(uri={uri!r}, by="officer", ground="art-17")
while True:
    answers = [held.answer.value for held in erasure_holders([erasure])[erasure.uri]]
    seconds = time.monotonic() - began
    if answers == ["given"] or seconds > 60:
        break
    time.sleep(0.02)
answer = {{"answers": answers, "seconds": seconds}}
"""
LOOK = """
from jumelage.bridge.api import erasures, verify_chains
from jumelage.bridge.erasing.copies import remaining
from jumelage.components.practices.models import Practice
answer = {{
    "sheets": Practice.objects.count(),
    "left": sorted(remaining([{uri!r}])),
    "erased": [e.uri for e in erasures()],
    "cleaned": all(e.cleaned_at for e in erasures()),
    "flaws": [str(flaw) for chain in verify_chains() for flaw in chain.flaws],
}}
"""


def look(node: RealNode, uri: str) -> Any:  # noqa: ANN401  # a JSON answer
    """Return what *node* holds of the record *uri* and around it."""
    return node.python(LOOK.format(uri=uri))


def told(node: RealNode, *arguments: str) -> str:
    """Run a command that must work and return what it says."""
    ran = node.command(*arguments)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


def found(folder: Path, canary: str, *, without: tuple[str, ...] = ()) -> dict[str, int]:
    """Return how often *canary* stands in each file below *folder*, raw; zeros left out."""
    counts = {}
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a running database removes files
            if file.is_file() and not set(without) & set(file.parts):
                counts[str(file)] = file.read_bytes().count(canary.encode())
    return {name: count for name, count in counts.items() if count}


def cross(pair: Pair, until: Until) -> tuple[str, str]:
    """Publish a record with a canary in Paris; return both when San Francisco shows it."""
    canary = f"canary-{secrets.token_hex(12)}"
    uri = str(pair.paris.python(SAY.format(canary=canary)))
    until(lambda: look(pair.sf, uri)["sheets"] == 301, 60)
    for node in (pair.paris, pair.sf):
        page = httpx.get(f"{node.url}/en/practices/{uri}/", timeout=20)
        assert canary in page.text
    return uri, canary


def erase_there(pair: Pair, uri: str) -> None:
    """Erase the record in Paris and wait for the receipt of San Francisco."""
    answer: Any = pair.paris.python(ERASE.format(uri=uri))
    assert answer["answers"] == ["given"]
    assert answer["seconds"] <= RECEIPT_SECONDS


def test_erasure_leaves_no_trace_in_the_files_of_either_city(
    cities: tuple[Pair, Relays], tmp_path: Path, until: Until
) -> None:
    pair, _ = cities
    both = (pair.paris, pair.sf)
    uri, canary = cross(pair, until)
    assert all(found(node.folder, canary) for node in both)  # so the search is known to see

    erase_there(pair, uri)
    for node in both:
        told(node, "maintain")

    assert [found(node.folder, canary) for node in both] == [{}, {}]
    for node in both:
        held = look(node, uri)
        assert (held["sheets"], held["left"], held["erased"]) == (300, [], [uri])
        assert (held["cleaned"], held["flaws"]) == (True, [])
        assert httpx.get(f"{node.url}/en/practices/{uri}/", timeout=20).status_code == 404


def test_an_old_backup_brings_nothing_back(
    cities: tuple[Pair, Relays], tmp_path: Path, until: Until
) -> None:
    pair, _ = cities
    uri, canary = cross(pair, until)
    backup = tmp_path / "backup.tar"
    told(pair.sf, "backup", str(backup))
    assert canary.encode() in backup.read_bytes()
    erase_there(pair, uri)
    pair.paris.stop()  # the ledger alone must be enough
    pair.sf.stop()

    lost = tmp_path / "lost"
    pair.sf.folder.rename(lost)
    told(pair.sf, "restore", str(backup), "--key", str(lost / "node.key"),
         "--ledger", str(lost / "erasures.ndjson"))  # fmt: skip
    pair.sf.start()
    held = look(pair.sf, uri)
    assert (held["sheets"], held["left"], held["erased"]) == (300, [], [uri])
    told(pair.sf, "maintain")

    assert found(pair.sf.folder, canary) == {}


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[tuple[Pair, Path, str]]:
    """Return two cities on PostgreSQL, the folder of the server's files, and its address."""
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgresql.server(programs) as url, psycopg.connect(url, autocommit=True) as server:
        row = server.execute("SHOW data_directory").fetchone()
        assert row is not None
        nodes = []
        for slug, zone in (("paris-demo", "Europe/Paris"), ("sf-demo", "America/Los_Angeles")):
            name = slug.partition("-")[0]
            server.execute(f"CREATE DATABASE {name}")
            address = f"{url.rpartition('/')[0]}/{name}"
            node = RealNode(tmp_path / name, slug, zone)
            node.environment["JUMELAGE_DATABASE_URL"] = address
            node.init()
            nodes.append(node)
        paris, sf = nodes
        introduce(paris, sf)
        pair = Pair(paris, sf, "loopback")
        try:
            pair.start()
            yield pair, Path(str(row[0])), url
        finally:
            pair.paris.stop()
            pair.sf.stop()
            shutil.rmtree(tmp_path, ignore_errors=True)


def test_erasure_leaves_no_trace_in_the_files_of_postgresql(
    on_postgresql: tuple[Pair, Path, str], until: Until
) -> None:
    pair, files, url = on_postgresql
    both = (pair.paris, pair.sf)
    uri, canary = cross(pair, until)
    with psycopg.connect(url, autocommit=True) as server:
        for node in both:
            told(node, "maintain")  # so that the statistics have sampled the texts
        server.execute("CHECKPOINT")
        assert found(files, canary, without=("pg_wal",))

        erase_there(pair, uri)
        for node in both:
            told(node, "maintain")
        server.execute("CHECKPOINT")

        # pg_wal keeps what was written until its segments are recycled: docs/erasure.md.
        assert found(files, canary, without=("pg_wal",)) == {}
    assert [found(node.folder, canary) for node in both] == [{}, {}]
    assert [look(node, uri)["left"] for node in both] == [[], []]
