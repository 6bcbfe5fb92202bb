"""Request signatures: the RFC's own vector, another implementation, and every bad form."""

import base64
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity import signatures
from jumelage.bridge.identity.keys import SigningKey, verify_bytes
from jumelage.bridge.identity.signatures import Message

KEY = SigningKey.from_seed(bytes(range(32)))
ORIGIN = "a" * 32
MESSAGE = Message(
    "GET", "https://port.example/bridge/feeds?after=5", signatures.content_digest(b"")
)
GOOD = (
    '("@method" "@target-uri" "content-digest")'
    f';created=1795000000;keyid="{ORIGIN}";nonce="bbbbbbbbbbbbbbbb";tag="jumelage"'
)

RFC_9421_B_1_4 = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""


def test_known_answer_of_rfc_9421_b_2_6() -> None:
    """The signature base and signature printed in RFC 9421, appendix B.2.6."""
    components = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("@method", "POST"),
        ("@path", "/foo"),
        ("@authority", "example.com"),
        ("content-type", "application/json"),
        ("content-length", "18"),
    ]
    names = " ".join(f'"{name}"' for name, _ in components)
    signed = signatures.base(components, f'({names});created=1618884473;keyid="test-key-ed25519"')
    signature = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    public = load_pem_public_key(RFC_9421_B_1_4).public_bytes_raw()  # type: ignore[union-attr]
    assert verify_bytes(public, signed, signature)
    assert not verify_bytes(public, signed + b" ", signature)


def test_known_digest_of_rfc_9530() -> None:
    """Source: RFC 9530, appendix D, which digests this content with a final newline."""
    assert signatures.content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


def test_a_signed_message_verifies() -> None:
    headers = signatures.sign(MESSAGE, key=KEY, keyid=ORIGIN, created=1795000000, nonce="b" * 16)
    claim = signatures.read(headers["Signature-Input"])
    assert headers["Signature-Input"] == f"jumelage={GOOD}"
    assert (claim.keyid, claim.created, claim.nonce) == (ORIGIN, 1795000000, "b" * 16)
    signatures.check(claim, headers["Signature"], MESSAGE, KEY.public)


@pytest.mark.parametrize(
    "changed",
    [
        Message("POST", MESSAGE.url, MESSAGE.digest),
        Message("GET", MESSAGE.url + "0", MESSAGE.digest),
        Message("GET", "http" + MESSAGE.url[5:], MESSAGE.digest),
        Message("GET", MESSAGE.url.replace("port", "sport"), MESSAGE.digest),
        Message("GET", MESSAGE.url, signatures.content_digest(b" ")),
        Message("GET", MESSAGE.url, ""),
    ],
)
def test_a_changed_message_does_not_verify(changed: Message) -> None:
    headers = signatures.sign(MESSAGE, key=KEY, keyid=ORIGIN, created=1795000000, nonce="b" * 16)
    claim = signatures.read(headers["Signature-Input"])
    with pytest.raises(SignatureError):
        signatures.check(claim, headers["Signature"], changed, KEY.public)


@pytest.mark.parametrize(
    "signature", ["", "jumelage=::", "other=:{good}:", "jumelage=:{good}:, b=:{good}:", "{good}"]
)
def test_a_malformed_signature_is_refused(signature: str) -> None:
    claim = signatures.read(f"jumelage={GOOD}")
    good = base64.b64encode(KEY.sign_bytes(b"something else")).decode()
    with pytest.raises(SignatureError):
        signatures.check(claim, signature.format(good=good), MESSAGE, KEY.public)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"@method" ', "", "the component @method is not signed"),
        (' "content-digest"', "", "the component content-digest is not signed"),
        ('"@target-uri" ', "", "the component @target-uri is not signed"),
        ('"@method" ', '"@method" "@method" ', "a parameter or component is named twice"),
        ('"@method" ', '"@method" "date" ', "the signature is not of the agreed form"),
        (";created=1795000000", "", "the parameter created is missing"),
        (f';keyid="{ORIGIN}"', "", "the parameter keyid is missing"),
        (';nonce="bbbbbbbbbbbbbbbb"', "", "the parameter nonce is missing"),
        (';tag="jumelage"', "", "the parameter tag is missing"),
        (';tag="jumelage"', ';tag="other"', "the signature is for another use"),
        (
            ';tag="jumelage"',
            ';tag="jumelage";alg="rsa-v1_5-sha256"',
            "the signature is for another use",
        ),
        (';tag="jumelage"', ';tag="jumelage";tag="x"', "a parameter or component is named twice"),
        (';tag="jumelage"', ';tag="jumelage";expires=5', "the signature is not of the agreed form"),
        ('"bbbbbbbbbbbbbbbb"', '"b"', "the time or the nonce is not of the agreed form"),
        ("created=1795000000", 'created="now"', "the time or the nonce is not of the agreed form"),
        ("created=1795000000", "created=-1", "the signature is not of the agreed form"),
        ('"@method"', '"@method";req', "the signature is not of the agreed form"),
        (
            ';tag="jumelage"',
            ';tag="jumelage", b=("@method")',
            "the signature is not of the agreed form",
        ),
    ],
)
def test_anything_beyond_the_profile_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(SignatureError) as raised:
        signatures.read("jumelage=" + GOOD.replace(old, new))
    assert raised.value.facts["reason"] == reason


@pytest.mark.parametrize(
    "header", ["", "x", "jumelage=", "=" + GOOD, GOOD, "a" * 100_000, '"' * 99_999]
)
def test_noise_is_refused(header: str) -> None:
    with pytest.raises(SignatureError):
        signatures.read(header)


class _Request:
    """What the other implementation wants of a request."""

    def __init__(self, method: str, url: str) -> None:
        self.method, self.url = method, url
        self.headers: dict[str, str] = {}


def test_another_implementation_reads_ours_and_we_read_theirs() -> None:
    library = pytest.importorskip("http_message_signatures")
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    resolver = library.MappingKeyResolver(
        public_keys={ORIGIN: private.public_key()}, private_keys={ORIGIN: private}
    )
    algorithm = library.algorithms.ED25519
    body = b'{"hello": "world"}'
    message = Message("POST", "https://port.example/bridge/x?a=b", signatures.content_digest(body))

    ours = _Request(message.method, message.url)
    now = int(time.time())
    ours.headers = signatures.sign(message, key=KEY, keyid=ORIGIN, created=now, nonce="b" * 16)
    verifier = library.HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=resolver)
    verifier.verify(ours)

    theirs = _Request(message.method, message.url)
    library.HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=resolver).sign(
        theirs,
        key_id=ORIGIN,
        nonce="c" * 16,
        tag="jumelage",
        covered_component_ids=signatures.COMPONENTS[:2],
        body=body,
    )
    claim = signatures.read(theirs.headers["Signature-Input"])
    digest = theirs.headers["Content-Digest"]
    assert (claim.keyid, digest) == (ORIGIN, message.digest)
    signatures.check(claim, theirs.headers["Signature"], message, KEY.public)
