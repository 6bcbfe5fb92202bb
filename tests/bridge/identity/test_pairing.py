"""Two people pair two nodes: the happy ways, the late ways, and every way to cheat."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.test import Client

from jumelage.bridge.errors import PairingError
from jumelage.bridge.identity import requests
from jumelage.bridge.identity.errors import (
    InvitationError,
    InvitationExpiredError,
    PairingStateError,
    RequestRefusedError,
)
from jumelage.bridge.identity.genesis import initialise
from jumelage.bridge.identity.pairing import messages, telling
from jumelage.bridge.identity.pairing import services as pairing
from jumelage.bridge.identity.pairing.messages import Identity, Notice
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Node, Pairing, Refusal
from jumelage.kit import clock
from jumelage.kit.city import City
from tests.bridge.identity.peer import Peer, listening, read_text

URL = "http://127.0.0.1:9140"
State = Pairing.State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(data: Path, city: City) -> Node:
    """Make this node."""
    assert not data.exists()
    return initialise(city=city, url=URL)


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Return a peer that answers."""
    with listening(Peer()) as answering:
        yield answering


def _post(peer: Peer, path: str, body: bytes) -> tuple[int, bytes]:
    """Send *body* as the peer's web client does."""
    signer = Signer(peer.origin, peer.identity.key)
    headers = signer.headers("POST", f"{URL}/bridge/pairing/{path}", body)
    response = Client().post(
        f"/bridge/pairing/{path}", body, content_type="application/json", headers=headers
    )
    return response.status_code, response.content


def _word(answer: bytes) -> str:
    return msgspec.json.decode(read_text(answer), type=Notice).word


def _state(row: Pairing) -> str:
    return Pairing.objects.get(pk=row.pk).state


def _met(peer: Peer) -> Pairing:
    """Return a pairing this node invited to and *peer* answered."""
    invited = pairing.invite(by="officer")
    status, answer = _post(peer, "hello", peer.hello(pairing.invitation_file(invited)))
    assert (status, _word(answer)) == (200, "waiting")
    return Pairing.objects.get(pk=invited.pk)


def test_inviting_and_confirming_first(peer: Peer) -> None:
    row = _met(peer)
    assert pairing.words(row) == peer.words
    assert len(pairing.words(row).english) == len(pairing.words(row).french) == 8

    row = pairing.confirm(row, by="officer")
    assert (row.state, peer.heard, row.untold) == (State.CONFIRMED_HERE, ["confirmed"], False)
    assert requests.paired(peer.origin) is None

    status, answer = _post(peer, "notice", peer.notice("confirmed"))
    assert (status, _word(answer), _state(row)) == (200, "confirmed", State.PAIRED)
    paired = requests.paired(peer.origin)
    assert paired is not None
    assert (str(paired.city.name.en), paired.url) == ("Bay Demo", peer.identity.card.url)


def test_accepting_and_confirming_second(peer: Peer) -> None:
    row = pairing.accept(peer.invitation(), by="officer")
    assert (row.state, row.untold) == (State.MET, False)
    assert pairing.words(row) == peer.words

    assert _post(peer, "notice", peer.notice("confirmed"))[0] == 200
    assert _state(row) == State.CONFIRMED_THERE
    assert requests.paired(peer.origin) is None
    peer.word = "confirmed"
    row = pairing.confirm(row, by="officer")
    assert (row.state, peer.heard) == (State.PAIRED, ["confirmed"])
    assert (row.confirmed_here_at is None, row.confirmed_there_at is None) == (False, False)


def test_accepting_by_address_and_by_file(peer: Peer, tmp_path: Path) -> None:
    address = f"{peer.identity.card.url}/bridge/invitation/{peer.nonce}"
    first = pairing.accept(address, by="officer")
    (tmp_path / "invitation.json").write_bytes(peer.invitation())
    assert pairing.accept(str(tmp_path / "invitation.json"), by="officer") == first
    with pytest.raises(InvitationError):
        pairing.accept(str(tmp_path / "nothing.json"), by="officer")


