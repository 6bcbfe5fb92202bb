"""Identifiers of records: `jumelage:<origin>:<id>`.

*origin* is the 32-character base32 name of the node that owns the record, *id* an opaque
random name. Nothing about the content can be read from an identifier.
"""

import base64
import re
import secrets
from dataclasses import dataclass

from jumelage.kit.errors import InvalidInputError

_URI = re.compile(r"jumelage:(?P<origin>[a-z2-7]{32}):(?P<id>[a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class Uri:
    """A parsed record identifier."""

    origin: str
    id: str

    def __str__(self) -> str:
        """Return the textual form."""
        return f"jumelage:{self.origin}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Uri":
        """Parse *text*.

        Raises:
            InvalidInputError: *text* is not a record identifier.
        """
        match = _URI.fullmatch(text)
        if match is None:
            raise InvalidInputError(reason=f"“{text[:80]}” is not a record identifier")
        return cls(match["origin"], match["id"])


def new_id() -> str:
    """Return 128 random bits as 26 lower-case base32 characters."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
