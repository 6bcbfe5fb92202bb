"""The signed messages of pairing: invitation, hello, notice; no I/O.

A message is a JSON text signed as the kind it is. The text travels inside a JSON envelope as
a string, so what was signed is what is read. Everything here is input from strangers:
sizes, forms and characters are bounded before anything is believed.
Specification: docs/protocol/pairing.md.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.identity import addresses, keys
from jumelage.bridge.identity.errors import AddressRefusedError, InvitationError
from jumelage.bridge.identity.genesis import Genesis, describe
from jumelage.bridge.identity.keychain.introduction import chain_of
from jumelage.bridge.identity.keychain.statements import (
    MOST_STATEMENTS,
    Signed,
    current_key,
    follow,
)
from jumelage.bridge.identity.keychain.wire import Line as KeyLine
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.models import Node
from jumelage.kit import clock

INVITATION = "jumelage/invitation/1"
HELLO = "jumelage/hello/1"
NOTICE = "jumelage/pairing-notice/1"
LARGEST = 64 * 1024
"""Bytes of an envelope; the card of a node that changed its key often is the largest."""
LONGEST_LIFE = timedelta(days=31)

Nonce = Annotated[str, msgspec.Meta(pattern="^[a-z2-7]{26}$")]
Origin = Annotated[str, msgspec.Meta(pattern="^[a-z2-7]{32}$")]
Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]
Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern="^[^\\x00-\\x1f\\x7f]*$")]
Word = Literal["waiting", "confirmed", "refused", "ended"]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message is read whole or not at all."""


class Envelope(_Strict, frozen=True):
    """The exact signed text, what it was signed as, and the signature as base64."""

    kind: str
    text: str
    signature: str


