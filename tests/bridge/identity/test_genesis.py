"""The genesis entry gives a node its name; forged ones give none."""

import stat
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from jumelage.bridge.errors import NoIdentityError, SignatureError
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import AlreadyInitialisedError, KeyFileExistsError
from jumelage.bridge.identity.genesis import KIND, Genesis, initialise, make
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.models import Node
from jumelage.kit.city import City
from jumelage.kit.uris import Uri, new_id


def _genesis() -> tuple[Genesis, SigningKey, SigningKey]:
    recovery, signing = SigningKey.make(), SigningKey.make()
    return make(recovery=recovery, signing=signing), recovery, signing


def test_the_origin_is_a_valid_part_of_a_record_identifier() -> None:
    genesis, _, signing = _genesis()
    assert genesis.check() == signing.public
    uri = Uri(genesis.origin, new_id())
    assert Uri.parse(str(uri)) == uri


def test_swapped_or_foreign_signatures_are_refused() -> None:
    genesis, recovery, signing = _genesis()
    stranger = SigningKey.make()
    forged = (
        replace(genesis, by_recovery=genesis.by_signing, by_signing=genesis.by_recovery),
        replace(genesis, by_recovery=stranger.sign(KIND, genesis.text)),
        replace(genesis, by_signing=stranger.sign(KIND, genesis.text)),
        replace(genesis, by_signing=signing.sign("jumelage/hello/1", genesis.text)),
        replace(genesis, text=genesis.text.replace(b'"v":1', b'"v": 1')),
        replace(genesis, by_recovery=recovery.sign(KIND, b"")),
    )
    for attempt in forged:
        with pytest.raises(SignatureError):
            attempt.check()


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"recovery": "zz"}, {"recovery": ""}, {"extra": 1}, {"signing": 5}]
)
def test_a_genesis_of_another_form_is_refused(change: dict[str, object]) -> None:
    genesis, recovery, signing = _genesis()
    text = orjson.dumps({**orjson.loads(genesis.text), **change})
    with pytest.raises(SignatureError):
        Genesis(text, recovery.sign(KIND, text), signing.sign(KIND, text)).check()


def test_one_key_cannot_be_both() -> None:
    key = SigningKey.make()
    with pytest.raises(SignatureError):
        make(recovery=key, signing=key).check()


@pytest.mark.django_db
def test_initialise_writes_both_keys_and_the_row(data: Path, city: City) -> None:
    node = initialise(city=city, url="https://port.example/")
    stored = Node.objects.get(is_self=True)
    assert (stored.origin, stored.city, stored.url) == (node.origin, city, "https://port.example")
    assert Genesis.of(stored).origin == stored.origin
    assert Genesis.of(stored).check() == bytes(stored.signing_key) == keys.own_key().public
    modes = [stat.S_IMODE((data / name).stat().st_mode) for name in ("node.key", "recovery.key")]
    assert modes == [0o600, 0o600]


@pytest.mark.django_db
def test_initialise_twice_changes_nothing(data: Path, city: City) -> None:
    initialise(city=city, url="https://port.example")
    before = (data / "node.key").read_bytes()
    with pytest.raises(AlreadyInitialisedError):
        initialise(city=city, url="https://port.example")
    assert (data / "node.key").read_bytes() == before
    assert Node.objects.count() == 1


@pytest.mark.django_db
def test_initialise_leaves_nothing_half_done(data: Path, city: City) -> None:
    data.mkdir()
    (data / "recovery.key").touch(mode=0o600)
    with pytest.raises(KeyFileExistsError):
        initialise(city=city, url="https://port.example")
    assert Node.objects.count() == 0
    assert sorted(path.name for path in data.iterdir()) == ["recovery.key"]


@pytest.mark.django_db
def test_a_node_without_keys_cannot_sign(data: Path) -> None:
    assert not data.exists()
    with pytest.raises(NoIdentityError):
        keys.sign("jumelage/checkpoint/1", b"head")


@pytest.mark.django_db
def test_no_secret_reaches_the_database(data: Path, city: City) -> None:
    node = initialise(city=city, url="https://port.example")
    secret = (data / "node.key").read_bytes().splitlines()[1]
    columns = [bytes(node.genesis), bytes(node.genesis_signatures), bytes(node.signing_key)]
    assert [secret in column for column in columns] == [False, False, False]
