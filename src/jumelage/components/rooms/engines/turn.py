"""What browsers are told about STUN and TURN: servers, and credentials that expire.

Source: the scheme of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the user name
is `expiry:who`, the password the HMAC-SHA1 of it under a secret that node and coturn share.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from jumelage.kit import clock

LASTS = timedelta(hours=12)
"""A call that lasts longer gets new ones with its next ticket: nothing is cut when they expire."""
_WHO_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One pair that coturn takes until `expires`."""

    username: str
    password: str
    expires: datetime


def credentials(*, secret: str, who: str, now: datetime) -> Credentials:
    """Return what *who* (opaque) may use coturn with until half a day after *now* (UTC)."""
    expires = now + LASTS
    username = f"{int(expires.timestamp())}:{_opaque(who)}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return Credentials(
        username=username, password=base64.b64encode(digest).decode("ascii"), expires=expires
    )


def ice_servers(*, who: str, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return the `RTCIceServer`s for *who*; empty where the city has set none.

    *who* is any stable text; only a keyless digest of it reaches the TURN server's log.
    """
    node = settings.NODE
    servers: list[dict[str, Any]] = []
    if stun := _addresses(node.stun_address):
        servers.append({"urls": stun})
    turn, secret = _addresses(node.turn_address), _secret(node.turn_secret_file)
    if turn and secret:
        given = credentials(secret=secret, who=who, now=now or clock.now())
        servers.append({"urls": turn, "username": given.username, "credential": given.password})
    return servers


def _opaque(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:_WHO_LENGTH]


def _addresses(told: str) -> Sequence[str]:
    return [address.strip() for address in told.split(",") if address.strip()]


def _secret(file: str) -> str:
    return Path(file).read_text("utf-8").strip() if file else ""
