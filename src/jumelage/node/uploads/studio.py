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

from jumelage.components.studio.models import Seat, Task
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.review import attachments
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.node.run.limits import LARGEST_BODY, Scope, declared

PAGE = re.compile(r"/(?:fr|en)/studio/tasks/([^/]+)/publish/")
SAID = re.compile(r"/(?:fr|en)/studio/(?:(?:tasks|versions)/[^/]+/say|comments/[^/]+/reply)/")
"""Where files come beside a comment."""
FORM = 64 * 1024
"""Bytes of a form that may be none of its files."""
GIGABYTE = 10**9
BESIDE = attachments.MOST * attachments.LARGEST + FORM
"""Bytes of the most that may come beside one comment."""


async def allowance(scope: Scope) -> int:
    """Return how many bytes the body of a request may have.

    Raises:
        OverMemberQuotaError, OverOrganisationQuotaError: no room is left for what is announced.
    """
    if scope["method"] != "POST":
        return LARGEST_BODY
    headers = dict(scope["headers"])
    if page := PAGE.fullmatch(scope["path"]):
        return await asyncio.to_thread(_allowed, headers, page[1], declared(scope))
    if SAID.fullmatch(scope["path"]):
        return min(BESIDE, await asyncio.to_thread(_allowed, headers))
    return LARGEST_BODY


def _allowed(headers: Mapping[bytes, bytes], task: str = "", coming: int = 0) -> int:
    """Return what one who is signed in may send; what is small is refused by the page, if at all."""
    try:
        user = _signed_in(headers)
        if not user:
            return LARGEST_BODY
        if coming > LARGEST_BODY:
            _demand_room(user, task, coming - FORM)
        most: int = settings.NODE.media_upload
        return most * GIGABYTE
    finally:
        connection.close()  # a thread of its own


def _signed_in(headers: Mapping[bytes, bytes]) -> int:
    """Return the key of the user whose session the cookie of the request names; 0: of none."""
    try:
        cookies: SimpleCookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return 0
    held = cookies.get(settings.SESSION_COOKIE_NAME)
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    return int(store(session_key=held.value).load().get(SESSION_KEY, 0)) if held else 0


def _demand_room(user: int, task: str, coming: int) -> None:
    """Refuse what the member has no room for; who may not publish there is refused by the page."""
    on = Task.objects.live().filter(uri=task).select_related("production").first()
    person = Person.objects.filter(user=user).first()
    held = held_by(person, on)
    if on is None or held is None or not may(person, "studio.publish-version", on):
        return
    seat = Seat.objects.get(uri=held.seat)
    quota.demand(production=on.production, seat=seat, coming=max(0, coming))
