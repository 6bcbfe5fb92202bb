"""How large a request may be: films come through a page of the studio, from people signed in."""

import asyncio
import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection

from jumelage.node.run.limits import LARGEST_BODY, Scope

PAGE = re.compile(r"/(?:fr|en)/studio/tasks/[^/]+/publish/")
GIGABYTE = 10**9


async def allowance(scope: Scope) -> int:
    """Return how many bytes the body of a request may have."""
    if scope["method"] != "POST" or not PAGE.fullmatch(scope["path"]):
        return LARGEST_BODY
    signed_in = await asyncio.to_thread(_is_signed_in, dict(scope["headers"]))
    most: int = settings.NODE.media_upload
    return most * GIGABYTE if signed_in else LARGEST_BODY


def _is_signed_in(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether the request carries the cookie of a session that somebody signed in to."""
    try:
        cookies: SimpleCookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return False
    held = cookies.get(settings.SESSION_COOKIE_NAME)
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    try:
        return held is not None and SESSION_KEY in store(session_key=held.value).load()
    finally:
        connection.close()  # a thread of its own
