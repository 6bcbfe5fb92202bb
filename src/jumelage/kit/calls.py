"""Which request this is, and for which peer: two words that every log line carries.

The identifier of a request goes along in the header `X-Request-Id` when one node asks another,
so that the logs of two cities can be laid side by side.
"""

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-Id"
_GOOD = re.compile(r"[A-Za-z0-9-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")
peer: ContextVar[str] = ContextVar("peer", default="")


def new_id() -> str:
    """Return a fresh identifier of a request."""
    return secrets.token_hex(8)


def accepted(text: str) -> str:
    """Return *text* when it can be an identifier, else a fresh one: it ends up in logs."""
    return text if _GOOD.fullmatch(text) else new_id()
