"""Takes the files of a plain form straight to the disk, before Django sees the request.

The page of a delivery holds the form. Its first field is a pass that the page made for one person
and one delivery; nothing is written, and hardly anything read, before the pass is checked, the
person still may, and the disk has room for all that the browser says it will send.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, BinaryIO, TypeVar

from django.core import signing
from django.db import connections
from django.urls import reverse
from django.utils.translation import override

from jumelage.bridge import api as bridge
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit.errors import JumelageError, NotAllowedError
from jumelage.node.run.limits import MOST_READ_IN_VAIN, Application, Receive, Scope, Send
from jumelage.node.uploads.multipart import BrokenFormError, Multipart, Part, boundary
from jumelage.shell.bridge_pages.freight.passes import PASS, Pass, read_pass

T = TypeVar("T")
ADDRESS = re.compile(r"/freight/uploads/([a-z2-7]{26})/")
LONGEST_PASS = 2000
LEFT_OUT = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
WORDS = {
    HTTPStatus.BAD_REQUEST: b"Not a form. Formulaire illisible.\n",
    HTTPStatus.FORBIDDEN: b"Not allowed. Open the page again. Refus. Rouvrez la page.\n",
    HTTPStatus.LENGTH_REQUIRED: b"How long? Longueur inconnue.\n",
}


@dataclass(frozen=True, slots=True)
class FormUploads:
    """An ASGI application that takes uploads, and leaves everything else to *application*."""

    application: Application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the files of a form, or pass the request on."""
        found = scope["type"] == "http" and ADDRESS.fullmatch(scope["path"])
        if not found or scope["method"] != "POST":
            await self.application(scope, receive, send)
            return
        upload = _Upload(found[1], dict(scope["headers"]), receive)
        status, place = await upload.answer()
        await _respond(send, status, place)


async def _respond(send: Send, status: HTTPStatus, place: str) -> None:
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if place:
        head.append((b"location", place.encode()))
    else:
        head.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": int(status), "headers": head})
    await send({"type": "http.response.body", "body": WORDS.get(status, b"")})


class _GoneError(Exception):
    """The browser went away."""


class _Upload:
    """One form with files, for the delivery *slug*."""

    def __init__(self, slug: str, headers: dict[bytes, bytes], receive: Receive) -> None:
        self._slug, self._headers, self._receive = slug, headers, receive
        self._pass: Pass | None = None
        self._delivery: bridge.freight.Delivery | None = None
        self._field, self._text = "", bytearray()
        self._path, self._size = "", 0
        self._file: BinaryIO | None = None
        self._more, self._read = True, 0

    async def answer(self) -> tuple[HTTPStatus, str]:
        """Take everything; return the status and where the browser goes on."""
        if not self._headers.get(b"content-length", b"").isdigit():
            return HTTPStatus.LENGTH_REQUIRED, ""
        try:
            await self._take()
        except (BrokenFormError, _GoneError):
            return HTTPStatus.BAD_REQUEST, ""
        except JumelageError as error:
            return await self._refused(error)
        finally:
            await self._forget()
        return HTTPStatus.SEE_OTHER, self._page()

    async def _take(self) -> None:
        form = Multipart(boundary(self._headers.get(b"content-type", b"")))
        while self._more:
            for event in form.feed(await self._next()):
                if isinstance(event, Part):
                    await self._begin(event)
                elif isinstance(event, bytes):
                    await self._hold(event)
                else:
                    await self._end()
        if not form.over or self._delivery is None:
            raise BrokenFormError

    async def _next(self) -> bytes:
        message: Any = await self._receive()
        if message["type"] != "http.request":
            raise _GoneError
        self._more = message.get("more_body", False)
        self._read += len(message.get("body", b""))
        return bytes(message.get("body", b""))

    async def _begin(self, part: Part) -> None:
        if part.file is None:
            self._field = part.name
            return
        if self._delivery is None:
            raise NotAllowedError
        self._field, self._path, self._size = "", part.file, 0
        if not part.file or part.file.rpartition("/")[2] in LEFT_OUT:
            self._path = ""
            return
        delivery, most = self._delivery, int(self._headers[b"content-length"]) - self._read
        place = await _apart(
            lambda: bridge.freight.gathering.whole(delivery, part.file or "", most=max(0, most))
        )
        self._file = await asyncio.to_thread(place.open, "wb")

    async def _hold(self, data: bytes) -> None:
        if self._file is not None:
            self._size += len(data)
            await asyncio.to_thread(self._file.write, data)
        elif self._field == PASS and self._delivery is None:
            self._text += data
            if len(self._text) > LONGEST_PASS:
                raise NotAllowedError

    async def _end(self) -> None:
        if self._file is not None and self._delivery is not None:
            delivery, path, size = self._delivery, self._path, self._size
            self._file.close()
            self._file = None
            await _apart(lambda: bridge.freight.gathering.arrived(delivery, path, size))
        elif self._field == PASS and self._delivery is None:
            await _apart(self._admit)

    def _admit(self) -> None:
        """Let the browser send files, if its pass, its person and the disk allow it."""
        try:
            shown = read_pass(self._text.decode("ascii", "replace"))
        except signing.BadSignature as error:
            raise NotAllowedError from error
        delivery = bridge.freight.delivery(self._slug)
        person = Person.objects.filter(pk=shown.person).first()
        if shown.delivery != delivery.slug:
            raise NotAllowedError
        ensure(person, "bridge.send-files", delivery)
        self._pass = shown
        bridge.freight.gathering.demand_room(int(self._headers[b"content-length"]))
        self._delivery = delivery

    async def _refused(self, error: JumelageError) -> tuple[HTTPStatus, str]:
        """Say on the page why; read a little on, so that the browser gets there."""
        if self._pass is None:
            return HTTPStatus.FORBIDDEN, ""
        with override(self._pass.language):
            words = error.message
        await _apart(lambda: bridge.freight.gathering.complain(self._slug, words))
        while self._more and self._read < MOST_READ_IN_VAIN:
            try:
                await self._next()
            except _GoneError:
                break
        return HTTPStatus.SEE_OTHER, self._page()

    def _page(self) -> str:
        with override(self._pass.language if self._pass else None):
            return reverse("shell:line:gather-delivery", args=[self._slug])

    async def _forget(self) -> None:
        """Leave nothing of a file that did not come whole."""
        if self._file is not None and self._delivery is not None:
            delivery = self._delivery
            self._file.close()
            await _apart(lambda: bridge.freight.gathering.forget(delivery, self._path))


async def _apart(do: Callable[[], T]) -> T:
    """Ask the database in a thread of its own, which keeps no connection."""

    def done() -> T:
        try:
            return do()
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)
