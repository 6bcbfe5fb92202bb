"""The certificate of a listener: made when it starts, kept nowhere, pinned by its hash.

No authority vouches for it. The receiver's node key signs its SHA-256 in the answer that opens a
session, and the sender compares: names and dates in it mean nothing.
"""

import hmac
import ssl
import tempfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from jumelage.bridge.freight.errors import WrongCertificateError
from jumelage.kit import clock

LIFE = timedelta(days=3650)


def receiving() -> tuple[ssl.SSLContext, bytes]:
    """Return a context with a new certificate, and the SHA-256 that the answer must name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jumelage freight")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0
    with tempfile.TemporaryDirectory() as folder:  # the module reads files only
        path = Path(folder) / "freight.pem"
        path.touch(mode=0o600)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(path)
    return context, sha256(certificate.public_bytes(Encoding.DER)).digest()


def sending() -> ssl.SSLContext:
    """Return a context that accepts any certificate: `pinned` must be called after it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def pinned(stream: ssl.SSLSocket, expected: bytes, *, host: str, port: int) -> None:
    """Check that *stream* ends where the signed answer says.

    Raises: WrongCertificateError.
    """
    shown = sha256(stream.getpeercert(binary_form=True) or b"").digest()
    if not hmac.compare_digest(shown, expected):
        raise WrongCertificateError(host=host, port=port)
