"""A peer changes its key: this node follows it, and nobody else can make it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.core.cache import cache
from django.test import Client

from jumelage.bridge.boundary import audit
from jumelage.bridge.errors import NotPairedError, SignatureError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity.errors import InvitationError, KeyStatementError
from jumelage.bridge.identity.genesis import describe
from jumelage.bridge.identity.keychain import services, telling, wire
from jumelage.bridge.identity.keychain.chain import adopt, keys_of, steps_of
from jumelage.bridge.identity.keychain.statements import follow, make
from jumelage.bridge.identity.keys import SigningKey, own_key
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.messages import Card, CityCard, Identity, Invitation
from jumelage.bridge.identity.pairing.telling import keep_node, own_identity
from jumelage.bridge.identity.requests import SignedBy, Signer, signer
from jumelage.bridge.models import KeyStatement, Node, Pairing, Refusal
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from tests.factories.bridge import Peer, demo_city

Sheet = Callable[..., PracticeShared]
HOST = "http://127.0.0.1:8075"


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """Count nobody's attempts before the test."""
    cache.clear()


def node(peer: Peer) -> Node:
    """Return the row of *peer* in this node's database."""
    return Node.objects.get(origin=peer.origin)


def push(body: bytes) -> httpx.Response:
    """Post *body* to this node's door of key statements."""
    answer = Client().post("/bridge/keys", body, content_type="application/json")
    return httpx.Response(answer.status_code, content=answer.content)


def test_a_peer_that_rotates_is_followed(opened: None, peer: Peer, sheet: Sheet) -> None:
    receive(node(peer), "public", peer.say(sheet(peer.origin)), peer.checkpoint())
    former = peer.key.public
    peer.change_key()
    lines = peer.say(sheet(peer.origin))
    with pytest.raises(SignatureError):
        receive(node(peer), "public", lines, peer.checkpoint())

    assert push(peer.says_keys()).status_code == 200

    receive(node(peer), "public", lines, peer.checkpoint())
    assert Practice.objects.count() == 2
    assert keys_of(node(peer)) == [peer.key.public, former]
    (note,) = audit.entries(action="key-changed")
    assert audit.read(note).about == peer.origin


def test_saying_it_again_changes_nothing(peer: Peer, here: Node) -> None:
    peer.change_key()
    for _ in range(3):
        assert push(peer.says_keys()).status_code == 200

    assert KeyStatement.objects.count() == 1
    assert audit.entries(action="key-changed").count() == 1


def test_a_stranger_cannot_change_a_peers_key(peer: Peer, here: Node) -> None:
    known = peer.key.public
    stranger = SigningKey.make()
    forged = make(peer.genesis, [], why="rotated", new=SigningKey.make(), signer=stranger)
    other = Peer()
    other.change_key()

    answers = [
        push(b"".join(wire.pushes(peer.origin, [forged], []))),
        push(b"".join(wire.pushes(peer.origin, other.chain, []))),
        push(other.says_keys()),
        push(b"{"),
    ]

    assert [answer.status_code for answer in answers[:3]] == [401] * 3
    assert len({answer.content for answer in answers[:3]}) == 1, "who is known is told to nobody"
    assert bytes(node(peer).signing_key) == known
    assert Refusal.objects.filter(origin=peer.origin, reason="key-statement").exists()


def test_nobody_can_change_this_nodes_key_from_outside(here: Node, peer: Peer) -> None:
    genesis = Genesis.of(here)
    forged = make(genesis, [], why="rotated", new=SigningKey.make(), signer=own_key())

    answer = push(b"".join(wire.pushes(here.origin, [forged], [])))

    assert answer.status_code == 401
    assert KeyStatement.objects.count() == 0


def test_too_many_pushes_are_refused(peer: Peer, here: Node) -> None:
    peer.change_key()
    codes = {push(peer.says_keys()).status_code for _ in range(61)}

    assert codes == {200, 429}


