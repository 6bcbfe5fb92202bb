"""The ways in for programs, asked by somebody without a token."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings

from jumelage.components.studio.kitsu.entrance.door import Door, largest
from jumelage.components.studio.kitsu.entrance.incoming import Incoming
from jumelage.components.studio.kitsu.events.sockets import Sockets

PIECE = b"x" * 1024 * 1024
FORM = (b"content-type", b"multipart/form-data; boundary=b")


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    """Serve nothing else."""


def _scope(path: str, query: bytes = b"", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http", "method": "POST" if headers else "GET", "path": path,
        "query_string": query, "headers": [(b"host", b"testserver"), *headers],
    }  # fmt: skip


async def _status(application: Any, scope: Mapping[str, Any]) -> int:  # noqa: ANN401  # ASGI
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    "query", [b"", b"&sid=", b"&xsid=1", b"&x=sid=1", b"&y=&sid=&x=1", b"&sid=1&x=\xff"]
)
def test_no_session_of_events_begins_without_a_token(query: bytes) -> None:
    async def asked() -> tuple[int, int]:
        sockets = Sockets(_nothing)
        scope = _scope("/socket.io/", b"EIO=4&transport=polling" + query)
        status = await _status(sockets, scope)
        return status, len(sockets.server.eio.sockets)

    assert asyncio.run(asked()) == (401, 0)


def test_a_session_that_is_named_but_unknown_is_none() -> None:
    async def asked() -> tuple[int, int]:
        sockets = Sockets(_nothing)
        scope = _scope("/socket.io/", b"EIO=4&transport=polling&sid=abc")
        return await _status(sockets, scope), len(sockets.server.eio.sockets)

    assert asyncio.run(asked()) == (400, 0)


def test_what_is_no_form_is_never_held_beyond_the_size_of_a_form() -> None:
    most = largest("/api/pictures/preview-files/0/comment", streams=False)
    left = [most // len(PIECE) + 8]

    async def receive() -> Mapping[str, Any]:
        left[0] -= 1
        return {"type": "http.request", "body": PIECE, "more_body": left[0] > 0}

    async def held() -> int:
        incoming = Incoming(receive, asyncio.get_running_loop(), most)
        await incoming.read_all()
        return len(incoming._held)  # the memory is what counts

    assert most == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert asyncio.run(held()) <= most


@pytest.mark.django_db(transaction=True)
def test_slow_uploads_keep_nobody_from_being_answered() -> None:
    """Forms that never end wait in line with each other, and are refused without a token."""

    async def asked() -> tuple[int, list[int]]:
        door, never = Door(_nothing), asyncio.Event()
        sent: list[int] = []

        async def receive() -> Mapping[str, Any]:
            await never.wait()
            return {"type": "http.disconnect"}

        async def send(message: Mapping[str, Any]) -> None:
            sent.extend([message["status"]] if "status" in message else [])

        slow = [
            asyncio.create_task(door(_scope(path, b"", FORM), receive, send))
            for path in ["/api/auth/login"] * 8 + ["/api/pictures/preview-files/x"] * 8
        ]
        await asyncio.sleep(0)
        status = await asyncio.wait_for(_status(door, _scope("/api")), 30)
        never.set()
        await asyncio.gather(*slow)
        return status, sent

    status, refused = asyncio.run(asked())

    assert status == 200
    assert set(refused) <= {400, 401, 404, 413}
