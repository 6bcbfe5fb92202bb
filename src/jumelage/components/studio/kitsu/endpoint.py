"""A view of the dialect: a token first, then the function of the method; errors in Kitsu's shape."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.entrance.packing import packed
from jumelage.components.studio.kitsu.errors import (
    DialectError,
    NoTokenError,
    TooLargeError,
    UnknownThingError,
    WrongBodyError,
    WrongMethodError,
)
from jumelage.components.studio.kitsu.scope import Scope
from jumelage.components.studio.models import Token
from jumelage.directory.access import BY_TOKEN
from jumelage.directory.models import Person
from jumelage.kit.errors import JumelageError

T = TypeVar("T")
_ZERO_BYTE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A character that no database keeps in a text, as JSON writes it."""
READ = {status: status for status in (202, 400, 401, 403, 404, 405, 413)}
"""The statuses that clients of Kitsu tell apart; any other would pass for success."""


class Asked:
    """One request of the dialect, and who makes it."""

    def __init__(self, request: HttpRequest, token: Token | None) -> None:
        """Keep both; what else is asked of it is found when it is needed."""
        self.request, self._token = request, token

    @property
    def token(self) -> Token:
        """The token that came with the request."""
        if self._token is None:
            raise NoTokenError
        return self._token

    @property
    def person(self) -> Person:
        """Whoever asks."""
        return self.token.person

    @cached_property
    def scope(self) -> Scope:
        """What they may see."""
        return Scope(self.person)

    def body(self, kind: type[T]) -> T:
        """Return the JSON body as *kind*.

        Raises:
            WrongBodyError: it is no JSON, or not of that form.
        """
        try:
            body = self.request.body or b"{}"
            wanted = msgspec.json.decode(body, type=kind, strict=False)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            reason, _, where = str(error).partition(" - at `$")
            field = where.strip("`.") or "body"
            raise WrongBodyError(field=field, reason=reason) from error
        except (RawPostDataException, UnreadablePostError, UnicodeError, RecursionError) as error:
            raise WrongBodyError(field="body", reason="it is no JSON") from error
        if _ZERO_BYTE.search(body):
            raise WrongBodyError(field="body", reason="it holds a zero byte")
        return wanted

    def word(self, name: str) -> str | None:
        """Return the value of *name* in the query, None when it is not there."""
        return self.request.GET.get(name)

    def id(self, name: str) -> UUID | None:
        """Return the identifier *name* of the query, None when it is not there.

        Raises:
            WrongBodyError: it is none.
        """
        text = self.word(name)
        return as_id(text, name) if text else None


def as_id(text: str, name: str) -> UUID:
    """Return *text* as an identifier.

    Raises:
        WrongBodyError: it is none.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise WrongBodyError(field=name, reason="it is no identifier") from error


Answering = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Made:
    """A function whose answer is 201: something was made."""

    answer: Answering


@dataclass(frozen=True, slots=True)
class Open:
    """A function that needs no token."""

    answer: Answering


class Endpoint:
    """A Django view with one function for each method."""

    verb = BY_TOKEN
    csrf_exempt = True  # no cookie opens anything here

    def __init__(self, **methods: Answering | Made | Open) -> None:
        """Answer each of *methods*; HEAD is answered as GET."""
        self.methods = methods

    def __call__(self, request: HttpRequest, **named: object) -> HttpResponseBase:
        """Answer *request*, whatever happens."""
        try:
            return self._answer(request, named)
        except JumelageError as error:
            return refusal(error)
        except Http404:
            return refusal(UnknownThingError())
        except RequestDataTooBig:
            return refusal(TooLargeError(largest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
            return refusal(WrongBodyError(field="body", reason="it cannot be read"))

    def _answer(self, request: HttpRequest, named: dict[str, object]) -> HttpResponseBase:
        translation.activate("en")
        method = "GET" if request.method == "HEAD" else request.method or ""
        does = self.methods.get(method)
        if "%00" in str(request.META.get("QUERY_STRING", "")):
            raise WrongBodyError(field="query", reason="it holds a zero byte")
        if isinstance(does, Open):
            return reply(does.answer(Asked(request, None), **named), request)
        asked = Asked(request, tokens.read(bearer(request)))
        translation.activate(asked.person.language)
        if does is None:
            raise WrongMethodError
        if isinstance(does, Made):
            return reply(does.answer(asked, **named), request, 201)
        return reply(does(asked, **named), request)


def bearer(request: HttpRequest) -> str:
    """Return the token of the header `Authorization`.

    Raises:
        NoTokenError: there is none.
    """
    scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NoTokenError
    return token.strip()


def reply(answer: object, request: HttpRequest, status: int = 200) -> HttpResponseBase:
    """Return *answer* as JSON, compressed when it is worth it; None is an empty 204."""
    if isinstance(answer, HttpResponseBase):
        return answer
    if answer is None:
        return HttpResponse(status=204, content_type="text/html; charset=utf-8")
    body, encoding = packed(orjson.dumps(answer), str(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    response = HttpResponse(body, status=status, content_type="application/json")
    if encoding:
        response["Content-Encoding"] = encoding
        patch_vary_headers(response, ["Accept-Encoding"])
    return response


def refusal(error: JumelageError) -> HttpResponse:
    """Return *error* in the shape clients of Kitsu read."""
    told: dict[str, Any] = {"error": True, "message": error.message}
    status = READ.get(error.http_status, 400 if error.http_status < 500 else 500)
    if status == 400:
        field = str(error.facts.get("field", "body"))
        told["data"] = {"errors": [{"field": field, "message": error.message}]}
    if not isinstance(error, DialectError):
        told["code"] = error.code
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")


def unknown(_asked: Asked, **_named: object) -> object:
    """Answer for an address nobody serves."""
    raise UnknownThingError


def found(thing: T | None) -> T:
    """Return *thing*.

    Raises:
        UnknownThingError: it is None.
    """
    if thing is None:
        raise UnknownThingError
    return thing