def test_an_invitation_is_served_until_it_is_answered(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    path = pairing.invitation_address(invited).removeprefix(URL)
    assert Client().get(path).content == pairing.invitation_file(invited)
    assert _post(peer, "hello", peer.hello(pairing.invitation_file(invited)))[0] == 200
    assert Client().get(path).status_code == 404
    assert Client().get("/bridge/invitation/" + "a" * 26).status_code == 404


def test_an_inviter_who_cannot_be_reached_gets_a_reply_file() -> None:
    silent = Peer()
    row = pairing.accept(silent.invitation(), by="officer")
    assert (row.state, row.untold, row.last_error != "") == (State.MET, True, True)
    silent.answer("/bridge/pairing/hello", pairing.reply_file(row))
    assert silent.words == pairing.words(row)
    assert _post(silent, "notice", silent.notice("confirmed"))[0] == 200
    assert (_state(row), silent.heard) == (State.CONFIRMED_THERE, [])


def test_a_reply_file_is_taken_by_the_inviter(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    row = pairing.take_reply(peer.hello(pairing.invitation_file(invited)), by="officer")
    assert (row.pk, row.state, pairing.words(row)) == (invited.pk, State.MET, peer.words)


def test_what_could_not_be_told_is_told_again() -> None:
    peer = Peer()
    row = _met(peer)
    row = pairing.confirm(row, by="officer")
    assert (row.state, row.untold, row.tries) == (State.CONFIRMED_HERE, True, 1)
    assert telling.tell_due() == 0
    with listening(peer):
        Node.objects.filter(origin=peer.origin).update(url=peer.identity.card.url)
        peer.word = "confirmed"
        with clock.fixed(clock.now() + timedelta(seconds=2)):
            assert telling.tell_due() == 1
    assert (_state(row), peer.heard) == (State.PAIRED, ["confirmed"])
    assert telling.tell_due() == 0


def test_a_peer_who_cannot_reach_us_is_asked(peer: Peer) -> None:
    row = pairing.confirm(_met(peer), by="officer")
    peer.word = "confirmed"
    with clock.fixed(clock.now() + telling.ASK_AGAIN + timedelta(seconds=1)):
        assert telling.tell_due() == 1
    assert _state(row) == State.PAIRED


def test_a_decision_made_before_the_hello_arrived_is_told_after_it() -> None:
    peer = Peer()
    row = pairing.confirm(pairing.accept(peer.invitation(), by="officer"), by="officer")
    assert row.state == State.CONFIRMED_HERE
    with listening(peer):
        Node.objects.filter(origin=peer.origin).update(url=peer.identity.card.url)
        with clock.fixed(clock.now() + timedelta(seconds=9)):
            telling.tell_due()
    assert (peer.greeted is not None, peer.heard) == (True, ["confirmed"])


@pytest.mark.parametrize("confirmed", [False, True])
def test_refusing_tells_the_peer_and_closes(peer: Peer, *, confirmed: bool) -> None:
    row = _met(peer)
    if confirmed:
        row = pairing.confirm(row, by="officer")
    row = pairing.refuse(row, by="officer")
    assert (row.state, peer.heard[-1]) == (State.REFUSED, "refused")
    assert _word(_post(peer, "notice", peer.notice("confirmed"))[1]) == "refused"
    assert _state(row) == State.REFUSED
    with pytest.raises(PairingStateError):
        pairing.confirm(row, by="officer")


def test_ending_a_pairing_ends_the_trust(peer: Peer) -> None:
    peer.word = "confirmed"
    row = pairing.confirm(_met(peer), by="officer")
    assert row.state == State.PAIRED
    row = pairing.refuse(row, by="officer")
    assert (row.state, peer.heard[-1], requests.paired(peer.origin)) == (State.ENDED, "ended", None)


def test_the_peer_can_refuse_and_end(peer: Peer) -> None:
    row = _met(peer)
    assert _post(peer, "notice", peer.notice("refused"))[0] == 200
    assert _state(row) == State.REFUSED


def test_cancelling_an_invitation(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    assert pairing.refuse(invited, by="officer").state == State.CANCELLED
    status, _ = _post(peer, "hello", peer.hello(pairing.invitation_file(invited)))
    assert (status, _state(invited)) == (409, State.CANCELLED)


def test_pairing_again_after_it_ended(peer: Peer) -> None:
    first = pairing.refuse(_met(peer), by="officer")
    second = _met(peer)
    first.refresh_from_db()
    assert (first.node, first.origin) == (None, peer.origin)
    assert second.node is not None
    assert second.node.origin == peer.origin


def test_an_open_pairing_is_not_replaced(peer: Peer) -> None:
    _met(peer)
    again = pairing.invite(by="officer")
    status, _ = _post(peer, "hello", peer.hello(pairing.invitation_file(again)))
    assert (status, _state(again)) == (409, State.INVITED)
    with pytest.raises(PairingError):
        pairing.accept(peer.invitation(), by="officer")


def test_time_closes_what_was_not_confirmed(peer: Peer) -> None:
    invited, met = pairing.invite(by="officer"), _met(peer)
    with clock.fixed(clock.now() + pairing.LIFE + timedelta(minutes=1)):
        assert [row.state for row in pairing.pairings()] == [State.EXPIRED, State.EXPIRED]
        telling.tell_due()
    assert (peer.heard, _state(invited), _state(met)) == (
        ["refused"], State.EXPIRED, State.EXPIRED
    )  # fmt: skip


def test_the_same_hello_again_changes_nothing(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    hello = peer.hello(pairing.invitation_file(invited))
    assert [_post(peer, "hello", hello)[0] for _ in range(2)] == [200, 200]
    assert (_state(invited), Node.objects.count()) == (State.MET, 2)


def test_a_second_answer_to_an_invitation_is_refused(peer: Peer) -> None:
    invited, late = pairing.invite(by="officer"), Peer()
    invitation = pairing.invitation_file(invited)
    assert _post(peer, "hello", peer.hello(invitation))[0] == 200
    assert _post(late, "hello", late.hello(invitation))[0] == 409
    assert Pairing.objects.get(pk=invited.pk).origin == peer.origin


def test_an_expired_invitation_is_refused_on_both_sides(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    invitation, stale = peer.hello(pairing.invitation_file(invited)), peer.invitation()
    with clock.fixed(clock.now() + pairing.LIFE + timedelta(minutes=1)):
        assert _post(peer, "hello", invitation)[0] == 410
        with pytest.raises(InvitationExpiredError):
            pairing.accept(stale, by="officer")


def test_a_hello_to_an_invitation_nobody_made_tells_nothing(peer: Peer) -> None:
    other = Peer()
    status, answer = _post(peer, "hello", peer.hello(other.invitation()))
    assert status == 401
    assert msgspec.json.decode(answer)["error"]["code"] == "request-refused"
    assert list(Refusal.objects.values_list("origin", "reason")) == [("", "request-refused")]


def test_a_hello_carried_by_somebody_else_is_refused(peer: Peer) -> None:
    """The envelope is genuine, the request is signed by another key."""
    invited, thief = pairing.invite(by="officer"), Peer()
    hello = peer.hello(pairing.invitation_file(invited))
    assert (_post(thief, "hello", hello)[0], _state(invited)) == (401, State.INVITED)
    thief.identity = Identity(thief.identity.key, peer.identity.card)
    assert (_post(thief, "hello", hello)[0], _state(invited)) == (401, State.INVITED)


def test_a_man_in_the_middle_shows_in_the_words(peer: Peer) -> None:
    """He answers our invitation as himself and invites the peer's person as himself."""
    row = _met(Peer())
    middle = Peer()
    peer.hello(middle.invitation())
    assert pairing.words(row) != peer.words
    assert requests.paired(middle.origin) is None


def test_our_own_invitation_is_not_accepted() -> None:
    with pytest.raises(PairingError):
        pairing.accept(pairing.invitation_file(pairing.invite(by="officer")), by="officer")


def test_notices_of_strangers_and_of_other_pairings_are_refused(peer: Peer) -> None:
    row, stranger = _met(peer), Peer()
    stranger.invited = peer.invited
    assert _post(stranger, "notice", stranger.notice("confirmed"))[0] == 401
    forged = stranger.notice("confirmed")
    assert _post(peer, "notice", forged)[0] == 422
    peer.nonce = "a" * 26
    assert _post(peer, "notice", peer.notice("confirmed"))[0] == 409
    assert _state(row) == State.MET


def test_only_a_node_with_an_identity_can_invite() -> None:
    Node.objects.all().delete()
    with pytest.raises(Exception, match="no identity"):
        pairing.invite(by="officer")


def test_a_hello_that_answers_for_another_node_is_refused(peer: Peer) -> None:
    invited = pairing.invite(by="officer")
    hello = messages.read_card_message(
        peer.hello(pairing.invitation_file(invited)), messages.HELLO, messages.Hello
    )
    with pytest.raises(RequestRefusedError):
        telling.meet(msgspec.structs.replace(hello, to="a" * 32))
