"""Invitations of bad form and forged ones are refused whole; nothing is written."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity.errors import InvitationError
from jumelage.bridge.identity.genesis import initialise
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing import services as pairing
from jumelage.bridge.identity.pairing.messages import Identity
from jumelage.bridge.models import Node, Pairing
from jumelage.kit.city import City
from tests.bridge.identity.peer import Peer, read_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(data: Path, city: City) -> Node:
    """Make this node."""
    assert not data.exists()
    return initialise(city=city, url="http://127.0.0.1:9140")


def _resealed(change: Callable[[dict[str, object]], object]) -> bytes:
    """Return an invitation whose text was changed and signed again by its own key."""
    peer = Peer()
    text = msgspec.json.decode(read_text(peer.invitation()))
    change(text)
    raw = msgspec.json.encode(text)
    signature = peer.identity.key.sign(messages.INVITATION, raw)
    return _envelope(messages.INVITATION, raw.decode(), signature)


def _envelope(kind: str, text: str, signature: bytes) -> bytes:
    encoded = msgspec.json.encode(signature).decode().strip('"')
    return msgspec.json.encode({"kind": kind, "text": text, "signature": encoded})


def _city(text: dict[str, object], **change: object) -> None:
    text["card"]["city"].update(change)  # type: ignore[index]


def _card(text: dict[str, object], **change: object) -> None:
    text["card"].update(change)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.update(v=2),
        lambda text: text.update(extra=1),
        lambda text: text.pop("nonce"),
        lambda text: text.update(nonce="A" * 26),
        lambda text: text.update(expires="2199-01-01T00:00:00Z"),
        lambda text: text.update(expires="2000-01-01T00:00:00Z"),
        lambda text: text.update(created="2026-11-01T00:00:00"),
        lambda text: text.update(created=5),
        lambda text: _card(text, url="ftp://127.0.0.1"),
        lambda text: _card(text, url="http://user:secret@127.0.0.1"),
        lambda text: _card(text, url="http://127.0.0.1/?a=b"),
        lambda text: _card(text, url="http://" + "a" * 300),
        lambda text: _card(text, genesis="{}"),
        lambda text: _card(text, by_signing="0" * 128),
        lambda text: _card(text, by_recovery="zz"),
        lambda text: _city(text, name={}),
        lambda text: _city(text, name={"fr": "a\u0000b"}),
        lambda text: _city(text, name={"de": "Stadt"}),
        lambda text: _city(text, name={"fr": "a" * 101}),
        lambda text: _city(text, slug="../x"),
        lambda text: _city(text, country="France"),
        lambda text: _city(text, time_zone="../../etc/passwd"),
        lambda text: _city(text, time_zone="Mars/Olympus"),
        lambda text: _city(text, accent={"light": "red;}"}),
        lambda text: _city(text, accent={"light": "#ffffff"}),
        lambda text: _city(text, languages=["fr"] * 11),
    ],
)
def test_a_signed_invitation_of_bad_form_is_refused(
    change: Callable[[dict[str, object]], object],
) -> None:
    with pytest.raises((InvitationError, SignatureError)):
        pairing.accept(_resealed(change), by="officer")
    assert Pairing.objects.count() == 0
    assert Node.objects.count() == 1


def _forgeries() -> list[bytes]:
    peer, thief = Peer(), Peer()
    good = peer.invitation()
    text = read_text(good).decode()
    own = thief.identity.key.sign(messages.INVITATION, text.encode())
    as_hello = peer.identity.key.sign(messages.HELLO, text.encode())
    doubled = text[:-1] + ',"v":1}'
    twice = peer.identity.key.sign(messages.INVITATION, doubled.encode())
    return [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[" * 10_000,
        b"x" * (messages.LARGEST + 1),
        good[:-5],
        good.replace(b"Bay Demo", b"Big Demo"),
        good.replace(b"jumelage/invitation/1", b"jumelage/hello/1"),
        _envelope(messages.INVITATION, text, own),
        _envelope(messages.INVITATION, text, as_hello),
        _envelope(messages.INVITATION, text, b""),
        _envelope(messages.INVITATION, doubled, twice),
        _envelope(messages.INVITATION, text.replace('"v":1', '"v":NaN'), own),
        Identity(thief.identity.key, peer.identity.card).seal(
            messages.INVITATION,
            messages.read_card_message(good, messages.INVITATION, messages.Invitation),
        ),
    ]


@pytest.mark.parametrize("number", range(14))
def test_a_forged_invitation_is_refused(number: int) -> None:
    with pytest.raises((InvitationError, SignatureError)):
        pairing.accept(_forgeries()[number], by="officer")
    assert Pairing.objects.count() == 0