def test_anybody_may_read_the_keys_of_this_node_and_check_them(peer: Peer, here: Node) -> None:
    services.rotate(by="person:1")

    answer = Client().get("/bridge/keys")

    origin, chain = wire.decode(answer.content)
    assert origin == here.origin
    assert follow(Genesis.of(here), chain)[-1].key == own_key().public
    assert b"twin:" not in answer.content


def test_a_peer_reads_the_limit_of_the_feed_for_it_alone(peer: Peer, here: Node) -> None:
    services.rotate(by="person:1")
    headers = Signer(peer.origin, peer.key).headers("GET", f"{HOST}/bridge/keys")
    wrong = Signer(peer.origin, SigningKey.make()).headers("GET", f"{HOST}/bridge/keys")

    assert f"twin:{peer.origin}".encode() in Client().get("/bridge/keys", headers=headers).content
    assert Client().get("/bridge/keys", headers=wrong).status_code == 401


def test_a_node_that_lost_its_statements_finds_them_at_its_peer(peer: Peer, here: Node) -> None:
    peer.change_key()
    push(peer.says_keys())

    answer = Client().get(f"/bridge/keys/{peer.origin}")

    assert wire.decode(answer.content)[0] == peer.origin
    assert Client().get(f"/bridge/keys/{Peer().origin}").status_code == 401


def test_the_answer_of_a_peer_about_another_node_is_refused(peer: Peer, here: Node) -> None:
    other = Peer("autre-demo")
    other.introduce()
    other.change_key()

    with pytest.raises(NotPairedError):
        telling.learn(node(peer), other.says_keys())


def test_a_follower_that_learns_is_told_whether_anything_is_new(peer: Peer, here: Node) -> None:
    followed = node(peer)
    peer.change_key()

    assert telling.learn(followed, peer.says_keys())
    assert bytes(followed.signing_key) == peer.key.public
    assert not telling.learn(followed, peer.says_keys())


def test_a_follower_learns_what_another_process_heard_before(peer: Peer, here: Node) -> None:
    followed = node(peer)
    peer.change_key()
    push(peer.says_keys())

    assert telling.learn(followed, peer.says_keys())


