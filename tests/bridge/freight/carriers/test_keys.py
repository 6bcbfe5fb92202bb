"""The keys of a session, against vectors of the standards and our own."""

import json
from pathlib import Path

import numpy as np
import pytest

from jumelage.bridge.freight.carriers import keys
from jumelage.bridge.freight.carriers.frames import hello
from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.wire import Kind
from jumelage.bridge.freight.errors import SessionKeyError

VECTORS = Path(__file__).parents[4] / "docs" / "protocol" / "vectors" / "freight-carriers.json"


def told() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(VECTORS.read_text("utf-8"))
    return read


def test_both_ends_agree_on_the_secret_of_the_vectors() -> None:
    given = told()["session"]
    one = keys.Exchange.of(bytes.fromhex(given["sender_private"]))
    two = keys.Exchange.of(bytes.fromhex(given["receiver_private"]))
    texts = {"question": given["question"].encode(), "answer": given["answer"].encode()}
    assert one.public.hex() == given["sender_public"]
    assert two.public.hex() == given["receiver_public"]
    assert one.agree(two.public, **texts).hex() == given["secret"]
    assert two.agree(one.public, **texts).hex() == given["secret"]


def test_another_transcript_gives_another_secret() -> None:
    one, two = keys.Exchange.make(), keys.Exchange.make()
    secret = one.agree(two.public, question=b"ab", answer=b"c")
    assert secret != two.agree(one.public, question=b"a", answer=b"bc")


@pytest.mark.parametrize("public", [b"", b"\0" * 32, b"short", b"\x01" + b"\0" * 31])
def test_unusable_public_key_is_refused(public: bytes) -> None:
    with pytest.raises(SessionKeyError):
        keys.Exchange.make().agree(public, question=b"", answer=b"")


def test_hello_of_the_vectors() -> None:
    given = told()["tls"]
    secret, session = bytes.fromhex(told()["session"]["secret"]), bytes.fromhex(given["session"])
    said = hello(secret, session, bytes.fromhex(given["certificate_sha256"]))
    assert said.hex() == given["hello"]


def test_datagrams_of_the_vectors() -> None:
    given = told()["udp"]
    seals = Seals(bytes.fromhex(told()["session"]["secret"]))
    assert seals.connection == int(given["connection"])
    assert seals.parcel(7, b"parcel seven").hex() == given["parcel_7_sealed"]
    assert seals.text(Kind.ANSWER, 5, b"\x02challenge").hex() == given["answer_5"]
    assert seals.text(Kind.CONTROL, 6, b"\x05").hex() == given["control_6"]
    head = bytes.fromhex(given["piece_head"])
    assert (
        seals.tags(np.frombuffer(head, np.uint8).reshape(1, 16)).tobytes().hex()
        == given["piece_tag"]
    )
    said = wire.decode_feedback(bytes.fromhex(given["feedback_text"]))
    assert (said.largest, said.ranges, said.again) == (9, ((7, 9), (0, 5)), (3,))
    assert wire.encode_feedback(said).hex() == given["feedback_text"]
