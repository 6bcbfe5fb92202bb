"""A restored city is read-only for people, says how far it is, and can begin a new epoch."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.boundary import standing
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Epoch, Node
from jumelage.bridge.recovery import state
from jumelage.bridge.recovery.epochs import open_epoch
from jumelage.directory.models import Account
from jumelage.directory.services import open_account
from jumelage.kit import clock
from tests.factories.bridge import Peer, demo_city

PAGE = "/en/bridge/recovery/"


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, restored a moment ago, which knows one peer."""
    settings.DATA = tmp_path
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:8075")
    Peer().introduce()
    state.begin(backup_at=clock.now(), by="test")
    return node


@pytest.fixture
def administrator(here: Node, client: Client) -> Client:
    """Return a browser in which an administrator is signed in."""
    open_account(
        email="administrator@port-demo.invalid", name="A", language="en", roles=["administrator"]
    )
    client.force_login(Account.objects.get())
    return client


def test_what_people_send_is_refused_in_both_languages(here: Node, client: Client) -> None:
    refused = client.post("/en/directory/", {"name": "x"})

    page = refused.content.decode()
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert page.count("was restored from a backup") == 1
    assert page.count("a été restauré à partir d’une sauvegarde") == 1
    asked = client.post("/en/directory/", headers={"Accept": "application/json"})
    assert asked.json()["error"]["code"] == "read-only"


@pytest.mark.parametrize("path", ["/en/agreement/", "/en/bridge/", "/en/bridge/data.json", PAGE])
def test_reading_goes_on(here: Node, client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/en/account/login/", "/en/account/logout/"])
def test_signing_in_and_out_goes_on(here: Node, client: Client, path: str) -> None:
    assert client.post(path).status_code in {200, 302}


def test_the_bridge_page_says_it_and_how_far_it_is(here: Node, client: Client) -> None:
    state.missing(100_000)
    found = state.demand()
    found.taken = 61_000
    found.save()

    page = client.get("/en/bridge/").content.decode()
    detail = client.get(PAGE).content.decode()
    data = client.get(f"{PAGE}data.json").json()

    assert "read-only while it takes back what it said" in page
    assert ">61,000<" in page
    assert ">61,000<" in detail
    assert (data["recovery"]["taken"], data["recovery"]["wanted"]) == (61_000, 100_000)


def test_an_administrator_begins_a_new_epoch(administrator: Client) -> None:
    asked = administrator.get(f"{PAGE}new-epoch/").content.decode()
    begun = administrator.post(f"{PAGE}new-epoch/", follow=True)

    assert "Begin a new epoch?" in asked
    assert standing.standing().recovering_since is None
    assert Epoch.objects.filter(feed="public", epoch=1).exists()
    assert "Comes after entry" in begun.content.decode()


def test_nobody_else_begins_one(here: Node, client: Client) -> None:
    assert client.post(f"{PAGE}new-epoch/").status_code == 302
    assert not Epoch.objects.exists()


def test_epochs_of_feeds_for_one_city_are_for_its_keepers(
    administrator: Client, client: Client
) -> None:
    open_epoch(by="test")

    keepers = administrator.get(PAGE).content.decode().count("<tr>")
    strangers = Client().get(PAGE).content.decode().count("<tr>")

    assert keepers - strangers == 1
