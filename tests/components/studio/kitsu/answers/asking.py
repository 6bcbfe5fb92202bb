"""A client of the dialect without a network: requests through the door's own way of answering."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.entrance.door import answered, largest
from jumelage.components.studio.kitsu.entrance.incoming import Incoming
from jumelage.directory.models import Person

BOUNDARY = "line-between-parts"
LARGE = 2**24
"""Bytes; a body that is larger would come in pieces."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever was answered
        """The body as JSON, None when it is empty."""
        return orjson.loads(self.body) if self.body else None

    @property
    def told(self) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        return self.status, self.json["message"]


@dataclass
class Client:
    """Somebody's program; without a token when it is empty."""

    token: str = ""
    address: str = "192.0.2.1"

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        kind: str = "application/json",
        **headers: str,
    ) -> Answer:
        """Ask for *path* below `/api`; *body* is bytes as they are, or becomes JSON."""
        sent = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        given = {"host": "testserver", "content-length": str(len(sent)), **headers}
        if body is not None:
            given["content-type"] = kind
        if self.token:
            given["authorization"] = f"Bearer {self.token}"
        scope = _scope(method, path, given, self.address)
        held = io.BytesIO(sent) if len(sent) > LARGE else _incoming(sent, path)
        return _read(answered(ASGIRequest(scope, held)))  # type: ignore[arg-type]  # it reads

    def get(
        self, path: str, query: Mapping[str, str | int] | None = None, **headers: str
    ) -> Answer:
        """Ask for what is at *path*."""
        asked = f"?{urlencode(query)}" if query else ""
        return self.ask("GET", path + asked, None, **headers)

    def post(self, path: str, body: object = None) -> Answer:
        """Make something."""
        return self.ask("POST", path, body)

    def put(self, path: str, body: object = None) -> Answer:
        """Change something."""
        return self.ask("PUT", path, body)

    def upload(self, path: str, *parts: bytes) -> Answer:
        """Send a form of *parts*, each as `part` writes it."""
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return self.ask("POST", path, body, kind=f"multipart/form-data; boundary={BOUNDARY}")


def part(name: str, value: bytes, file: str = "") -> bytes:
    """Return one part of a form; with *file*, a file of that name."""
    of = f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{of}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def signed_in(person: Person) -> Client:
    """Return the program of *person*."""
    return Client(tokens.issue(person=person).access)


def _scope(method: str, path: str, headers: Mapping[str, str], address: str) -> dict[str, Any]:
    place, _, query = path.partition("?")
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": f"/api/{place}",
        "query_string": query.encode(), "root_path": "", "scheme": "http",
        "client": (address, 50000), "server": ("testserver", 80),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }  # fmt: skip


def _incoming(body: bytes, path: str) -> Incoming:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def whole() -> Incoming:
        incoming = Incoming(receive, asyncio.get_running_loop(), largest(f"/api/{path}"))
        await incoming.read_all()
        return incoming

    return asyncio.run(whole())


def _read(response: HttpResponseBase) -> Answer:
    if isinstance(response, HttpResponse):
        body = response.content
    else:
        body = asyncio.run(_streamed(response))
    for release in response._resource_closers:  # type: ignore[attr-defined]
        release()
    return Answer(response.status_code, dict(response.items()), body)


async def _streamed(response: Any) -> bytes:  # noqa: ANN401  # it streams
    return b"".join([bytes(one) async for one in response])
