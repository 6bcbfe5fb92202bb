"""Leaving a partnership by clicks: erase, wait, end."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.identity import genesis
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import new_id
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairing(tmp_path: Path, settings: Settings) -> bridge.Pairing:
    """Return the pairing with a city that was told one thing alone."""
    settings.DATA = tmp_path
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:9223")
    peer = Peer()
    node = peer.introduce()
    audience = f"twin:{peer.origin}"
    kind = CorrectionRequested.kind
    bridge.open_kind(kind=kind, audience=audience, article="annex", instrument="x")
    about = f"jumelage:{peer.origin}:{new_id()}"
    text = Bilingual(en="Please correct")
    bridge.publish(
        CorrectionRequested(uri=bridge.new_uri(), about=about, text=text), audience=audience
    )
    return bridge.Pairing.objects.get(node=node)


def _officer() -> Client:
    client = Client()
    client.force_login(directory.person("officer").user)
    return client


def _to(name: str, pairing: bridge.Pairing) -> str:
    with override("en"):
        return reverse(f"shell:line:{name}", kwargs={"pk": pairing.pk})


def test_an_officer_erases_waits_and_ends(pairing: bridge.Pairing) -> None:
    client, address = _officer(), _to("leave", pairing)
    assert "1 record was told to that city alone." in client.get(address).content.decode()

    waits = client.post(address, {"erase": "on"}, follow=True).content.decode()
    pairing.refresh_from_db()
    assert "1 erasure is not confirmed by that city yet." in waits
    assert pairing.state == bridge.Pairing.State.PAIRED

    ended = client.post(address, {"now": "on"}, follow=True).content.decode()
    pairing.refresh_from_db()
    assert pairing.state == bridge.Pairing.State.ENDED
    assert "0 records of it are kept here as history" in ended
    assert client.get(address).status_code == 404


def test_a_coordinator_leaves_nothing(pairing: bridge.Pairing) -> None:
    client = Client()
    client.force_login(directory.person("coordinator").user)

    assert client.post(_to("leave", pairing), {"now": "on"}).status_code == 404
    pairing.refresh_from_db()
    assert pairing.state == bridge.Pairing.State.PAIRED
