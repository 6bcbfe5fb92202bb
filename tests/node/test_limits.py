"""The size limit of requests: declared, or found while it arrives."""

import asyncio

import pytest

from jumelage.node.run.limits import BodyLimit, Message, Receive, Scope, Send


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body; say nothing to a client that left."""
    del scope
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def ask(*chunks: bytes, declared: bytes = b"") -> tuple[int, bytes]:
    """Send *chunks* to an application that takes ten bytes; return status and answer."""
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": chunk is not chunks[-1]}
        for chunk in chunks
    ]
    said: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        said.append(message)

    headers = [(b"content-length", declared)] if declared else []
    scope: Scope = {"type": "http", "headers": headers}
    asyncio.run(BodyLimit(echo, limit=10)(scope, receive, send))
    return said[0]["status"], said[1]["body"]


@pytest.mark.parametrize(
    ("chunks", "declared", "status"),
    [
        ((b"0123456789",), b"10", 200),
        ((b"01234", b"56789"), b"", 200),
        ((b"",), b"", 200),
        ((b"",), b"not a number", 200),
        ((b"0",), b"11", 413),
        ((b"0123456789", b"x"), b"", 413),
        ((b"0123456789x",), b"1", 413),
    ],
)
def test_body_over_the_limit_is_refused(
    chunks: tuple[bytes, ...], declared: bytes, status: int
) -> None:
    assert ask(*chunks, declared=declared)[0] == status
