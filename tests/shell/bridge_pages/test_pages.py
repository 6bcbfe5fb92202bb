"""The bridge's pages: who sees them, what they say, and pairing by clicks alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity import genesis
from jumelage.kit import clock
from tests.bridge.identity.peer import Peer, listening
from tests.factories import bridge as bridge_factory
from tests.factories import directory
from tests.factories.bridge import demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> bridge.Node:
    """Make this node, with nobody's attempts counted."""
    settings.DATA = tmp_path
    cache.clear()
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9141")


@pytest.fixture
def officer() -> Client:
    """Return the browser of a city officer."""
    return _browser("officer")


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Return another city that answers."""
    with listening(Peer()) as answering:
        yield answering


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
    return str(answer.content, "utf-8")


PUBLIC = ("status", "status-data", "crossing", "crossing-data")
KEPT = ("refusals", "pairings", "accept", "take-reply")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("joined", [False, True])
def test_anybody_sees_how_the_bridge_is(name: str, language: str, *, joined: bool) -> None:
    if joined:
        bridge_factory.Peer().introduce()
    with override(language):
        address = reverse(f"shell:line:{name}")
    assert Client().get(address).status_code == 200


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ((), 403),
        (("editor",), 403),
        (("observer",), 403),
        (("officer",), 200),
        (("administrator",), 200),
    ],
)
def test_only_its_keepers_pair_and_read_refusals(
    name: str, roles: tuple[str, ...], status: int
) -> None:
    assert _browser(*roles).get(_to(name)).status_code == status
    assert Client().get(_to(name)).status_code == 302


@pytest.mark.parametrize("name", ["pairing", "invitation", "qr", "reply", "refuse"])
def test_a_pairing_is_hidden_from_everybody_else(name: str) -> None:
    pairing = bridge.invite(by="officer")
    answers = [_browser("editor").get(_to(name, pk=pk)).status_code for pk in (pairing.pk, 999)]
    assert answers == [404, 404]


def test_inviting_and_confirming_by_clicks(officer: Client, peer: Peer) -> None:
    page = officer.post(_to("invite"))["Location"]
    pairing = bridge.pairings()[0]
    assert page == _to("pairing", pk=pairing.pk)
    invitation = officer.get(_to("invitation", pk=pairing.pk))
    assert invitation["Content-Disposition"] == 'attachment; filename="invitation-port-demo.json"'
    assert bridge.invitation_address(pairing) in _text(officer, page)
    assert officer.get(_to("qr", pk=pairing.pk))["Content-Type"] == "image/svg+xml"

    file = SimpleUploadedFile("reply.json", peer.hello(invitation.content))
    assert officer.post(_to("take-reply"), {"file": file})["Location"] == page
    shown = _text(officer, page)
    assert [word in shown for word in (*peer.words.english, *peer.words.french)] == [True] * 16

    peer.word = "confirmed"
    assert officer.post(_to("confirm", pk=pairing.pk))["Location"] == page
    assert [str(node) for node in bridge.peers()] == ["Bay Demo"]
    assert officer.get(_to("qr", pk=pairing.pk)).status_code == 404
    assert officer.post(_to("refuse", pk=pairing.pk))["Location"] == _to("pairings")
    assert bridge.peers() == []


@pytest.mark.parametrize("by_file", [False, True])
def test_accepting_by_clicks(officer: Client, peer: Peer, *, by_file: bool) -> None:
    sent: dict[str, object] = {"address": f"{peer.identity.card.url}/bridge/invitation/x"}
    if by_file:
        sent = {"file": SimpleUploadedFile("invitation.json", peer.invitation())}
    page = officer.post(_to("accept"), sent)["Location"]
    assert [word in _text(officer, page) for word in peer.words.french] == [True] * 8


def _stale() -> dict[str, object]:
    forged = Peer().invitation().replace(b"Bay Demo", b"Big Demo")
    return {"file": SimpleUploadedFile("invitation.json", forged)}


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (dict, "Give the address or the file of the invitation."),
        (
            _stale,
            "The invitation or answer is not valid: it was not signed by the node it speaks for.",
        ),
        (
            lambda: {"address": "http://169.254.169.254/latest/meta-data"},
            "The address 169.254.169.254 is refused: it is not on the open internet.",
        ),
        (
            lambda: {"address": "http://127.0.0.1:9158/bridge/invitation/x"},
            "127.0.0.1 does not answer: no connection.",
        ),
    ],
)
def test_a_bad_invitation_is_explained_in_the_form(
    officer: Client, make: Callable[[], dict[str, object]], sentence: str
) -> None:
    answer = officer.post(_to("accept"), make())
    assert answer.status_code == 200
    assert sentence in str(answer.content, "utf-8")
    assert bridge.pairings() == []


def test_a_pairing_page_in_every_state(officer: Client, peer: Peer) -> None:
    pairing = bridge.accept(peer.invitation(), by="officer")
    for state in bridge.Pairing.State:
        if state != bridge.Pairing.State.INVITED:
            bridge.Pairing.objects.filter(pk=pairing.pk).update(state=state, last_error="silence")
            assert officer.get(_to("pairing", pk=pairing.pk)).status_code == 200
            assert officer.get(_to("refuse", pk=pairing.pk)).status_code == 200
    assert officer.get(_to("reply", pk=pairing.pk)).status_code == 200
    assert officer.get(_to("pairings")).status_code == 200


def test_refusals_are_shown_and_filtered(officer: Client) -> None:
    known = bridge_factory.Peer().introduce()
    record_refusal(known.origin, SignatureError(origin=known.origin, reason="<b>no</b>"), path="/x")
    record_refusal("", SignatureError(origin="", reason="noise"))
    page = _text(officer, _to("refusals"))
    assert "does not fit: &lt;b&gt;no&lt;/b&gt;." in page
    shown = _text(officer, _to("refusals") + f"?origin={known.origin}&reason=signature")
    assert ["&lt;b&gt;no" in shown, "does not fit: noise" in shown] == [True, False]
    shown = _text(officer, _to("refusals") + "?origin=stranger")
    assert ["&lt;b&gt;no" in shown, "does not fit: noise" in shown] == [False, True]


def test_equal_refusals_are_shown_once_with_their_number(officer: Client) -> None:
    for _ in range(3):
        record_refusal("", SignatureError(origin="", reason="noise"))
    page = " ".join(_text(officer, _to("refusals")).split())
    assert (page.count("does not fit: noise"), page.count("3 times since")) == (1, 1)


@pytest.mark.parametrize("ours", [True, False])
def test_a_fork_is_shown_to_everybody_until_a_new_epoch(here: bridge.Node, *, ours: bool) -> None:
    peer = bridge_factory.Peer().introduce()
    node, finder = (here, peer) if ours else (peer, here)
    feed = node.feeds.create(name="public", head_seq=9, head_hash=bytes(32))
    sides = {f"{s}_{t}": b"x" for s in ("held", "other") for t in ("header", "checkpoint")}
    signatures = {"held_signature": b"x", "other_signature": b"x"}
    feed.forks.create(seq=7, found_by=finder.origin, found_at=clock.now(), **sides, **signatures)

    page = " ".join(_text(Client(), _to("status")).split())
    told = (
        "Baie Demo shows two entries 7 of our own feed (everybody)"
        if ours
        else "Baie Demo wrote entry 7 of its feed (everybody) twice."
    )
    assert (told in page, "new epoch" in page) == (True, True)
    data = Client().get(_to("status-data")).json()["forks"]
    assert [(one["origin"], one["entry"]) for one in data] == [(node.origin, 7)]

    node.feeds.create(name="public", epoch=1, head_hash=bytes(32))
    assert "Written twice" not in _text(Client(), _to("status"))


def test_feeds_for_one_city_are_not_public(officer: Client) -> None:
    peer = bridge_factory.Peer().introduce()
    for number, name in enumerate(("public", f"twin:{peer.origin}")):
        peer.feeds.create(name=name, head_seq=40 + number, head_hash=bytes(32))
    seen = [
        [figure in _text(client, _to("status")) for figure in (">40<", ">41<")]
        for client in (Client(), officer)
    ]
    assert seen == [[True, False], [True, True]]


@pytest.mark.parametrize("refused", [1, 3])
def test_lists_do_not_ask_more_for_more_rows(
    officer: Client, refused: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(refused):
        record_refusal("", SignatureError(origin="", reason="noise"), view=f"view {number}")
    officer.get(_to("refusals"))
    with django_assert_num_queries(10):
        officer.get(_to("refusals"))
