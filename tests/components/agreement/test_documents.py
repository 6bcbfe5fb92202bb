"""Files made to break whoever reads them are refused by name, and the next file is read."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter

from jumelage.components.agreement.errors import DocumentRefusedError
from jumelage.components.agreement.services.files.checking import checked_document

MEGABYTE = 1024 * 1024


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _png(width: int, height: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes))
    return packed + packer.flush()


def _pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of *objects*, numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _good_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def _good_image(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, form)
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(50 * MEGABYTE))
    return out.getvalue()


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
BOMBS = {
    "a picture of 65,000 x 65,000": (_png(65_000, 65_000, b""), "the image has too many pixels"),
    "pages that hold themselves": (
        _pdf(CATALOGUE, b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"),
        "the PDF is broken",
    ),
    "an object that is itself": (_pdf(b"1 0 R"), "the PDF is broken"),
    "a table that comes before itself": (
        _pdf(CATALOGUE, b"<< /Type /Pages /Count 0 /Kids [] >>", trailer=b"/Prev 9"),
        None,
    ),
    "brackets without end": (_pdf(b"[" * 200_000), "the PDF is broken"),
    "an archive behind a PDF": (_good_pdf() + _archive(), "the PDF is cut off"),
    "an archive that says it is a PDF": (b"%PDF-1.7\n" + _archive(), "the PDF is cut off"),
    "10 MB of zeros": (bytes(10 * MEGABYTE), "it is not a PDF, PNG or JPEG"),
    "a truncated picture": (_good_image("JPEG")[:300], "the image is broken"),
    "a picture of another kind": (_good_image("TIFF"), "it is not a PDF, PNG or JPEG"),
    "a page of HTML": (b"<script>alert(1)</script>", "it is not a PDF, PNG or JPEG"),
    "a drawing with a script": (b"<svg onload='x()'/>", "it is not a PDF, PNG or JPEG"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_file_made_to_break_its_reader_is_refused_by_name(name: str) -> None:
    content, reason = BOMBS[name]
    begun = time.monotonic()

    with pytest.raises(DocumentRefusedError) as refusal:
        checked_document(content)

    assert reason is None or refusal.value.facts["reason"] == reason
    assert time.monotonic() - begun < 30
    assert checked_document(_good_image("PNG")).media_type == "image/png"


def test_what_stands_behind_a_picture_is_not_unpacked() -> None:
    assert checked_document(_png(8, 8, _zeros(300))).extension == "png"


@pytest.mark.parametrize("form", ["PDF", "PNG", "JPEG"])
def test_good_file_is_what_it_says(form: str) -> None:
    content = _good_pdf() if form == "PDF" else _good_image(form)

    assert checked_document(content).media_type.endswith(form.lower())