class Door(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A peer that knows a key and learns another by being pushed statements."""

    def __init__(self, known: bytes, *, learns: bool = True) -> None:
        """Know *known* only."""
        self.known, self.learns = known, learns
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the real door does."""
        request.read()
        self.asked.append(f"{request.method} {request.url.path}")
        if request.method == "POST":
            if self.learns:
                self.known = bytes(Node.objects.get(is_self=True).signing_key)
            return httpx.Response(200, json={"heard": True})
        if bytes(Node.objects.get(is_self=True).signing_key) == self.known:
            return httpx.Response(200, content=b"served")
        return httpx.Response(401, json={"error": {"code": "request-refused"}})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer the same."""
        return self.handle_request(request)


URL = "http://baie-demo.invalid/bridge/feeds"


def test_who_refuses_is_shown_the_statements_and_asked_again(peer: Peer, here: Node) -> None:
    door = Door(own_key().public)
    with httpx.Client(transport=door, auth=SignedBy(signer())) as client:
        assert client.get(URL).content == b"served"
        services.rotate(by="person:1")
        assert client.get(URL).content == b"served"

    assert door.asked == ["GET /bridge/feeds"] * 2 + ["POST /bridge/keys", "GET /bridge/feeds"]


def test_who_goes_on_refusing_is_shown_them_once_a_minute(peer: Peer, here: Node) -> None:
    services.rotate(by="person:1")
    door = Door(bytes(32), learns=False)
    with httpx.Client(transport=door, auth=SignedBy(signer())) as client:
        answers = [client.get(URL).status_code for _ in range(3)]

    assert answers == [401] * 3
    assert door.asked.count("POST /bridge/keys") == 1


def test_a_node_that_never_changed_its_key_has_nothing_to_show(peer: Peer, here: Node) -> None:
    door = Door(bytes(32))
    with httpx.Client(transport=door, auth=SignedBy(signer())) as client:
        assert client.get(URL).status_code == 401

    assert door.asked == ["GET /bridge/feeds"]


@pytest.mark.django_db(transaction=True)
def test_the_same_where_nothing_may_block(tmp_path: object, settings: object) -> None:
    from jumelage.bridge.identity import genesis  # noqa: PLC0415  # only here

    settings.DATA = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    genesis.initialise(city=demo_city(), url=HOST)
    services.rotate(by="person:1")

    async def ask() -> int:
        async with httpx.AsyncClient(transport=Shown(), auth=SignedBy(signing)) as client:
            return (await client.get(URL)).status_code

    signing = signer()
    assert asyncio.run(ask()) == 200


class Shown(httpx.AsyncBaseTransport):
    """A peer that refuses until it was shown statements; needs no database."""

    def __init__(self) -> None:
        """Know nothing."""
        self.shown = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse or serve."""
        body = await request.aread()
        if request.method == "POST":
            self.shown = b'"statements":[{' in body
        if self.shown:
            return httpx.Response(200)
        return httpx.Response(401, json={"error": {"code": "request-refused"}})


def _card(peer: Peer) -> Card:
    city = describe(demo_city(peer.slug, peer.zone))
    return Card(
        genesis=peer.genesis.text.decode(),
        by_recovery=peer.genesis.by_recovery.hex(),
        by_signing=peer.genesis.by_signing.hex(),
        url="http://127.0.0.1:9159",
        city=CityCard(**city),  # type: ignore[arg-type]  # the columns are the members
        keys=[wire.Line.of(signed, ()) for signed in peer.chain],
    )


def test_a_card_brings_the_statements_and_its_messages_are_signed_by_the_present_key(
    here: Node,
) -> None:
    services.rotate(by="person:1")
    identity = own_identity()
    pairing = Pairing.objects.create(
        nonce="a" * 26, created_at="2026-11-22T09:00:00Z", expires_at="2026-11-23T09:00:00Z"
    )
    pairing.refresh_from_db()
    message = Invitation(
        v=1,
        card=identity.card,
        nonce=pairing.nonce,
        created=pairing.created_at,
        expires=pairing.expires_at,
    )

    sealed = identity.seal(messages.INVITATION, message)

    read = messages.read_card_message(sealed, messages.INVITATION, Invitation)
    assert read.card.signing_key == own_key().public
    assert read.card.origin == here.origin


def test_pairing_with_a_node_that_changed_its_key_keeps_its_statements(here: Node) -> None:
    city = Peer()
    city.change_key()
    city.change_key("lost")

    kept = keep_node(_card(city))

    assert bytes(kept.signing_key) == city.key.public
    assert len(steps_of(kept)) == 2


def test_a_thief_cannot_pair_again_with_a_key_that_was_changed(peer: Peer, here: Node) -> None:
    thief = peer.twin()
    peer.change_key("revoked")
    adopt(node(peer), peer.chain)
    Pairing.objects.update(state=Pairing.State.ENDED)

    with pytest.raises(KeyStatementError):
        keep_node(_card(thief))

    assert bytes(node(peer).signing_key) == peer.key.public


def test_a_message_signed_by_a_former_key_is_not_believed(here: Node) -> None:
    city = Peer()
    former = city.key
    city.change_key()
    own = own_identity()
    invitation = Invitation(
        v=1, card=_card(city), nonce="a" * 26,
        created=clock.now(), expires=clock.now() + timedelta(days=1),
    )  # fmt: skip
    sealed = Identity(former, own.card).seal(messages.INVITATION, invitation)

    with pytest.raises(InvitationError):
        messages.read_card_message(sealed, messages.INVITATION, Invitation)
