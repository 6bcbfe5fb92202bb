"""What a node says to those who ask whether it lives and whether it is ready."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Contact, Pairing
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from jumelage.node.watching import health, journal
from jumelage.node.watching.alerts import Alert
from jumelage.node.watching.beat import Beat
from tests.factories import directory
from tests.factories.bridge import demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Iterator[Node]:
    """A node with keys and a worker that moves, in a scratch folder."""
    settings.DATA = tmp_path
    settings.NODE = NodeConfig(data=tmp_path)
    Beat(tmp_path)()
    health.readiness.forget()
    yield genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    health.readiness.forget()


def failing(client: Client) -> list[str]:
    """Return the names of the checks that fail, and hold the status to them."""
    health.readiness.forget()
    answer = client.get("/readyz")
    found = [name for name, check in answer.json()["checks"].items() if not check["ok"]]
    assert answer.json()["ready"] is not bool(found)
    assert answer.status_code == (503 if found else 200)
    return found


def test_healthz_answers_without_a_database(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_ready_node_says_each_check_in_both_languages(here: Node, client: Client) -> None:
    told = client.get("/readyz").json()

    assert told["ready"] is True
    assert list(told["checks"]) == list(health.CHECKS)
    assert told["checks"]["database"]["sentence"] == {
        "fr": "La base de données accepte les enregistrements.",
        "en": "The database takes records.",
    }
    assert told["alerts"] == []


def test_worker_that_does_not_move_is_not_ready(here: Node, client: Client, tmp_path: Path) -> None:
    (tmp_path / "worker.beat").write_bytes(b"%020d\n" % 0)
    assert failing(client) == ["worker"]

    (tmp_path / "worker.beat").unlink()
    assert failing(client) == ["worker"]


def test_node_without_its_key_is_not_ready(here: Node, client: Client, tmp_path: Path) -> None:
    (tmp_path / "node.key").chmod(0o644)
    assert failing(client) == ["keys"]

    (tmp_path / "node.key").unlink()
    assert failing(client) == ["keys"]


def test_key_of_another_node_is_not_ready(here: Node, client: Client, tmp_path: Path) -> None:
    (tmp_path / "node.key").write_bytes((tmp_path / "recovery.key").read_bytes())

    assert failing(client) == ["keys"]


def test_clock_before_the_newest_own_record_is_not_ready(here: Node, client: Client) -> None:
    directory.organisation()
    assert failing(client) == []

    with clock.fixed(clock.now() - timedelta(days=1)):
        assert failing(client) == ["clock"]


def test_clock_that_differs_from_every_city_is_not_ready(here: Node, client: Client) -> None:
    for slug in ("sf", "roma"):
        node = Node.objects.create(
            origin=slug * 8, slug=slug, name={"en": slug}, genesis=b"", signing_key=b"k" * 32
        )
        at = clock.now()
        Pairing.objects.create(
            nonce=slug, node=node, state=Pairing.State.PAIRED, created_at=at, expires_at=at
        )
        Contact.objects.create(node=node, changed_at=at, line_up=True, clock_offset_ms=90_000)
    assert failing(client) == ["clock"]

    Contact.objects.filter(node__slug="sf").update(clock_offset_ms=10)
    assert failing(client) == []


def test_answer_is_kept_for_a_moment(
    here: Node, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/readyz")

    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def test_alerts_are_told_in_both_languages(here: Node, client: Client, tmp_path: Path) -> None:
    journal.write(tmp_path, [Alert("backup-old", facts={"days": 2}, since=clock.now())])

    told = client.get("/readyz").json()["alerts"]

    assert told[0]["sentence"]["en"] == "There is no backup of the last 2 days."
    assert told[0]["sentence"]["fr"] == "Il n’y a pas de sauvegarde des 2 derniers jours."


def test_stranger_learns_only_whether_the_node_is_ready(here: Node, client: Client) -> None:
    answer = client.get("/readyz", REMOTE_ADDR="203.0.113.7")

    assert (answer.status_code, answer.json()) == (200, {"ready": True})
