"""The glass wall, the switch, the audit feed and what waits for an upgrade, as pages."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Contact, Entry
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import new_id
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> bridge.Node:
    """Make this node."""
    settings.DATA = tmp_path
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9141")


@pytest.fixture
def said(here: bridge.Node) -> str:
    """Publish a sheet whose title holds markup; return its address."""
    bridge.open_kind(
        kind=PracticeShared.kind, audience="public", article="Article 7", instrument="i"
    )
    text = Bilingual(en="<script>alert(1)</script>")
    sheet = PracticeShared(
        uri=bridge.new_uri(), title=text, problem=text, action=text, result=text,
        contact_role=text, shared_on=date(2026, 3, 20),
    )  # fmt: skip
    bridge.publish(sheet)
    return sheet.uri


def _browser(*roles: str) -> Client:
    client = Client()
    client.force_login(directory.person(*roles).user)
    return client


def _to(name: str, **words: object) -> str:
    with override("en"):
        return reverse(f"shell:line:{name}", kwargs=words)


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_wall_lists_what_left_with_the_article(said: str) -> None:
    text = _text(_browser("officer"), _to("passages"))

    assert "A city offers one of its practices" in text
    assert "Article 7" in text
    data = _browser("officer").get(_to("passages-data")).json()
    assert [(p["kind"], p["put"]) for p in data["passages"]] == [(PracticeShared.kind, 1)]


def test_an_entry_shows_the_bytes_that_crossed_and_markup_stays_text(said: str) -> None:
    browser, entry = _browser("officer"), Entry.objects.get(uri=said)

    listed = _text(browser, _to("entries") + f"?kind={PracticeShared.kind}")
    shown = _text(browser, _to("entry", pk=entry.pk))

    assert _to("entry", pk=entry.pk) in listed
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert browser.get(_to("entry", pk=entry.pk + 1)).status_code == 404


def test_an_audit_entry_is_no_passage(here: bridge.Node) -> None:
    bridge.audit.note("bridge-closed", by="person:1")
    entry = bridge.audit.entries().get()

    assert _browser("officer").get(_to("entry", pk=entry.pk)).status_code == 404


def test_an_officer_closes_the_bridge_with_a_reason_and_opens_it(said: str) -> None:
    browser = _browser("officer")

    assert "required" in _text(browser, _to("close"))
    browser.post(_to("close"), {"reason": "A drill"})
    assert "A drill" in _text(browser, _to("passages"))
    assert bridge.standing().closed_at is not None

    browser.post(_to("open"))
    assert bridge.standing().closed_at is None


def test_only_administrators_read_the_audit_feed(here: bridge.Node) -> None:
    bridge.audit.note("role-granted", by="person:999999", about="person:1", role="officer")

    text = _text(_browser("administrator"), _to("audit"))

    assert "role-granted" in text
    assert "a deleted account (999999)" in text
    assert _browser("officer").get(_to("audit")).status_code == 403


def test_what_a_newer_release_said_is_shown_as_waiting(here: bridge.Node) -> None:
    peer = Peer()
    node = peer.introduce()
    Contact.objects.create(node=node, changed_at=clock.now(), product="9.9.0")
    lines = [peer.say_bytes("future.thing-done", new_id(), b"{}")]
    receive(node, "public", lines, peer.checkpoint())

    text = _text(Client(), _to("status"))

    assert "1 entry of kind future.thing-done" in text
    assert "needs release 9.9.0 or newer" in text
