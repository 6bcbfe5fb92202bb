"""LiveKit: a server of one's own elsewhere; the node signs what lets a browser in.

Not run in this project's tests: no registry it uses has the server. The contract is tested against
the claims that LiveKit documents, and its server API by a server of the same form.
Source: docs.livekit.io, "Tokens & grants" (claims) and "Server APIs" (Twirp `RoomService`).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from jumelage.components.rooms.engines.adapter import Capabilities, Descriptor, Health
from jumelage.components.rooms.engines.errors import (
    CannotRecordError,
    EngineRefusedError,
    EngineSilentError,
)
from jumelage.kit import clock

LASTS = timedelta(minutes=10)
"""A token only opens the door; who is inside stays when it expires."""
MOST = 100
_PATIENCE_SECONDS = 10.0
_SOURCES = ["camera", "microphone", "screen_share", "screen_share_audio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKit:
    """A LiveKit server at *url* (wss://), which knows the pair *key* and *secret*."""

    url: str
    key: str
    secret: str
    now: Callable[[], datetime] = clock.now

    name = "livekit"
    capabilities = Capabilities(most=MOST, serves=True, records=False)

    async def health(self) -> Health:
        """Ask the server for its rooms."""
        try:
            await self._ask("ListRooms", {}, {"roomList": True})
        except (EngineSilentError, EngineRefusedError) as error:
            return Health(ready=False, reason=error.message)
        return Health(ready=True)

    async def ensure_room(self, room: str) -> None:
        """Make the room; the server returns the one it has."""
        asked = {"name": room_name(room), "empty_timeout": 300, "max_participants": MOST}
        await self._ask("CreateRoom", asked, {"roomCreate": True})

    async def join(self, room: str, member: str) -> Descriptor:
        """Return the server's address and a token for *member*."""
        return Descriptor(
            engine=self.name, values={"url": self.url, "token": self.token(room, member)}
        )

    async def participants(self, room: str) -> Sequence[str]:
        """Return the identities the server has in *room*."""
        told = await self._administer("ListParticipants", room)
        return [str(one["identity"]) for one in told.get("participants", [])]

    async def kick(self, room: str, member: str) -> None:
        """Remove *member* from *room*."""
        await self._administer("RemoveParticipant", room, identity=member)

    async def start_recording(self, _room: str, _member: str, _file: str) -> None:
        """Refuse: LiveKit records by a program of its own, elsewhere than in this city's node.

        Raises:
            CannotRecordError: always.
        """
        raise CannotRecordError

    async def stop_recording(self, room: str, member: str) -> None:
        """Do nothing."""

    async def stats(self, room: str) -> Mapping[str, Any]:
        """Return how many the server has in *room*."""
        return {"participants": len(await self.participants(room))}

    async def close_room(self, room: str) -> None:
        """Delete *room*; the server disconnects whoever is in it."""
        asked = {"room": room_name(room)}
        await self._ask("DeleteRoom", asked, {"roomCreate": True})

    def token(self, room: str, member: str) -> str:
        """Return the token that lets *member* into *room*, to send and to receive."""
        return self._signed(
            member,
            {
                "room": room_name(room),
                "roomJoin": True,
                "canPublish": True,
                "canSubscribe": True,
                "canPublishData": False,
                "canPublishSources": _SOURCES,
            },
        )

    async def _administer(self, verb: str, room: str, **more: str) -> dict[str, Any]:
        named = room_name(room)
        return await self._ask(verb, {"room": named, **more}, {"roomAdmin": True, "room": named})

    async def _ask(
        self, verb: str, asked: Mapping[str, Any], grant: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call *verb* of the server's `RoomService`.

        Raises:
            EngineSilentError: it cannot be reached.
            EngineRefusedError: it answers with an error.
        """
        address = f"{_over_http(self.url)}/twirp/livekit.RoomService/{verb}"
        headers = {"Authorization": f"Bearer {self._signed('', grant)}"}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
                answer = await client.post(address, json=asked, headers=headers)
        except httpx.HTTPError as error:
            raise EngineSilentError from error
        if answer.is_error:
            raise EngineRefusedError(reason=f"LiveKit {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told

    def _signed(self, identity: str, grant: Mapping[str, Any]) -> str:
        now = self.now()
        claims: dict[str, Any] = {
            "iss": self.key,
            "nbf": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
            "video": dict(grant),
        }
        return _jwt({**claims, "sub": identity} if identity else claims, self.secret)


def room_name(room: str) -> str:
    """Return the name a session has at the server, which learns nothing else of it."""
    return f"jumelage-{hashlib.sha256(room.encode()).hexdigest()[:32]}"


def _jwt(claims: Mapping[str, Any], secret: str) -> str:
    """Return *claims* signed with HS256. Source: RFC 7519, RFC 7515."""
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps(claims, separators=(",", ":")).encode())
    signature = hmac.new(secret.encode(), f"{head}.{body}".encode("ascii"), hashlib.sha256)
    return f"{head}.{body}.{_part(signature.digest())}"


def _part(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode("ascii")


def _over_http(url: str) -> str:
    """Return the address of the server API: the same host, by http(s)."""
    parts = urlsplit(url)
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
