"""P13: addresses that guard themselves: peers by signature, accounts by allauth."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Feed, Pairing
from jumelage.kit import clock
from tests.contracts.addresses import THEIRS, Route
from tests.contracts.world import NOON
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.promise("P13")
URL = "http://127.0.0.1:9121"

BRIDGE = [route for route in THEIRS if route.path.startswith("bridge/")]
FOR_EVERYBODY = {"bridge/keys", "bridge/keys/<str:origin>", "bridge/invitation/<str:nonce>"}
"""Public keys; an invitation, whose address is its secret. Nothing of a feed."""

API = [route for route in THEIRS if re.match(r"\^?api\b", route.path)]
"""Kitsu's dialect: guarded by a token; see tests/components/studio/kitsu."""
SEALED = [
    route for route in THEIRS if re.match(r"en/(studio/(media|look)|rooms/screen)/", route.path)
]
"""Files of versions, what guests see, the screen of a window: the address is made for one person
or device; see tests/components."""

ACCOUNTS = [route for route in THEIRS if "/account" in f"/{route.path}"]
BEFORE_SIGNING_IN = (
    "en/account/login/", "en/account/signup/", "en/account/inactive/", "en/account/confirm-email/",
    "en/account/^confirm-email/", "en/account/password/reset/", "en/account/^password/reset/",
    "en/account/login/code/confirm/", "en/account/second-factor/authenticate/",
    "en/account/second-factor/webauthn/login/", "en/account/single-sign-on/login/",
    "en/account/single-sign-on/signup/", "en/account/logout/", "accounts/oidc/",
)  # fmt: skip


@pytest.fixture
def peer(db: None, tmp_path: Path, settings: Settings) -> Iterator[Peer]:
    """Return a city this node has never met, at noon."""
    settings.DATA = tmp_path
    cache.clear()
    with clock.fixed(NOON):
        genesis.initialise(city=demo_city("paris"), url=URL)
        yield Peer(slug="san-francisco")


def unsigned(_peer: Peer, _method: str, _path: str) -> dict[str, str]:
    """Sign nothing."""
    return {}


def signed(peer: Peer, method: str, path: str) -> dict[str, str]:
    """Sign as *peer*, which this node has never met."""
    return Signer(peer.origin, peer.key).headers(method, f"{URL}{path}")


def signed_by_a_thief(peer: Peer, method: str, path: str) -> dict[str, str]:
    """Sign in the name of a paired city with another key."""
    if not Pairing.objects.exists():
        peer.introduce()
    return Signer(peer.origin, Peer().key).headers(method, f"{URL}{path}")


def signed_by_one_that_left(peer: Peer, method: str, path: str) -> dict[str, str]:
    """Sign as a city whose pairing was ended."""
    if not Pairing.objects.exists():
        peer.introduce()
        Pairing.objects.update(state=Pairing.State.REFUSED)
    return signed(peer, method, path)


STRANGERS: list[Callable[[Peer, str, str], dict[str, str]]] = [
    unsigned, signed, signed_by_a_thief, signed_by_one_that_left,
]  # fmt: skip


@pytest.mark.parametrize("sign", STRANGERS, ids=lambda sign: str(sign.__name__))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_who_is_no_peer_learns_nothing_from_the_bridge(
    peer: Peer, sign: Callable[[Peer, str, str], dict[str, str]], method: str
) -> None:
    client, answers = Client(raise_request_exception=False), set()
    for route in [route for route in BRIDGE if route.path not in FOR_EVERYBODY]:
        for path in (
            route.example,
            f"{route.example}?name=public",
            f"{route.example}?name=nothing",
        ):
            answer = client.generic(method, path, headers=sign(peer, method, path))
            assert answer.status_code in {400, 401, 403, 404, 405, 413, 422, 429}, (route, path)
            if answer.status_code not in {400, 405, 422}:
                answers.add((answer.status_code, answer.content))
    assert len(answers) <= 1


@pytest.mark.parametrize("path", sorted(FOR_EVERYBODY))
def test_what_everybody_may_read_of_the_bridge_is_no_record(peer: Peer, path: str) -> None:
    [route] = [route for route in BRIDGE if route.path == path]
    answer = Client().get(route.example)

    assert answer.status_code in {200, 401, 404}
    assert set(re.findall(rb'"(body|salt|entries)"', answer.content)) == set()
    assert Feed.objects.filter(node__is_self=False).count() == 0


def test_missing_invitation_and_missing_keys_answer_alike(peer: Peer) -> None:
    for beginning in ("/bridge/invitation/", "/bridge/keys/"):
        answers = [Client().get(f"{beginning}{letter * 26}") for letter in "ab"]
        assert {answer.status_code for answer in answers} <= {401, 404}
        assert len({answer.content for answer in answers}) == 1


def _example(route: Route) -> str:
    """Return an address of an account that names nothing."""
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "nobody", route.example)
    return path.replace("^", "").replace("$", "")


@pytest.mark.parametrize("route", ACCOUNTS, ids=lambda route: route.path)
def test_account_pages_ask_who_it_is(peer: Peer, route: Route) -> None:
    client = Client(raise_request_exception=False)
    for answer in (client.get(_example(route)), client.post(_example(route))):
        assert answer.status_code < 500
        if not route.path.startswith(BEFORE_SIGNING_IN):
            assert answer.status_code in {302, 401, 403, 404, 405}
            assert "login" in answer.headers.get("Location", "/login/")


def test_passkey_of_somebody_else_is_like_none(peer: Peer) -> None:
    mine, theirs = directory.person(), directory.person()
    key = Authenticator.objects.create(user=theirs.user, type="webauthn", data={"name": "Secret"})
    client = Client()
    client.force_login(mine.user)
    client.post("/en/account/reauthenticate/", {"password": "a long enough sentence"})
    for what in ("edit", "remove"):
        answers = [
            client.get(f"/en/account/second-factor/webauthn/keys/{pk}/{what}/")
            for pk in (key.pk, 987654)
        ]
        found = {(a.status_code, a.content.replace(str(key.pk).encode(), b"")) for a in answers}
        assert {status for status, _ in found} <= {302, 404}
        assert b"Secret" not in b"".join(content for _, content in found)
    assert Authenticator.objects.filter(pk=key.pk).exists()


OPEN_TO_STRANGERS = {"api", "api/", "api/auth/login"}
"""What says which dialect this is, and where one signs in."""
METHODS = ("GET", "POST", "PUT", "DELETE")


@pytest.mark.parametrize("route", API, ids=lambda route: route.path)
def test_nothing_of_the_api_answers_without_a_token(peer: Peer, route: Route) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(directory.person("officer").user)  # a cookie opens nothing here
    path = "/api/nothing" if route.path.startswith("^") else route.example
    tokens: list[dict[str, str]] = [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "x"}]
    for method in METHODS if route.path not in OPEN_TO_STRANGERS else ():
        for headers in tokens:
            answer = client.generic(method, path, headers=headers)
            assert answer.status_code == 401, (method, path)
            told = answer.json()
            assert told["error"] is True
            assert isinstance(told["message"], str)
            assert set(told) == {"error", "message"}


def test_every_address_is_ours_or_guarded(peer: Peer) -> None:
    assert {*BRIDGE, *ACCOUNTS, *API, *SEALED} == set(THEIRS)
