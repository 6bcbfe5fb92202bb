"""The first statement of a node, which gives it its name.

The genesis entry holds the public halves of the recovery key and of the first signing key
and is signed by both. The node's origin is the beginning of its hash: nobody can claim a
name without the keys, and the recovery key keeps the name when the signing key is lost.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import AlreadyInitialisedError
from jumelage.bridge.identity.keys import NODE_KEY, RECOVERY_ADVICE, RECOVERY_KEY, SigningKey
from jumelage.bridge.models import Node
from jumelage.kit import clock
from jumelage.kit.city import City

KIND = "jumelage/genesis/1"
SIGNATURE_BYTES = 64


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the genesis bytes say; keys and the random number as lower-case hex."""

    v: int
    recovery: str
    signing: str
    created: str
    random: str


@dataclass(frozen=True, slots=True)
class Genesis:
    """The exact bytes and both signatures over them."""

    text: bytes
    by_recovery: bytes
    by_signing: bytes

    @property
    def origin(self) -> str:
        """The node's name: 160 bits of the SHA-256, as 32 lower-case base32 characters."""
        return base64.b32encode(hashlib.sha256(self.text).digest()).decode().lower()[:32]

    @property
    def signatures(self) -> bytes:
        """Both signatures, recovery first, 128 bytes."""
        return self.by_recovery + self.by_signing

    @classmethod
    def of(cls, node: Node) -> "Genesis":
        """Return the genesis of a node in the database."""
        both = bytes(node.genesis_signatures)
        return cls(bytes(node.genesis), both[:SIGNATURE_BYTES], both[SIGNATURE_BYTES:])

    def check(self) -> bytes:
        """Return the first signing key, 32 bytes, after checking both signatures.

        Raises:
            SignatureError: the bytes are not a genesis entry, or a signature does not fit.
        """
        try:
            said = msgspec.json.decode(self.text, type=Statement)
            recovery, signing = bytes.fromhex(said.recovery), bytes.fromhex(said.signing)
        except ValueError as error:
            raise self._broken(_("the genesis entry cannot be read")) from error
        if said.v != 1 or recovery == signing:
            raise self._broken(_("the genesis entry is of an unknown form"))
        if not keys.verify(recovery, KIND, self.text, self.by_recovery):
            raise self._broken(_("the genesis entry was not signed by its recovery key"))
        if not keys.verify(signing, KIND, self.text, self.by_signing):
            raise self._broken(_("the genesis entry was not signed by its signing key"))
        return signing

    def _broken(self, reason: str | Promise) -> SignatureError:
        return SignatureError(origin=self.origin, reason=reason)


def make(*, recovery: SigningKey, signing: SigningKey) -> Genesis:
    """Return a new genesis entry for the two keys."""
    text = orjson.dumps(
        {
            "v": 1,
            "recovery": recovery.public.hex(),
            "signing": signing.public.hex(),
            "created": clock.now().isoformat(timespec="seconds"),
            "random": secrets.token_hex(16),
        }
    )
    return Genesis(text, recovery.sign(KIND, text), signing.sign(KIND, text))


def initialise(*, city: City, url: str) -> Node:
    """Give this node its keys and its name; both key files and the row, or nothing.

    Raises:
        AlreadyInitialisedError: the node has an identity; nothing is changed.
        KeyFileExistsError: a key file without a node is in the data folder.
    """
    if known := Node.objects.filter(is_self=True).first():
        raise AlreadyInitialisedError(city=known.city)
    signing, recovery = SigningKey.make(), SigningKey.make()
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        with transaction.atomic():
            node = _row(make(recovery=recovery, signing=signing), city, url)
            _save(signing, folder / NODE_KEY, written)
            _save(recovery, folder / RECOVERY_KEY, written, RECOVERY_ADVICE)
    except BaseException as error:
        for path in written:
            path.unlink()
        if isinstance(error, IntegrityError):
            raise AlreadyInitialisedError(city=city) from error
        raise
    return node


def _save(key: SigningKey, path: Path, written: list[Path], preface: str = "") -> None:
    key.save(path, preface)
    written.append(path)


def _row(genesis: Genesis, city: City, url: str) -> Node:
    return Node.objects.create(
        origin=genesis.origin,
        genesis=genesis.text,
        genesis_signatures=genesis.signatures,
        signing_key=genesis.check(),
        url=url.rstrip("/"),
        is_self=True,
        **describe(city),
    )


def describe(city: City) -> dict[str, object]:
    """Return the columns of a `Node` that describe *city*."""
    return {
        "slug": city.slug,
        "name": city.name.as_dict(),
        "country": city.country,
        "time_zone": city.time_zone,
        "languages": list(city.languages),
        "accent": {"light": city.accent.light, "dark": city.accent.dark},
    }
