"""Keys stay in their files: modes, exclusive creation, nothing shown."""

import logging
import pickle
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jumelage.bridge.errors import NoIdentityError
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import (
    KeyFileDamagedError,
    KeyFileExistsError,
    KeyFileReadableError,
)
from jumelage.bridge.identity.keys import SigningKey

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
"""RFC 8032, section 7.1, test 1."""


def test_known_answer_of_rfc_8032() -> None:
    key = SigningKey.from_seed(SEED)
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign_bytes(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_encode_is_the_dsse_pre_authentication_encoding() -> None:
    encoded = keys.encode("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_a_signature_is_worth_nothing_for_another_kind_payload_or_key() -> None:
    key, other = SigningKey.from_seed(SEED), SigningKey.make()
    signature = key.sign("jumelage/checkpoint/1", b"head")
    assert keys.verify(key.public, "jumelage/checkpoint/1", b"head", signature)
    assert not keys.verify(key.public, "jumelage/invitation/1", b"head", signature)
    assert not keys.verify(key.public, "jumelage/checkpoint/1", b"heae", signature)
    assert not keys.verify(other.public, "jumelage/checkpoint/1", b"head", signature)
    assert not keys.verify(b"short", "jumelage/checkpoint/1", b"head", signature)
    assert not keys.verify(key.public, "jumelage/checkpoint/1", b"head", b"short")


def test_a_key_file_is_for_its_owner_only_and_reads_back(tmp_path: Path) -> None:
    key = SigningKey.make()
    key.save(tmp_path / "node.key")
    assert stat.S_IMODE((tmp_path / "node.key").stat().st_mode) == 0o600
    assert keys.load(tmp_path / "node.key").public == key.public


def test_a_key_file_with_a_preface_reads_back(tmp_path: Path) -> None:
    key = SigningKey.make()
    key.save(tmp_path / "recovery.key", keys.RECOVERY_ADVICE)
    assert keys.load(tmp_path / "recovery.key").public == key.public


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    first = SigningKey.make()
    first.save(tmp_path / "node.key")
    with pytest.raises(KeyFileExistsError):
        SigningKey.make().save(tmp_path / "node.key")
    assert keys.load(tmp_path / "node.key").public == first.public


def test_a_key_is_not_written_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "node.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileExistsError):
        SigningKey.make().save(tmp_path / "node.key")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "node.key"
    SigningKey.make().save(path)
    path.chmod(mode)
    with pytest.raises(KeyFileReadableError) as raised:
        keys.load(path)
    assert str(raised.value).startswith(f"Others can read the key file {path}.")


def test_a_missing_key_means_no_identity(tmp_path: Path) -> None:
    with pytest.raises(NoIdentityError):
        keys.load(tmp_path / "node.key")


def _elliptic_curve_key() -> bytes:
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\n", _elliptic_curve_key()]
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "node.key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileDamagedError):
        keys.load(path)


def test_a_key_shows_its_public_half_only(caplog: pytest.LogCaptureFixture) -> None:
    key = SigningKey.from_seed(SEED)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("jumelage").warning("key %r %s %s", key, key, [key])
    assert repr(key) == "SigningKey(d75a9801…)"
    assert caplog.messages == ["key " + "SigningKey(d75a9801…) " * 2 + "[SigningKey(d75a9801…)]"]


def test_a_key_is_never_serialised() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(SigningKey.make())
