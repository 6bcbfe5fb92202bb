"""The size limit of requests: declared, or found while it arrives."""

import asyncio

import pytest
from django.test import Client

from jumelage.node.run.limits import LARGEST_BODY, BodyLimit, Message, Receive, Scope, Send
from jumelage.node.uploads.studio import allowance
from tests.factories import directory


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


async def ten(_scope: Scope) -> int:
    """Let every request have ten bytes."""
    return 10


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
    asyncio.run(BodyLimit(echo, ten)(scope, receive, send))
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "signed_in", "is_large"),
    [
        ("/en/studio/tasks/x/publish/", True, True),
        ("/fr/studio/tasks/x/publish/", True, True),
        ("/en/studio/tasks/x/publish/", False, False),
        ("/en/studio/tasks/x/say/", True, True),
        ("/fr/studio/versions/x/say/", True, True),
        ("/en/studio/comments/x/reply/", True, True),
        ("/en/studio/comments/x/reply/", False, False),
        ("/en/studio/tasks/x/change/", True, False),
        ("/en/directory/", True, False),
    ],
)
def test_films_come_from_people_who_are_signed_in(
    client: Client, path: str, signed_in: bool, is_large: bool
) -> None:
    if signed_in:
        client.force_login(directory.person().user)
    said = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    headers = [(b"cookie", said.encode())]

    most = asyncio.run(allowance({"method": "POST", "path": path, "headers": headers}))

    assert (most > LARGEST_BODY) == is_large
