"""The JSON vectors of docs/protocol/pairing.md are true, and its table of states is the code's."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity import keys, signatures
from jumelage.bridge.identity.errors import InvitationError
from jumelage.bridge.identity.genesis import KIND, Genesis
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.messages import Hello, Invitation
from jumelage.bridge.identity.pairing.states import TRANSITIONS, Event, State
from jumelage.bridge.identity.pairing.words import spell
from jumelage.bridge.identity.signatures import Message
from jumelage.bridge.models import Node
from jumelage.kit import clock

FOLDER = Path(__file__).parents[3] / "docs" / "protocol"
VECTORS: dict[str, Any] = orjson.loads((FOLDER / "vectors" / "pairing.json").read_bytes())
THEN = datetime(2026, 11, 23, tzinfo=UTC)
INVITER, ACCEPTER = VECTORS["nodes"]


def test_encoding() -> None:
    vector = VECTORS["encoding"]
    assert keys.encode(vector["kind"], vector["text"].encode()) == vector["encoded"].encode()


@pytest.mark.parametrize("node", [INVITER, ACCEPTER])
def test_genesis(node: dict[str, str]) -> None:
    recovery = SigningKey.from_seed(bytes.fromhex(node["recovery_seed"]))
    signing = SigningKey.from_seed(bytes.fromhex(node["signing_seed"]))
    text = node["genesis"].encode()
    genesis = Genesis(text, recovery.sign(KIND, text), signing.sign(KIND, text))
    assert genesis.check() == signing.public
    assert (genesis.origin, genesis.by_recovery.hex(), genesis.by_signing.hex()) == (
        node["origin"],
        node["by_recovery"],
        node["by_signing"],
    )


def test_messages() -> None:
    data = {name: orjson.dumps(VECTORS[name]) for name in ("invitation", "hello", "notice")}
    with clock.fixed(THEN):
        invitation = messages.read_card_message(data["invitation"], messages.INVITATION, Invitation)
        hello = messages.read_card_message(data["hello"], messages.HELLO, Hello)
    sender = Node(origin=INVITER["origin"], **invitation.card.columns)
    notice = messages.read_notice(data["notice"], sender)
    assert (invitation.card.origin, hello.card.origin) == (INVITER["origin"], ACCEPTER["origin"])
    assert (hello.to, hello.answers) == (INVITER["origin"], invitation.nonce)
    assert (notice.word, notice.peer_nonce) == ("confirmed", hello.nonce)


@pytest.mark.parametrize("name", VECTORS["refused"])
def test_refused(name: str) -> None:
    with clock.fixed(THEN), pytest.raises((InvitationError, SignatureError)):
        messages.read_card_message(
            orjson.dumps(VECTORS["refused"][name]), messages.INVITATION, Invitation
        )


def test_words() -> None:
    vector = VECTORS["words"]
    words = spell(
        inviter=INVITER["genesis"].encode(),
        accepter=ACCEPTER["genesis"].encode(),
        inviter_nonce=vector["inviter_nonce"],
        accepter_nonce=vector["accepter_nonce"],
    )
    assert (list(words.english), list(words.french)) == (vector["english"], vector["french"])


def test_request() -> None:
    vector = VECTORS["request"]
    key = SigningKey.from_seed(bytes.fromhex(vector["signing_seed"]))
    digest = signatures.content_digest(vector["body"].encode())
    message = Message(vector["method"], vector["url"], digest)
    claim = signatures.read(vector["headers"]["Signature-Input"])
    signatures.check(claim, vector["headers"]["Signature"], message, key.public)
    again = signatures.sign(
        message, key=key, keyid=claim.keyid, created=claim.created, nonce=claim.nonce
    )
    assert again == vector["headers"]
    signature = base64.b64decode(vector["headers"]["Signature"].split(":")[1])
    assert keys.verify_bytes(key.public, vector["base"].encode(), signature)


def _documented() -> dict[tuple[State, Event], State]:
    """Read the table of states in pairing.md."""
    page = (FOLDER / "pairing.md").read_text("utf-8")
    table = page.split("### States")[1].split("*There*")[0]
    found = {}
    for names, _, events in re.findall(
        r"^\| ([a-z, -]+) \| (.+?) \| (.+) \|$", table, re.MULTILINE
    ):
        for part in events.split(" · ") if names != "state" else ():
            causes, _, after = part.partition(": ")
            for start in names.split(", "):
                for cause in causes.split(", "):
                    end = start if after == "unchanged" else after
                    found[State(start), Event(cause.replace(" ", "-"))] = State(end)
    return found


def test_the_documented_states_are_those_of_the_code() -> None:
    assert _documented() == TRANSITIONS
