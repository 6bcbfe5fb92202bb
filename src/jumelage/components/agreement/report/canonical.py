"""The exact bytes of a report, the same on every node that holds the same records."""

import hashlib
import json
import unicodedata
from decimal import Decimal

import msgspec

from jumelage.components.agreement.report.content import Report


def canonical(report: Report) -> bytes:
    """Return the report as JSON bytes: sorted keys, no spaces, UTF-8, Unicode form C."""
    plain = msgspec.to_builtins(report)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", text).encode()


def read(content: bytes) -> Report:
    """Return the report whose canonical bytes are *content*."""
    return msgspec.json.decode(content, type=Report)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of canonical bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def plain(value: Decimal | None) -> Decimal | None:
    """Return *value* without trailing zeros, so that every database gives the same text."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()
