"""The vectors of docs/protocol/freight.md, which another implementation would be built from."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jumelage.bridge.freight.deliveries.listing import parts
from jumelage.bridge.freight.deliveries.listing.arriving import ListArrival
from jumelage.bridge.freight.errors import UnsafeNameError
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.packing.chunking import FILE, Cutter, most_chunks, scale_of
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.freight.packing.parsing import parse
from jumelage.bridge.freight.packing.roots import chunk_hash, root_of, rows

FILE_OF_VECTORS = Path(__file__).parents[4] / "docs/protocol/vectors/freight-lists.json"
VECTORS: dict[str, Any] = json.loads(FILE_OF_VECTORS.read_text("utf-8"))


def test_hashes_and_roots() -> None:
    for one in VECTORS["chunk_hash"]:
        assert chunk_hash(bytes.fromhex(one["bytes"])).hex() == one["hash"]
    for one in VECTORS["root"]:
        table = rows([bytes.fromhex(chunk) for chunk in one["chunks"]])
        assert (table.hex(), root_of(table).hex()) == (one["table"], one["root"])


def test_cuts() -> None:
    numbers = (number.to_bytes(8, "big") for number in range(31_250))
    data = b"".join(hashlib.sha256(number).digest() for number in numbers)
    cuts = [len(chunk) for chunk in Cutter(FILE, len(data)).cut(memoryview(data), last=True)]
    assert cuts == VECTORS["cuts"]["lengths"]


def test_the_size_of_a_file_says_how_it_is_cut() -> None:
    for one in VECTORS["cuts"]["by_size"]:
        size = one["bytes"]
        assert (scale_of(FILE, size), most_chunks(FILE, size)) == (one["scale"], one["most_chunks"])


def test_list_and_its_parcels() -> None:
    told = VECTORS["list"]
    read = parse(base64.b64decode(told["bytes"]))
    assert read.list_hash.hex() == told["list_hash"]
    assert list(read.lengths) == told["lengths"]
    assert [blob.first for blob in read.blobs] == told["first_rows"]
    lacking = Bitmap.unpack(bytes.fromhex(VECTORS["lacking"]["packed"]), read.head.chunks)
    assert list(lacking) == VECTORS["lacking"]["chunks"]
    assert bytes(lacking.bits).hex() == VECTORS["lacking"]["bits"]
    wanted = parcels(read, lacking)
    assert [list(wanted[number]) for number in range(len(wanted))] == VECTORS["parcels"]["chunks"]
    assert list(wanted.sizes) == VECTORS["parcels"]["sizes"]


def test_parts_of_a_list(tmp_path: Path, settings: Settings) -> None:
    told = VECTORS["list_parts"]
    for one in told["lengths"]:
        size, count = one["list_bytes"], one["parts"]
        assert parts.count(size) == count
        assert [parts.length(n, size) for n in (count - 1, count)] == [one["last"], 0]
    settings.DATA = tmp_path
    data = b"".join(hashlib.sha256(n.to_bytes(8, "big")).digest() for n in range(18_750))
    with ListArrival("a" * 26, told["list_hash"], len(data)) as arrival:
        for number, digest in enumerate(told["hashes"]):
            part = data[number * parts.PART : (number + 1) * parts.PART]
            assert chunk_hash(part).hex() == digest
            arrival.keep(number, part)
        with arrival.whole() as whole:
            assert whole.read() == data
    line = base64.b64decode(told["packed"]["bytes"])
    packed = [base64.b64decode(told["packed"]["gzip"])]
    assert b"".join(parts.unpacked(packed, "gzip", most=len(line), delivery="a")) == line


def test_names() -> None:
    for name in VECTORS["names"]["accepted"]:
        names.check(name)
    for name in VECTORS["names"]["refused"]:
        with pytest.raises(UnsafeNameError):
            names.check(name)
