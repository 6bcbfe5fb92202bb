"""Alerts: what a node notices by itself, where it says so, and that it says so once."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Contact, Delivery, Feed, Fork, Node, Pairing
from jumelage.kit import clock
from jumelage.kit.sql import turns
from jumelage.kit.uris import Uri, new_id
from jumelage.node.config import NodeConfig
from jumelage.node.run import prepare
from jumelage.node.watching import checks, journal, saved
from jumelage.node.watching.alerts import KINDS, Alert, filled
from jumelage.node.watching.beat import FREIGHT, Beat, silence
from jumelage.node.watching.watch import Watch
from tests.factories import directory
from tests.factories.bridge import demo_city
from tests.node.conftest import Jumelage


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """A node whose data folder is a scratch one, made just now."""
    settings.DATA = tmp_path
    settings.NODE = NodeConfig(data=tmp_path, slug="paris", name_en="Paris", name_fr="Paris")
    (tmp_path / "node.toml").touch()
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")


@pytest.fixture
def peer(here: Node) -> Node:
    """A paired node with a contact that is up."""
    node = Node.objects.create(
        origin="b" * 32,
        genesis=b"g",
        signing_key=b"k" * 32,
        slug="sf",
        name={"en": "San Francisco", "fr": "San Francisco"},
        country="US",
        time_zone="America/Los_Angeles",
        accent={"light": "#000000", "dark": "#ffffff"},
    )
    at = clock.now()
    Pairing.objects.create(
        nonce="n" * 26,
        node=node,
        origin=node.origin,
        state=Pairing.State.PAIRED,
        created_at=at,
        expires_at=at,
    )
    Contact.objects.create(node=node, line_up=True, changed_at=at)
    return node


def names() -> list[str]:
    """Return the names of what is wrong now, besides the disk of this machine."""
    return [alert.name for alert in checks.current()[0] if alert.name != "disk-low"]


def test_healthy_node_has_no_alert(peer: Node) -> None:
    assert names() == []


def test_line_that_is_down_is_named_with_its_city(peer: Node) -> None:
    Contact.objects.update(line_up=False, last_error="no answer")

    alert = next(alert for alert in checks.current()[0] if alert.name == "line-down")

    assert alert.sentence == "The line to San Francisco is down: no answer"
    assert alert.told.fr.startswith("La ligne vers San Francisco est coupée")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(60, []), (-61, ["clock-off"]), (61, ["clock-off"])]
)
def test_clock_a_minute_away_is_an_alert(peer: Node, seconds: int, expected: list[str]) -> None:
    Contact.objects.update(clock_offset_ms=seconds * 1000)

    assert names() == expected


def test_fork_is_an_alert_until_a_new_epoch(peer: Node) -> None:
    facts = {"node": peer, "name": "public", "head_hash": b"h" * 32}
    feed = Feed.objects.create(**facts, stopped=Feed.Stopped.FORKED)
    texts = ("header", "checkpoint", "signature")
    proof = {f"{side}_{text}": b"x" for side in ("held", "other") for text in texts}
    Fork.objects.create(feed=feed, seq=1, found_by="a" * 32, found_at=clock.now(), **proof)
    assert names() == ["fork"]

    Feed.objects.create(**facts, epoch=1)
    assert names() == []


def test_backup_and_drill_are_missed_after_their_days(here: Node, tmp_path: Path) -> None:
    month = timedelta(days=30)
    with clock.fixed(clock.now() + month):
        assert names() == ["backup-old", "drill-old"]
        saved.note(tmp_path, saved.BACKUP, ok=True)
        saved.note(tmp_path, saved.DRILL, ok=False)
        assert names() == ["drill-old"]
        saved.note(tmp_path, saved.DRILL, ok=True)
        saved.note(tmp_path, saved.DRILL, ok=False)
        assert names() == []


def test_demonstration_needs_no_backup(here: Node, tmp_path: Path, settings: Settings) -> None:
    settings.NODE = NodeConfig(data=tmp_path, demonstration=True)

    with clock.fixed(clock.now() + timedelta(days=30)):
        assert names() == []


def test_beat_that_moves_is_alive_whatever_the_clock_says(tmp_path: Path) -> None:
    assert silence(tmp_path) is None
    Beat(tmp_path)()
    assert (silence(tmp_path) or 0) < 5

    (tmp_path / "worker.beat").write_bytes(b"%020d\n" % (time.monotonic_ns() * 2))
    assert (silence(tmp_path, patience=0.2) or 0) >= 15


def test_freight_that_does_not_turn_is_an_alert_while_the_node_runs(
    here: Node, tmp_path: Path
) -> None:
    with prepare.lock(tmp_path):
        Beat(tmp_path)()
        assert names() == ["freight-dead"]
        Beat(tmp_path, FREIGHT)()
        assert names() == []
        (tmp_path / FREIGHT).write_bytes(b"%020d\n" % (time.monotonic_ns() - 70 * 10**9))
        assert names() == ["freight-dead"]
    assert names() == []


def delivery(peer: Node, stuck: str, minutes: int, **facts: object) -> Delivery:
    """Return a delivery to *peer* that has been stuck for so many minutes."""
    at = clock.now() - timedelta(minutes=minutes)
    told = {"title": "Shot 10", "state": "ready", "direction": "out", "stuck_since": at, **facts}
    uri = str(Uri(peer.origin, new_id()))
    return Delivery.objects.create(
        uri=uri, peer=peer, stuck=stuck, created_at=at, changed_at=at, **told
    )


def test_delivery_that_a_person_must_mend_is_an_alert_after_an_hour(peer: Node) -> None:
    delivery(peer, "quota", 59)
    delivery(peer, "line", 300)
    delivery(peer, "person", 300, state="paused")
    delivery(peer, "changed", 300, state="cancelled")
    assert names() == []

    first = delivery(peer, "changed", 61, state="paused", title="Shot\u202820")
    delivery(peer, "error", 90, stuck_words="Input/output error.")
    delivery(peer, "changed", 60)
    found = [one for one in checks.current()[0] if one.name == "freight-stuck"]

    still = "has stood still for over an hour"
    assert [one.sentence for one in found] == [
        f"The delivery “Shot 10” {still}: Input/output error.",
        f"The delivery “Shot 20” {still}: a file has changed since it was packed.",
    ]
    assert f"jumelage freight status {first.slug[:8]}" in found[1].advice


def test_cause_of_an_alert_is_told_in_each_language() -> None:
    with translation.override("fr"):
        told = filled("%(cause)s", {"cause": "there is no room within the quota"})

    assert told == "il n’y a pas de place dans le quota"


def test_freight_that_is_dead_is_mailed_after_a_minute(settings: Settings) -> None:
    settings.NODE = NodeConfig()

    assert Alert("freight-dead").patience == timedelta(minutes=1)
    assert Alert("worker-dead").patience == timedelta()


def told() -> list[EmailMessage]:
    """Return the e-mails sent in this test."""
    return list(mail.outbox)


def test_watch_mails_each_alert_once_and_keeps_its_beginning(
    peer: Node, tmp_path: Path, settings: Settings
) -> None:
    settings.NODE = NodeConfig(data=tmp_path, name_en="Paris", name_fr="Paris")
    directory.person("administrator")
    at = clock.now()
    Contact.objects.update(clock_offset_ms=86_400_000, line_up=False, last_error="gone")
    watch = Watch()
    watch.look()
    watch.look()
    mailed = [alert.name for alert in journal.read(tmp_path) if alert.mailed]
    assert [message.subject for message in told()] == [
        "[Jumelage Paris] The clocks of this node and of San Francisco are 86400 seconds apart."
    ]
    assert [name for name in mailed if name != "disk-low"] == ["clock-off"]

    with clock.fixed(at + timedelta(minutes=6)):
        Watch().look()  # a new start of the web process
    assert len(told()) == 2
    assert told()[1].subject == "[Jumelage Paris] The line to San Francisco is down: gone"
    kept = {alert.name: alert.since for alert in journal.read(tmp_path)}
    assert abs((kept["line-down"] or at) - at) < timedelta(seconds=10)

    Contact.objects.update(line_up=True, clock_offset_ms=0)
    watch = Watch()
    watch.look()
    assert [a.name for a in watch.alerts if a.name != "disk-low"] == []


def test_journal_keeps_its_size_and_what_it_holds(tmp_path: Path) -> None:
    alerts = [Alert("line-down", f"city{n}", {"city": "é" * 50, "reason": "x"}) for n in range(500)]

    journal.write(tmp_path, alerts)
    held = journal.read(tmp_path)

    assert (tmp_path / journal.FILE).stat().st_size == journal.SIZE
    assert held == alerts[: len(held)]
    assert len(held) > 20
    journal.write(tmp_path, [])
    assert journal.read(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"alerts":[{"name":"fork"}]}', '{"alerts":3}'])
def test_broken_journal_holds_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / journal.FILE).write_text(text)

    assert journal.read(tmp_path) == []


@pytest.mark.parametrize("name", KINDS)
def test_every_alert_has_french_words(name: str) -> None:
    kind = KINDS[name]
    with translation.override("fr"):
        assert translation.gettext(kind.sentence) != kind.sentence
        assert translation.gettext(kind.advice) != kind.advice


def test_bridge_page_shows_alerts_to_its_keepers_only(
    peer: Node, client: Client, tmp_path: Path
) -> None:
    since = datetime(2026, 11, 22, 12, tzinfo=UTC)
    journal.write(tmp_path, [Alert("backup-old", facts={"days": 2}, since=since)])
    sentence = "There is no backup of the last 2 days."
    assert sentence not in client.get("/en/bridge/").content.decode()

    client.force_login(directory.person("administrator").user)
    page = client.get("/en/bridge/").content.decode()

    assert page.count(sentence) == 1
    assert "What is wrong with this node" in page
    journal.write(tmp_path, [])
    assert "What is wrong with this node" not in client.get("/en/bridge/").content.decode()


@pytest.fixture
def running(node: Jumelage) -> Jumelage:
    """A node that runs."""
    process = node.start("up", "--json")
    assert process.stdout is not None
    process.stdout.readline()
    return node


def until(question: Callable[[], bool], seconds: float) -> float:
    """Wait until *question* is true, at most so many seconds; return how long it took."""
    begun = time.monotonic()
    while not question():
        assert time.monotonic() - begun < seconds, "waited too long"
        time.sleep(0.2)
    return time.monotonic() - begun


def worker_of(node: Jumelage) -> int:
    """Return the process that writes the beat of *node*; 0: there is none."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(_leads_to(link, node.data / "worker.beat") for link in process.glob("fd/*")):
                return int(process.name)
    return 0


def _leads_to(link: Path, file: Path) -> bool:
    """Tell whether *link* leads to *file*; one of another file may be closed meanwhile."""
    try:
        return link.readlink() == file
    except OSError:
        return False


def noted(node: Jumelage) -> list[str]:
    """Return the alerts in the journal of *node*, besides the disk of this machine."""
    try:
        told = json.loads((node.data / journal.FILE).read_text())["alerts"]
    except (OSError, ValueError):
        return []
    return [alert["name"] for alert in told if alert["name"] != "disk-low"]


@contextmanager
def stopped_worker(node: Jumelage) -> Iterator[sqlite3.Connection]:
    """Stop the worker of *node*, and hold its database through the connection given.

    Nobody writes while another holds the database, so the worker stops without a transaction of
    its own; what it would hold if it hung in one is held by this connection.
    """
    until(lambda: worker_of(node) > 0, 30)
    until(lambda: silence(node.data, FREIGHT) is not None, 60)
    worker = worker_of(node)
    assert worker, "process 0 would be the tests themselves"
    with closing(sqlite3.connect(node.data / "node.sqlite3", 30, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        os.kill(worker, signal.SIGSTOP)
        try:
            yield held
        finally:
            os.kill(worker, signal.SIGCONT)


def status_of(node: Jumelage) -> list[Any]:
    """Return the alerts that `jumelage status` tells, besides the disk of this machine."""
    alerts = node.run("status", "--json").json()["alerts"]
    return [alert for alert in alerts if alert["name"] != "disk-low"]


def test_worker_that_hangs_is_an_alert_within_30_seconds_and_ends_by_itself(
    running: Jumelage,
) -> None:
    with stopped_worker(running) as held:
        held.execute("ROLLBACK")
        assert until(lambda: noted(running) == ["worker-dead"], 60) < 30
        [alert] = status_of(running)
        assert alert["name"] == "worker-dead"
        assert alert["since"]
    assert until(lambda: noted(running) == [], 60) < 15


def test_worker_that_hangs_with_the_database_in_its_hands_is_an_alert_within_30_seconds(
    running: Jumelage,
) -> None:
    with stopped_worker(running) as held, turns.piece(running.data / "node.sqlite3"):
        assert until(lambda: "worker-dead" in noted(running), 60) < 30
        until(lambda: "database-silent" in noted(running), 60)
        assert {alert["name"] for alert in status_of(running)} == {"worker-dead", "database-silent"}
        held.execute("ROLLBACK")
    assert until(lambda: noted(running) == [], 60) < 15
