"""Key statements: a node says that another key signs for it. Pure: no files, no database.

Theory of operation. The genesis entry names the first signing key and the recovery key. Each
statement names the next signing key, is chained to the statement before, and carries a proof
that the new key is held. A *rotation* is signed by the former key. A *revocation* (the former
key is in other hands) and a *recovery* (it is lost) are signed by the recovery key.

Whoever stole a signing key can state a rotation to a key of his own. Therefore a statement by
the recovery key takes the place of any statement that the former key signed alone.

A statement says how far each feed had come under the former key. What one city says to another
alone is nobody else's business, so the statement holds salted hashes of these limits, and a
reader is given the openings of those feeds that it may read.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import KeyStatementError
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.origin import Genesis
from jumelage.kit import clock

KIND = "jumelage/key/1"
PROOF = "jumelage/key-proof/1"
MOST_STATEMENTS = 500
SALT_BYTES = 16

Why = Literal["rotated", "revoked", "lost"]
BY_RECOVERY: frozenset[str] = frozenset({"revoked", "lost"})
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Seq = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object in which nothing may be missing, added or of another type."""


class Text(_Strict, frozen=True):
    """What is signed; `prev` is the SHA-256 of the text before, of the genesis for the first."""

    v: Literal[1]
    origin: Annotated[str, msgspec.Meta(pattern="^[a-z2-7]{32}$")]
    number: Annotated[int, msgspec.Meta(ge=1, le=MOST_STATEMENTS)]
    prev: Hash
    key: Hash
    why: Why
    limits: Annotated[list[Hash], msgspec.Meta(max_length=1000)]
    created: datetime


