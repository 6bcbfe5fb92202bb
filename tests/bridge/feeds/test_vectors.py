"""The JSON vectors of docs/protocol/feeds.md are true, for this implementation and by hand."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from jumelage.bridge.errors import ChainError, SignatureError
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head, follow
from jumelage.bridge.feeds.wire import decode_header, encode_header, encode_line
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.replication.client import split_page

FOLDER = Path(__file__).parents[3] / "docs" / "protocol" / "vectors"
VECTORS: dict[str, Any] = orjson.loads((FOLDER / "feeds.json").read_bytes())
START = Head(VECTORS["origin"], VECTORS["feed"], VECTORS["epoch"], 0, bytes(32))
ERRORS = {"line": msgspec.DecodeError, "chain": ChainError, "signature": SignatureError}


def read(page: list[str]) -> list[str]:
    """Read *page* as a reader does; return the operations of its entries."""
    lines, signed = split_page("".join(f"{line}\n" for line in page).encode())
    links = list(follow(START, lines))
    head = Head(START.origin, START.feed, START.epoch, links[-1].header.seq, links[-1].hash)
    checkpoints.check(signed, head, bytes.fromhex(VECTORS["signing"]))
    return [link.header.operation for link in links]


def test_vectors_hold_without_our_code() -> None:
    before = bytes(32)
    for number, entry in enumerate(VECTORS["entries"], 1):
        header = orjson.loads(entry["header"])
        salted = bytes.fromhex(entry["salt"]) + entry["body"].encode()
        before_hex, before = before.hex(), hashlib.sha256(entry["header"].encode()).digest()

        assert (header["seq"], header["prev"]) == (number, before_hex)
        assert header["body"] == entry["body_hash"] == hashlib.sha256(salted).hexdigest()
        assert header["size"] == len(entry["body"].encode())
        assert entry["hash"] == before.hex()


def test_vectors_page_is_written_as_we_write_it() -> None:
    erased = 2
    lines = []
    for number, entry in enumerate(VECTORS["entries"], 1):
        salt, body = bytes.fromhex(entry["salt"]), entry["body"].encode()
        there = (None, None) if number == erased else (salt, body)
        lines.append(encode_line(encode_header(decode_header(entry["header"])), *there))

    assert [line.decode().rstrip("\n") for line in lines] == VECTORS["page"][:-1]


def test_vectors_checkpoint_is_signed_by_the_key_of_the_pairing_vectors() -> None:
    key = SigningKey.from_seed(bytes.fromhex(VECTORS["signing_seed"]))
    text = VECTORS["checkpoint"]["text"].encode()

    assert key.public.hex() == VECTORS["signing"]
    assert key.sign(checkpoints.KIND, text).hex() == VECTORS["checkpoint"]["signature"]


def test_vectors_page_is_accepted() -> None:
    assert read(VECTORS["page"]) == ["put", "put", "put", "withdraw"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_vectors_broken_page_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ERRORS[case["error"]]):
        read(case["page"])
