"""Identifiers and dates as the dialect writes them."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from jumelage.components.studio.models import word_uuid
from jumelage.components.studio.models.rows import NAMESPACE

_PREFIX = NAMESPACE.bytes
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The first digit of the fourth group of RFC 9562, by the digit that is hashed."""


@lru_cache(65_536)
def uid(name: str) -> str:
    """Return the UUID of a record's URI, or of another name of the studio, as text.

    The same as `uuid5` in a sixth of its time: a list of a thousand shots asks for ten thousand.
    Source: RFC 9562, 5.5.
    """
    text = hashlib.sha1(_PREFIX + name.encode(), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


def maybe(uri: str | None) -> str | None:
    """Return the UUID of *uri*, None for none."""
    return uid(uri) if uri else None


@lru_cache(4096)
def word_id(family: str, slug: str) -> str:
    """Return the UUID of a word as text."""
    return str(word_uuid(family, slug))


def person_id(pk: int, origin: str) -> str:
    """Return the UUID of a person of the node *origin*; it says nothing elsewhere."""
    return uid(f"person/{origin}/{pk}")


def city_id(origin: str) -> str:
    """Return the UUID under which a city itself appears among the persons."""
    return uid(f"city/{origin}")


def plain(uuid: UUID) -> str:
    """Return *uuid* as text."""
    return str(uuid)


def moment(at: datetime) -> str:
    """Return *at* (UTC) as `YYYY-MM-DDTHH:MM:SS`."""
    return at.isoformat()[:19]


def maybe_moment(at: datetime | None) -> str | None:
    """Return *at* as text, None for none."""
    return at.isoformat()[:19] if at else None


def day(on: date | None) -> str | None:
    """Return *on* as `YYYY-MM-DD`, None for none."""
    return on.isoformat() if on else None