class CityCard(_Strict, frozen=True):
    """A city as its node describes it."""

    slug: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,50}$")]
    name: Annotated[dict[Literal["fr", "en"], Line], msgspec.Meta(min_length=1)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    time_zone: Annotated[str, msgspec.Meta(max_length=64)]
    languages: Annotated[list[Language], msgspec.Meta(max_length=10)]
    accent: dict[Literal["light", "dark"], Colour]


class Card(_Strict, frozen=True, omit_defaults=True):
    """What a node says of itself: its genesis with both signatures, its address, its city.

    `keys` is only there once the node has changed its key; its limits stay at home.
    """

    genesis: Annotated[str, msgspec.Meta(max_length=1000)]
    by_recovery: Hex
    by_signing: Hex
    url: str
    city: CityCard
    keys: Annotated[list[KeyLine], msgspec.Meta(max_length=MOST_STATEMENTS)] = []

    @property
    def chain(self) -> list[Signed]:
        """The statements that lead from the genesis to the present key, unchecked."""
        return [line.read() for line in self.keys]

    @property
    def signing_key(self) -> bytes:
        """The key that signs for the node now, after checking everything that leads to it.

        Raises:
            SignatureError: something is not signed by whom it must be.
        """
        return current_key(self.proof, follow(self.proof, self.chain))

    @property
    def proof(self) -> Genesis:
        """The genesis entry as bytes."""
        recovery, signing = bytes.fromhex(self.by_recovery), bytes.fromhex(self.by_signing)
        return Genesis(self.genesis.encode(), recovery, signing)

    @property
    def origin(self) -> str:
        """The node's name."""
        return self.proof.origin

    @property
    def columns(self) -> dict[str, object]:
        """The columns of the `Node` row that keeps this card."""
        return {
            "genesis": self.proof.text,
            "genesis_signatures": self.proof.signatures,
            "signing_key": self.signing_key,
            "url": self.url,
            **msgspec.to_builtins(self.city),
        }


class Invitation(_Strict, frozen=True):
    """An offer to pair, good for one answer until it expires."""

    v: Literal[1]
    card: Card
    nonce: Nonce
    created: datetime
    expires: datetime


class Hello(_Strict, frozen=True):
    """The answer to the invitation *answers* of the node *to*."""

    v: Literal[1]
    card: Card
    nonce: Nonce
    to: Origin
    answers: Nonce
    created: datetime
    expires: datetime


class Notice(_Strict, frozen=True):
    """What the sender's person decided; nonces are those of the sender and the receiver."""

    v: Literal[1]
    origin: Origin
    to: Origin
    nonce: Nonce
    peer_nonce: Nonce
    word: Word
    created: datetime


M = TypeVar("M", Invitation, Hello, Notice)


@dataclass(frozen=True, slots=True)
class Identity:
    """A node that can speak: its key and what it says of itself."""

    key: SigningKey
    card: Card

    @property
    def origin(self) -> str:
        """The node's name."""
        return self.card.origin

    def seal(self, kind: str, message: Invitation | Hello | Notice) -> bytes:
        """Return the envelope of *message* signed as *kind*."""
        text = msgspec.json.encode(message)
        signature = base64.b64encode(self.key.sign(kind, text)).decode()
        return msgspec.json.encode(Envelope(kind=kind, text=text.decode(), signature=signature))


def card_of(node: Node) -> Card:
    """Return what *node*, this one, says of itself."""
    genesis = Genesis.of(node)
    return Card(
        genesis=genesis.text.decode(),
        by_recovery=genesis.by_recovery.hex(),
        by_signing=genesis.by_signing.hex(),
        url=node.url,
        city=msgspec.convert(describe(node.city), CityCard),
        keys=[KeyLine.of(signed, ()) for signed in chain_of(node)],
    )


def _wrong(reason: str | Promise) -> InvitationError:
    return InvitationError(reason=reason)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        message = "a name is used twice"
        raise ValueError(message)
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _parse(text: str, form: type[M] | type[Envelope]) -> M | Envelope:
    """Read JSON in which no name is used twice; readers could disagree on such a text."""
    try:
        parsed = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        return msgspec.convert(parsed, form)
    except (ValueError, RecursionError) as error:
        raise _wrong(_("it cannot be read")) from error


def unseal(data: bytes, kind: str) -> tuple[str, bytes]:
    """Return the text of an envelope of *kind* and the signature, neither believed yet.

    Raises:
        InvitationError: it is no envelope of that kind.
    """
    if len(data) > LARGEST:
        raise _wrong(_("it is too large"))
    try:
        envelope = _parse(data.decode(), Envelope)
    except UnicodeDecodeError as error:
        raise _wrong(_("it cannot be read")) from error
    if not isinstance(envelope, Envelope) or envelope.kind != kind:
        raise _wrong(_("it is another kind of message"))
    try:
        return envelope.text, base64.b64decode(envelope.signature, validate=True)
    except ValueError as error:
        raise _wrong(_("it cannot be read")) from error


def read_card_message(data: bytes, kind: str, form: type[M]) -> M:
    """Return a message that brings its own card, after checking every signature.

    Raises:
        InvitationError: it cannot be read, is not what *kind* says, or was forged.
        SignatureError: its genesis is not signed by its own keys.
    """
    text, signature = unseal(data, kind)
    message = _parse(text, form)
    if isinstance(message, Notice | Envelope):
        raise _wrong(_("it is another kind of message"))
    signing = message.card.signing_key
    if not keys.verify(signing, kind, text.encode(), signature):
        raise _wrong(_("it was not signed by the node it speaks for"))
    _check_card(message.card)
    _check_life(message.created, message.expires)
    return message


def read_notice(data: bytes, sender: Node) -> Notice:
    """Return a notice that *sender* signed.

    Raises:
        InvitationError: it cannot be read, or *sender* did not sign it.
    """
    text, signature = unseal(data, NOTICE)
    if not keys.verify(bytes(sender.signing_key), NOTICE, text.encode(), signature):
        raise _wrong(_("it was not signed by the node it speaks for"))
    notice = _parse(text, Notice)
    if not isinstance(notice, Notice) or notice.origin != sender.origin:
        raise _wrong(_("it speaks for another node"))
    return notice


def _check_card(card: Card) -> None:
    try:
        addresses.parse(card.url)
        ZoneInfo(card.city.time_zone)
    except AddressRefusedError as error:
        raise _wrong(_("its address cannot be used")) from error
    except (ValueError, KeyError, OSError) as error:
        raise _wrong(_("its time zone is not known")) from error
    if set(card.city.accent) != {"light", "dark"}:
        raise _wrong(_("its colours are incomplete"))


def _check_life(created: datetime, expires: datetime) -> None:
    if created.tzinfo is None or expires.tzinfo is None:
        raise _wrong(_("its times have no time zone"))
    if not created < expires <= clock.now() + LONGEST_LIFE:
        raise _wrong(_("it is valid for too long"))
