"""HTTP message signatures in one strict profile, without any I/O.

Every request between nodes carries exactly one Ed25519 signature over its method, its full
address and the digest of its content, with the time, the signer, a random number and a tag.
Parsing is strict: what the profile does not name is refused, so there is nothing to
negotiate and nothing to confuse. Source: RFC 9421 (signatures), RFC 9530 (digests),
RFC 8941 (structured fields); profile: docs/protocol/pairing.md.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity.keys import SigningKey, verify_bytes

COMPONENTS = ("@method", "@target-uri", "content-digest")
LABEL = "jumelage"
TAG = "jumelage"

_INPUT = re.compile(
    r"(?P<label>[a-z*][a-z0-9_.*-]{0,31})="
    r'(?P<params>\((?P<components>(?:"[a-z0-9@-]{1,40}"(?: "[a-z0-9@-]{1,40}")*)?)\)'
    r'(?P<pairs>(?:;[a-z]{1,16}=(?:\d{1,15}|"[\x20-\x21\x23-\x5b\x5d-\x7e]{0,80}"))*))'
)
_PAIR = re.compile(r';([a-z]+)=(?:(\d+)|"([^"]*)")')
_PARAMETERS = frozenset({"created", "keyid", "nonce", "tag"})
_OPTIONAL = frozenset({"alg"})


@dataclass(frozen=True, slots=True)
class Message:
    """What is signed of a request; *digest* is the value of its `Content-Digest`."""

    method: str
    url: str
    digest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature says about itself; true only once `check` has accepted it."""

    label: str
    params: str
    components: tuple[str, ...]
    created: int
    keyid: str
    nonce: str


def base(components: Iterable[tuple[str, str]], params: str) -> bytes:
    """Return the signature base. Source: RFC 9421, section 2.5."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


def content_digest(body: bytes) -> str:
    """Return the value of `Content-Digest`. Source: RFC 9530, section 2."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _values(message: Message, names: Iterable[str]) -> list[tuple[str, str]]:
    known = {
        "@method": message.method.upper(),
        "@target-uri": message.url,
        "content-digest": message.digest,
    }
    return [(name, known[name]) for name in names]


def sign(
    message: Message, *, key: SigningKey, keyid: str, created: int, nonce: str
) -> dict[str, str]:
    """Return the three headers that sign *message*; *created* in UNIX seconds."""
    covered = " ".join(f'"{name}"' for name in COMPONENTS)
    params = f'({covered});created={created};keyid="{keyid}";nonce="{nonce}";tag="{TAG}"'
    signature = key.sign_bytes(base(_values(message, COMPONENTS), params))
    return {
        "Content-Digest": message.digest,
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def read(signature_input: str) -> Claim:
    """Return what the header `Signature-Input` claims.

    Raises:
        SignatureError: the header is absent, is not of the strict profile, or holds more
            than one signature.
    """
    if not signature_input:
        raise _wrong("", _("the request is not signed"))
    match = _INPUT.fullmatch(signature_input)
    if match is None:
        raise _wrong("", _("the signature is not of the agreed form"))
    pairs = [(name, number or text) for name, number, text in _PAIR.findall(match["pairs"])]
    given = dict(pairs)
    components = tuple(re.findall(r'"([^"]+)"', match["components"]))
    _demand(given.get("keyid", ""), pairs, components)
    return Claim(
        label=match["label"],
        params=match["params"],
        components=components,
        created=int(given["created"]),
        keyid=given["keyid"],
        nonce=given["nonce"],
    )


def _demand(keyid: str, pairs: list[tuple[str, str]], components: tuple[str, ...]) -> None:
    """Refuse anything missing, doubled or beyond the profile."""
    names = [name for name, _ in pairs]
    given = dict(pairs)
    if len(names) != len(given) or len(components) != len(set(components)):
        raise _wrong(keyid, _("a parameter or component is named twice"))
    if missing := sorted(set(COMPONENTS) - set(components)):
        raise _wrong(keyid, _("the component %(name)s is not signed") % {"name": missing[0]})
    if missing := sorted(_PARAMETERS - set(names)):
        raise _wrong(keyid, _("the parameter %(name)s is missing") % {"name": missing[0]})
    if set(components) - set(COMPONENTS) or set(names) - _PARAMETERS - _OPTIONAL:
        raise _wrong(keyid, _("the signature is not of the agreed form"))
    if given["tag"] != TAG or given.get("alg", "ed25519") != "ed25519":
        raise _wrong(keyid, _("the signature is for another use"))
    if not given["created"].isdigit() or not 8 <= len(given["nonce"]) <= 64:
        raise _wrong(keyid, _("the time or the nonce is not of the agreed form"))


def check(claim: Claim, signature: str, message: Message, public_key: bytes) -> None:
    """Check that the header `Signature` is *public_key*'s signature of *message*.

    That the digest fits the content is for the caller to compare with `content_digest`.

    Raises:
        SignatureError: it is not.
    """
    match = re.fullmatch(rf"{re.escape(claim.label)}=:([A-Za-z0-9+/=]{{88}}):", signature)
    signed = base(_values(message, claim.components), claim.params)
    if match is None or not verify_bytes(public_key, signed, base64.b64decode(match[1])):
        raise _wrong(claim.keyid, "the signature does not fit the request")


def _wrong(keyid: str, reason: str | Promise) -> SignatureError:
    return SignatureError(origin=keyid, reason=reason)
