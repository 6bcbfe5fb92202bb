"""Ed25519 keys (RFC 8032) and signatures over typed, exact bytes.

What is signed is never the bare payload but its pre-authentication encoding, which holds
the kind of statement and both lengths, so a signature made for a checkpoint can never be
passed off as one for an invitation. Source: DSSE protocol 1.0, section "PAE".

Private keys live in two files of the data folder and nowhere else: `node.key`, which the
node signs with, and `recovery.key`, which its people move to a safe place.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from jumelage.bridge.errors import NoIdentityError
from jumelage.bridge.identity.errors import (
    KeyFileDamagedError,
    KeyFileExistsError,
    KeyFileReadableError,
    KeyMissingError,
)

NODE_KEY = "node.key"
RECOVERY_KEY = "recovery.key"
RECOVERY_ADVICE = """\
Recovery key of this node - Clé de secours de ce nœud

Move this file to a safe place outside this computer (a sealed USB stick, a safe), then
delete it here. It is the only way to keep the node's name if its signing key is lost or
stolen. Nobody needs it day to day. Do not send it by e-mail.

Déplacez ce fichier vers un lieu sûr hors de cet ordinateur (une clé USB scellée, un
coffre), puis supprimez-le ici. Lui seul permet de garder le nom du nœud si sa clé de
signature est perdue ou volée. Personne n’en a besoin au quotidien. Ne l’envoyez pas par
courriel.

"""


def encode(kind: str, payload: bytes) -> bytes:
    """Return the bytes that are signed for *payload* as a statement of *kind*.

    Source: DSSE protocol 1.0: `DSSEv1 <len(kind)> <kind> <len(payload)> <payload>`.
    """
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key that does not show itself."""

    _private: Ed25519PrivateKey = field(repr=False, compare=False)
    public: bytes
    """The 32 bytes of the public key."""

    @classmethod
    def make(cls) -> "SigningKey":
        """Return a new random key."""
        return cls.of(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> "SigningKey":
        """Return *private* wrapped."""
        return cls(private, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """Return the key of a 32-byte *seed* (RFC 8032, section 5.1.5)."""
        return cls.of(Ed25519PrivateKey.from_private_bytes(seed))

    def __repr__(self) -> str:
        """Show the beginning of the public key only."""
        return f"SigningKey({self.public.hex()[:8]}…)"

    def __reduce__(self) -> str:
        """Refuse to be pickled, into a cache or a job queue for instance.

        Raises:
            TypeError: always.
        """
        message = "a signing key is never serialised"
        raise TypeError(message)

    def sign(self, kind: str, payload: bytes) -> bytes:
        """Return the 64-byte signature of *payload* as a statement of *kind*."""
        return self.sign_bytes(encode(kind, payload))

    def sign_bytes(self, data: bytes) -> bytes:
        """Return the 64-byte signature of exactly *data* (for formats with their own typing)."""
        return self._private.sign(data)

    def save(self, path: Path, preface: str = "") -> None:
        """Write the key as PKCS #8 PEM after *preface*, readable by the owner only, durably.

        Raises:
            KeyFileExistsError: *path* exists; it is left untouched.
        """
        pem = self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError as error:
            raise KeyFileExistsError(path=path) from error
        with os.fdopen(handle, "wb") as file:
            file.write(preface.encode() + pem)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in *folder* survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load(path: Path, *, private: bool = True) -> SigningKey:
    """Read a key file; unless it need not be *private*, only its owner may be able to.

    Raises:
        NoIdentityError: there is no such file.
        KeyFileReadableError: its mode lets the group or others read it.
        KeyFileDamagedError: it holds no Ed25519 private key.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NoIdentityError from error
    with file:
        if private and os.fstat(file.fileno()).st_mode & 0o077:
            raise KeyFileReadableError(path=path)
        text = file.read()
    try:
        found = load_pem_private_key(text[max(text.find(b"-----BEGIN"), 0) :], None)
    except ValueError as error:
        raise KeyFileDamagedError(path=path) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyFileDamagedError(path=path)
    return SigningKey.of(found)


_acting: ContextVar[SigningKey | None] = ContextVar("acting", default=None)


@contextmanager
def signing_with(key: SigningKey) -> Iterator[None]:
    """Let *key* sign for this node inside the block, before its file is in place."""
    token = _acting.set(key)
    try:
        yield
    finally:
        _acting.reset(token)


_Seen = tuple[int, int, int]
_known: dict[Path, tuple[_Seen, SigningKey]] = {}


def own_key() -> SigningKey:
    """Return this node's signing key; the file is read again when it was replaced.

    A look at the file costs 2 µs, so that every process of the node signs with a new key as
    soon as it is there.

    Raises:
        KeyMissingError: there is no such file; and as `load`.
    """
    if acting := _acting.get():
        return acting
    path = Path(settings.DATA) / NODE_KEY
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise KeyMissingError(path=path) from error
    seen = (found.st_ino, found.st_mtime_ns, found.st_size)
    held = _known.get(path)
    if held is None or held[0] != seen:
        held = _known[path] = (seen, load(path))
    return held[1]


def sign(kind: str, payload: bytes) -> bytes:
    """Return this node's 64-byte signature of *payload* as a statement of *kind*."""
    return own_key().sign(kind, payload)


def verify(public: bytes, kind: str, payload: bytes, signature: bytes) -> bool:
    """Tell whether *signature* is the key *public*'s over *payload* as a statement of *kind*."""
    return verify_bytes(public, encode(kind, payload), signature)


def verify_bytes(public: bytes, data: bytes, signature: bytes) -> bool:
    """Tell whether *signature* is the key *public*'s over exactly *data*."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes(public)).verify(bytes(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
