"""The vectors of docs/protocol/keys.md, read as a second implementation would read them."""

import json
from pathlib import Path
from typing import Any

import pytest

from jumelage.bridge.identity.keychain import statements
from jumelage.bridge.identity.keychain.statements import Limit, Signed, follow
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.origin import Genesis

VECTORS = Path(__file__).parents[3] / "docs" / "protocol" / "vectors"


def _read(name: str) -> Any:  # noqa: ANN401  # a JSON document
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


@pytest.fixture
def genesis() -> Genesis:
    """Return the genesis of the node of the vectors."""
    node = _read("pairing.json")["nodes"][0]
    both = bytes.fromhex(node["by_recovery"]), bytes.fromhex(node["by_signing"])
    return Genesis(node["genesis"].encode(), *both)


def _chain() -> list[Signed]:
    return [
        Signed(
            one["text"].encode(),
            bytes.fromhex(one["signature"]),
            bytes.fromhex(one["proof"]),
            tuple(
                Limit(bytes.fromhex(limit["salt"]), limit["text"].encode())
                for limit in one["limits"]
            ),
        )
        for one in _read("keys.json")["statements"]
    ]


def test_the_chain_of_the_vectors_is_believed(genesis: Genesis) -> None:
    steps = follow(genesis, _chain())

    assert genesis.origin == _read("keys.json")["origin"]
    assert [step.said.why for step in steps] == ["rotated", "revoked", "lost"]
    for step, one in zip(steps, _read("keys.json")["statements"], strict=True):
        assert step.key == SigningKey.from_seed(bytes.fromhex(one["seed"])).public
        assert [limit.digest for limit in step.signed.limits] == [
            limit["digest"] for limit in one["limits"]
        ]


def test_our_own_signatures_are_those_of_the_vectors(genesis: Genesis) -> None:
    node = _read("pairing.json")["nodes"][0]
    former = SigningKey.from_seed(bytes.fromhex(node["signing_seed"]))
    recovery = SigningKey.from_seed(bytes.fromhex(node["recovery_seed"]))
    for one, step in zip(_read("keys.json")["statements"], follow(genesis, _chain()), strict=True):
        new = SigningKey.from_seed(bytes.fromhex(one["seed"]))
        signer = recovery if step.by_recovery else former
        text = one["text"].encode()
        assert signer.sign(statements.KIND, text).hex() == one["signature"]
        assert new.sign(statements.PROOF, text).hex() == one["proof"]
        former = new