class LimitText(_Strict, frozen=True):
    """How far a feed had come: `(seq, hash)` of the last valid entry, then of earlier ones."""

    feed: Annotated[str, msgspec.Meta(max_length=40)]
    epoch: Seq
    points: Annotated[list[tuple[Seq, Hash]], msgspec.Meta(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True)
class Limit:
    """The opening of one salted limit: the exact text and its salt."""

    salt: bytes
    text: bytes

    @property
    def digest(self) -> str:
        """What the statement holds of it."""
        return hashlib.sha256(self.salt + self.text).hexdigest()

    def read(self) -> LimitText:
        """Return what it says.

        Raises:
            ValueError, BridgeError: it cannot be read.
        """
        return msgspec.convert(plain(self.text, "limit"), LimitText)


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as it travels: exact text, both signatures, and openings of limits."""

    text: bytes
    signature: bytes
    proof: bytes
    limits: tuple[Limit, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A statement that was verified in its place."""

    said: Text
    signed: Signed

    @property
    def key(self) -> bytes:
        """The key that signs from here on, 32 bytes."""
        return bytes.fromhex(self.said.key)

    @property
    def by_recovery(self) -> bool:
        """Whether the recovery key vouches for it."""
        return self.said.why in BY_RECOVERY

    @property
    def limits(self) -> list[LimitText]:
        """The limits that were opened here."""
        return [limit.read() for limit in self.signed.limits]


def seal_limit(feed: str, epoch: int, points: Sequence[tuple[int, bytes]]) -> Limit:
    """Return the limit of one feed under a fresh salt; *points* begin with the last entry."""
    text = LimitText(feed=feed, epoch=epoch, points=[(seq, head.hex()) for seq, head in points])
    return Limit(secrets.token_bytes(SALT_BYTES), msgspec.json.encode(text))


def make(
    genesis: Genesis,
    steps: Sequence[Step],
    *,
    why: Why,
    new: SigningKey,
    signer: SigningKey,
    limits: Sequence[Limit] = (),
) -> Signed:
    """Return the statement that follows *steps*: *signer* is the former or the recovery key."""
    text = Text(
        v=1,
        origin=genesis.origin,
        number=len(steps) + 1,
        prev=_hash_before(genesis, steps),
        key=new.public.hex(),
        why=why,
        limits=sorted(limit.digest for limit in limits),
        created=clock.now().replace(microsecond=0),
    )
    raw = msgspec.json.encode(text)
    return Signed(raw, signer.sign(KIND, raw), new.sign(PROOF, raw), tuple(limits))


def current_key(genesis: Genesis, steps: Sequence[Step]) -> bytes:
    """Return the key that signs after *steps*."""
    return steps[-1].key if steps else genesis.check()


def follow(genesis: Genesis, chain: Sequence[Signed]) -> list[Step]:
    """Return the verified steps of a whole *chain*, from the genesis on.

    Raises:
        SignatureError: the genesis is not signed by its own keys.
        KeyStatementError: a statement does not follow, or is not signed by whom it must be.
    """
    genesis.check()
    if len(chain) > MOST_STATEMENTS:
        raise _wrong(genesis, _("there are too many"))
    steps: list[Step] = []
    for signed in chain:
        steps.append(_next(genesis, steps, signed))
    return steps


def _next(genesis: Genesis, steps: Sequence[Step], signed: Signed) -> Step:
    said = _read(genesis, signed)
    if (said.origin, said.number, said.prev) != (
        genesis.origin, len(steps) + 1, _hash_before(genesis, steps),
    ):  # fmt: skip
        raise _wrong(genesis, _("it does not follow from what is known"))
    new = bytes.fromhex(said.key)
    if new in {genesis.recovery, genesis.check(), *(step.key for step in steps)}:
        raise _wrong(genesis, _("the new key was used before"))
    signer = genesis.recovery if said.why in BY_RECOVERY else current_key(genesis, steps)
    if not keys.verify(signer, KIND, signed.text, signed.signature):
        raise _wrong(genesis, _("it was not signed by the key it must be signed by"))
    if not keys.verify(new, PROOF, signed.text, signed.proof):
        raise _wrong(genesis, _("the new key did not prove that it is held"))
    return Step(said, signed)


def _read(genesis: Genesis, signed: Signed) -> Text:
    try:
        said = msgspec.convert(plain(signed.text, "key statement"), Text)
        for limit in signed.limits:
            limit.read()
    except ValueError as error:
        raise _wrong(genesis, _("it cannot be read")) from error
    if said.created.tzinfo is None:
        raise _wrong(genesis, _("it cannot be read"))
    if not {limit.digest for limit in signed.limits} <= set(said.limits):
        raise _wrong(genesis, _("a limit does not fit its hash"))
    return said


def merge(genesis: Genesis, held: Sequence[Step], offered: Sequence[Signed]) -> list[Step]:
    """Return the chain to believe after *offered*, which may begin anywhere in *held* or after.

    What is held stays, unless it was signed by a former key alone and *offered* has a
    statement by the recovery key in its place.

    Raises:
        KeyStatementError: *offered* is not a chain, or contradicts what is held.
    """
    if not offered:
        return list(held)
    first = _read(genesis, offered[0]).number
    if first > len(held) + 1:
        raise _wrong(genesis, _("it does not follow from what is known"))
    before = [step.signed for step in held[: first - 1]]
    steps = follow(genesis, [*before, *offered])
    for number, (one, other) in enumerate(zip(held, steps, strict=False)):
        if one.signed.text != other.signed.text:
            _demand_stronger(genesis, held[number:], other)
            return steps
    return steps if len(steps) > len(held) else list(held)


def _demand_stronger(genesis: Genesis, held: Sequence[Step], other: Step) -> None:
    if not other.by_recovery or any(step.by_recovery for step in held):
        raise _wrong(genesis, _("it contradicts what is known"))


def with_openings(steps: Sequence[Step], offered: Sequence[Signed]) -> list[Step]:
    """Return *steps* with the openings of limits that *offered* adds; all were verified."""
    added: Mapping[bytes, Signed] = {signed.text: signed for signed in offered}
    found = []
    for step in steps:
        more = added.get(step.signed.text, step.signed).limits
        every = {limit.digest: limit for limit in (*step.signed.limits, *more)}
        one = step.signed
        signed = Signed(one.text, one.signature, one.proof, tuple(every.values()))
        found.append(Step(step.said, signed))
    return found


def _hash_before(genesis: Genesis, steps: Sequence[Step]) -> str:
    return hashlib.sha256(steps[-1].signed.text if steps else genesis.text).hexdigest()


def _wrong(genesis: Genesis, reason: str | Promise) -> KeyStatementError:
    return KeyStatementError(origin=genesis.origin, reason=reason)
