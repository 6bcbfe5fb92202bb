"""The contract with LiveKit: the claims it documents, and its server API spoken to a server of its form.

No LiveKit server is run here: none of the registries this project uses has one.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jumelage.components.rooms.engines.errors import (
    CannotRecordError,
    EngineRefusedError,
    EngineSilentError,
)
from jumelage.components.rooms.engines.livekit import LiveKit, room_name

KEY, SECRET = "APIkey", "a secret of thirty-two characters"
ROOM = "jumelage:abc:def"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def engine(url: str = "wss://calls.example") -> LiveKit:
    return LiveKit(url=url, key=KEY, secret=SECRET, now=lambda: NOW)


def decoded(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Verify the signature as a server does, and return head and claims."""
    head, body, signature = token.split(".")
    due = hmac.new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert unpadded(signature) == due
    return json.loads(unpadded(head)), json.loads(unpadded(body))


def unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_token_holds_the_documented_claims_and_no_name() -> None:
    head, claims = decoded(engine().token(ROOM, "participant-7"))

    assert head == {"alg": "HS256", "typ": "JWT"}
    assert claims == {
        "iss": KEY,
        "sub": "participant-7",
        "nbf": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 600,
        "video": {
            "room": room_name(ROOM),
            "roomJoin": True,
            "canPublish": True,
            "canSubscribe": True,
            "canPublishData": False,
            "canPublishSources": ["camera", "microphone", "screen_share", "screen_share_audio"],
        },
    }
    assert ROOM not in json.dumps(claims)


def test_joining_needs_no_server() -> None:
    told = asyncio.run(engine().join(ROOM, "one")).as_dict()

    assert (told["engine"], told["url"]) == ("livekit", "wss://calls.example")
    assert decoded(told["token"])[1]["sub"] == "one"


class Twirp(BaseHTTPRequestHandler):
    """Answers as LiveKit's `RoomService` does."""

    asked: list[tuple[str, dict[str, Any], dict[str, Any]]] = []

    def do_POST(self) -> None:
        """Answer one verb, and remember how it was asked."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        claims = decoded(self.headers["Authorization"].removeprefix("Bearer "))[1]
        verb = self.path.rpartition("/")[2]
        self.asked.append((self.path, body, claims["video"]))
        told = {"ListParticipants": {"participants": [{"identity": "one"}]}}.get(verb, {})
        status = 404 if verb == "RemoveParticipant" else 200
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Twirp.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Twirp) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_the_server_is_asked_with_the_grant_each_verb_needs(server: str) -> None:
    async def ask() -> None:
        livekit = engine(server)
        assert (await livekit.health()).ready
        await livekit.ensure_room(ROOM)
        assert await livekit.participants(ROOM) == ["one"]
        assert await livekit.stats(ROOM) == {"participants": 1}
        await livekit.close_room(ROOM)
        with pytest.raises(EngineRefusedError):
            await livekit.kick(ROOM, "one")
        with pytest.raises(CannotRecordError):
            await livekit.start_recording(ROOM, "one", "tape")

    asyncio.run(ask())

    verbs = [(path.rpartition("/")[2], grant) for path, _, grant in Twirp.asked]
    named = {"roomAdmin": True, "room": room_name(ROOM)}
    assert verbs == [
        ("ListRooms", {"roomList": True}),
        ("CreateRoom", {"roomCreate": True}),
        ("ListParticipants", named),
        ("ListParticipants", named),
        ("DeleteRoom", {"roomCreate": True}),
        ("RemoveParticipant", named),
    ]
    assert Twirp.asked[0][0] == "/twirp/livekit.RoomService/ListRooms"


def test_a_server_that_is_away_is_said_to_be() -> None:
    async def ask() -> None:
        livekit = engine("ws://127.0.0.1:1")
        assert not (await livekit.health()).ready
        with pytest.raises(EngineSilentError):
            await livekit.ensure_room(ROOM)

    asyncio.run(ask())
