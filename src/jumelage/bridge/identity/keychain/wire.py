"""Key statements as they travel between nodes: `GET` and `POST /bridge/keys`."""

import base64
from collections.abc import Sequence
from typing import Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.identity.errors import KeyStatementError
from jumelage.bridge.identity.keychain.statements import MOST_STATEMENTS, Limit, Signed
from jumelage.bridge.identity.origin import Genesis

LARGEST = 48 * 1024
"""Bytes of one push; a longer chain is pushed in several."""
LARGEST_ANSWER = 4 * 1024 * 1024


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object in which nothing may be missing, added or of another type."""


class LimitLine(_Strict, frozen=True):
    """The opening of one limit: salt as base64, exact text."""

    salt: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=8192)]


class Line(_Strict, frozen=True):
    """One statement: exact text, signatures as base64."""

    text: str
    signature: Annotated[str, msgspec.Meta(max_length=100)]
    proof: Annotated[str, msgspec.Meta(max_length=100)]
    limits: list[LimitLine]

    @classmethod
    def of(cls, signed: Signed, feeds: Sequence[str]) -> "Line":
        """Return *signed* with the openings of *feeds* only."""
        return cls(
            text=signed.text.decode(),
            signature=_encode(signed.signature),
            proof=_encode(signed.proof),
            limits=[
                LimitLine(salt=_encode(limit.salt), text=limit.text.decode())
                for limit in signed.limits
                if limit.read().feed in feeds
            ],
        )

    def read(self) -> Signed:
        """Return the bytes, unchecked.

        Raises:
            ValueError: something is not base64.
        """
        limits = tuple(Limit(_decode(one.salt), one.text.encode()) for one in self.limits)
        return Signed(self.text.encode(), _decode(self.signature), _decode(self.proof), limits)


class Keys(_Strict, frozen=True):
    """What a node says of its keys; everything in it proves itself."""

    origin: str
    statements: Annotated[list[Line], msgspec.Meta(max_length=MOST_STATEMENTS)]
    genesis: str = ""
    by_recovery: str = ""
    by_signing: str = ""


def encode(genesis: Genesis, chain: Sequence[Signed], feeds: Sequence[str]) -> bytes:
    """Return everything a stranger needs to check *chain*, with the openings of *feeds*."""
    return msgspec.json.encode(
        Keys(
            origin=genesis.origin,
            genesis=genesis.text.decode(),
            by_recovery=genesis.by_recovery.hex(),
            by_signing=genesis.by_signing.hex(),
            statements=[Line.of(signed, feeds) for signed in chain],
        )
    )


def pushes(origin: str, chain: Sequence[Signed], feeds: Sequence[str]) -> list[bytes]:
    """Return the bodies that bring *chain* to a node that reads *feeds*, in order."""
    found: list[bytes] = []
    gathered: list[Line] = []
    for line in (Line.of(signed, feeds) for signed in chain):
        if gathered and len(_body(origin, [*gathered, line])) > LARGEST:
            found.append(_body(origin, gathered))
            gathered = []
        gathered.append(line)
    return [*found, _body(origin, gathered)] if gathered else found


def _body(origin: str, lines: list[Line]) -> bytes:
    return msgspec.json.encode({"origin": origin, "statements": lines})


def decode(body: bytes) -> tuple[str, list[Signed]]:
    """Return the origin that *body* speaks of, and its statements, unchecked.

    Raises:
        KeyStatementError, BridgeError: it cannot be read.
    """
    try:
        said = msgspec.convert(plain(body, "key statements"), Keys)
        return said.origin, [line.read() for line in said.statements]
    except ValueError as error:
        raise KeyStatementError(origin="", reason=_("it cannot be read")) from error


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
