"""The figures of a node: counted from its tables and files, and only told to who may know."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from jumelage.bridge.api import Node
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import (
    Contact,
    Delivery,
    Erasure,
    Feed,
    Pairing,
    Reader,
    Refusal,
    Standing,
)
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from jumelage.node.watching import journal, metrics, saved
from jumelage.node.watching.alerts import Alert
from jumelage.node.watching.beat import Beat
from tests.factories import directory
from tests.factories.bridge import demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """A node in a scratch folder, paired with San Francisco."""
    settings.DATA = tmp_path
    settings.NODE = NodeConfig(data=tmp_path)
    at = clock.now()
    here = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    node = Node.objects.create(
        origin="b" * 32, slug="sf", name={"en": "SF"}, genesis=b"", signing_key=b"k" * 32
    )
    Pairing.objects.create(
        nonce="n", node=node, state=Pairing.State.PAIRED, created_at=at, expires_at=at
    )
    return here


def read(client: Client) -> Mapping[str, float]:
    """Return every sample by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_figure_that_does_not_exist_has_no_sample(here: Node, client: Client) -> None:
    found = read(client)

    assert "jumelage_backup_age_seconds" not in found
    assert "jumelage_clock_offset_seconds sf" not in found
    assert found["jumelage_bridge_open"] == 1
    assert found["jumelage_forks"] == 0


def test_lag_is_what_the_peer_does_not_have(here: Node, client: Client) -> None:
    begun = clock.now()
    for minutes in range(3):
        with clock.fixed(begun - timedelta(minutes=10 - minutes)):
            directory.organisation()
    feed = Feed.objects.get(name="public")
    Reader.objects.create(feed=feed, node_id="b" * 32, seq=1, at=begun)

    with clock.fixed(begun):
        found = read(client)
    assert found["jumelage_lag_records public sf"] == 2
    assert found["jumelage_lag_seconds public sf"] == pytest.approx(540, abs=0.01)

    Reader.objects.update(seq=3)
    found = read(client)
    assert found["jumelage_lag_records public sf"] == 0
    assert found["jumelage_lag_seconds public sf"] == 0


def test_figures_come_from_tables_and_files(here: Node, client: Client, tmp_path: Path) -> None:
    at = clock.now()
    word = at - timedelta(seconds=7)
    Contact.objects.create(
        node_id="b" * 32,
        changed_at=at,
        line_up=True,
        last_word_at=word,
        clock_offset_ms=-1500,
        behind={"public": 4},
    )
    for sender in ("b" * 32, "", ""):
        Refusal.objects.create(origin=sender, reason="signature", at=at)
    facts = {"kind": "practices.shared.1", "seq": 1, "rev": 2, "erased_at": at}
    Erasure.objects.create(uri="u1", origin=here.origin, feed="public", **facts)
    Erasure.objects.create(uri="u2", origin=here.origin, feed=f"twin:{'c' * 32}", **facts)
    Standing.objects.create(pk=1, closed_at=at)
    with clock.fixed(at - timedelta(hours=1)):
        saved.note(tmp_path, saved.BACKUP, ok=True)
    Beat(tmp_path)()
    journal.write(tmp_path, [Alert("line-down", "sf"), Alert("line-down", "roma")])

    with clock.fixed(at):
        found = read(client)

    assert found["jumelage_line_up sf"] == 1
    assert found["jumelage_behind_records public sf"] == 4
    assert found["jumelage_last_contact_seconds sf"] == 7
    assert found["jumelage_clock_offset_seconds sf"] == -1.5
    assert found["jumelage_refused_total signature sf"] == 1
    assert found["jumelage_refused_total signature stranger"] == 2
    assert found["jumelage_pending_erasures sf"] == 1
    assert found["jumelage_bridge_open"] == 0
    assert 3600 <= found["jumelage_backup_age_seconds"] < 3602
    assert found["jumelage_worker_silence_seconds"] < 10
    assert found["jumelage_disk_free_bytes"] > 0
    assert found["jumelage_alerts line-down"] == 2
    assert found["jumelage_alerts fork"] == 0


def test_figures_of_freight_tell_what_stands_still_and_what_is_held(
    here: Node, client: Client, tmp_path: Path
) -> None:
    assert read(client)["jumelage_freight_store_bytes"] == 0
    at = clock.now()
    for number, stuck in enumerate(["quota", "changed", "line", ""]):
        facts = {"peer_id": "b" * 32, "direction": "out", "state": "ready", "title": "x"}
        uri = f"jumelage:{'b' * 32}:{number:026}"
        Delivery.objects.create(uri=uri, stuck=stuck, created_at=at, changed_at=at, **facts)
    (tmp_path / "plate.mov").write_bytes(b"plate" * 1000)
    open_store().add(tmp_path / "plate.mov", name="d1")

    found = read(client)
    assert found["jumelage_freight_stuck"] == 2
    assert found["jumelage_freight_store_bytes"] == 5000

    for file in (tmp_path / "freight/store").glob("index.sqlite3*"):
        file.unlink()
    (tmp_path / "freight/store/index.sqlite3").write_bytes(b"no database")
    assert "jumelage_freight_store_bytes" not in read(client)


def test_scrape_costs_few_queries(
    here: Node, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    directory.organisation()

    with django_assert_max_num_queries(16):
        client.get("/metrics")


ELSEWHERE = [
    {"REMOTE_ADDR": "203.0.113.7"},
    {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
    {"HTTP_FORWARDED": "for=203.0.113.7"},
    {"HTTP_VIA": "1.1 proxy"},
    {"HTTP_X_REAL_IP": "127.0.0.1"},
]


@pytest.mark.parametrize("extra", ELSEWHERE, ids=str)
def test_metrics_are_for_this_machine_only(
    here: Node, client: Client, extra: dict[str, str]
) -> None:
    assert client.get("/metrics", **extra).status_code == 404  # type: ignore[arg-type]


def test_token_opens_metrics_from_everywhere_and_its_lack_closes_them(
    here: Node, client: Client, tmp_path: Path, settings: Settings
) -> None:
    token = tmp_path / "metrics.token"
    token.write_text("s3cret-of-the-watch\n")
    settings.NODE = NodeConfig(data=tmp_path, metrics_token_file=str(token))
    far = {"REMOTE_ADDR": "203.0.113.7"}

    def ask(authorization: str) -> int:
        headers = {"Authorization": authorization}
        return client.get("/metrics", headers=headers, **far).status_code  # type: ignore[arg-type]

    assert ask("Bearer s3cret-of-the-watch") == 200
    assert ask("Bearer s3cret-of-the-watch2") == 404
    assert ask("Bearer é") == 404
    assert ask("") == 404
    assert client.get("/metrics").status_code == 404
    token.write_text("")
    assert ask("Bearer ") == 404
    token.unlink()
    assert ask("Bearer s3cret-of-the-watch") == 404


def test_every_metric_has_a_name_as_prometheus_wants_it() -> None:
    for name, measure in metrics.METRICS.items():
        assert re.fullmatch(r"jumelage_[a-z]+(_[a-z]+)*", name), name
        assert measure.says
