"""The page of keys: everybody sees which key signs since when; an administrator changes it."""

import time
from pathlib import Path

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.identity import genesis
from jumelage.bridge.identity.keychain.chain import adopt
from jumelage.bridge.models import Cut
from jumelage.kit import clock
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> bridge.Node:
    """Make this node."""
    settings.DATA = tmp_path
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9221")


def _browser(*roles: str, fresh: bool = True) -> Client:
    """Return a browser somebody with *roles* signed in to, just now if *fresh*."""
    client = Client()
    user = directory.person(*roles).user
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = user_id_to_str(user)
    at = time.time() - (0 if fresh else 86_400)
    session["account_authentication_methods"] = [
        {"method": "password", "at": at, "reauthenticated": True}
    ]
    session.save()
    return client


def _to(name: str) -> str:
    with override("en"):
        return reverse(f"shell:line:{name}")


def test_everybody_sees_the_keys_and_nobody_the_people_behind_them() -> None:
    peer = Peer()
    node = peer.introduce()
    peer.change_key("revoked")
    adopt(node, peer.chain)
    bridge.rotate_key(by="person:7")

    page = Client().get(_to("keys")).content.decode()
    data = Client().get(_to("keys-data"))

    assert "changed as a precaution" in page
    assert "the key before was in other hands" in page
    assert peer.key.public.hex()[:16] in page
    assert "person:7" not in page + data.content.decode()
    cities = data.json()["cities"]
    assert [len(city["keys"]) for city in cities] == [2, 2]
    assert cities[1]["keys"][0]["key"] == peer.key.public.hex()


def test_its_keepers_see_who_decided_and_what_to_do_about_a_stolen_key() -> None:
    bridge.rotate_key(by="person:7")

    page = _browser("officer").get(_to("keys")).content.decode()

    assert "person:7" in page
    assert "jumelage keys revoke --recovery-key" in page
    assert _to("rotate-key") not in page


def test_what_was_taken_back_is_listed_but_not_what_is_for_one_city(here: bridge.Node) -> None:
    node = Peer().introduce()
    for feed in ("public", f"twin:{here.origin}"):
        Cut.objects.create(
            node=node, feed=feed, seq=7, entries=3, reason="key revoked", at=clock.now()
        )

    assert len(Client().get(_to("keys-data")).json()["taken_back"]) == 1
    page = Client().get(_to("keys")).content.decode()
    assert page.count("signed with a key that was revoked") == 1


def test_an_administrator_changes_the_key_after_being_asked() -> None:
    client = _browser("administrator")
    before = bridge.key_history(bridge.me())[0].key

    assert "Change this city’s key?" in client.get(_to("rotate-key")).content.decode()
    assert bridge.key_history(bridge.me())[0].key == before
    answer = client.post(_to("rotate-key"))

    assert answer["Location"] == _to("keys")
    assert bridge.key_history(bridge.me())[0].key != before


def test_somebody_who_signed_in_yesterday_is_asked_again() -> None:
    client = _browser("administrator", fresh=False)

    answer = client.post(_to("rotate-key"))

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert len(bridge.key_history(bridge.me())) == 1


@pytest.mark.parametrize("role", ["officer", "coordinator"])
def test_nobody_else_changes_it(role: str) -> None:
    assert _browser(role).post(_to("rotate-key")).status_code == 403
    assert len(bridge.key_history(bridge.me())) == 1
