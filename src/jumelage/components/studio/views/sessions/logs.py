"""The log of a review session: a page to step through it, and files of it."""

import re

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jumelage.components.studio.models import ReviewSession
from jumelage.components.studio.selectors.sessions import session_by_uri
from jumelage.components.studio.together import telling
from jumelage.components.studio.views.sessions.calling import cities_of
from jumelage.components.studio.views.sessions.room import minutes_of
from jumelage.directory.access import requires

LINES = 100
BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets read UTF-8 where a table begins with it."""
OTIO = "application/vnd.opentimelineio+json"


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Show what happened in a session, and step through it."""
    lines = list(telling.Telling(session))
    page = Paginator(lines, LINES).get_page(request.GET.get("page", "1"))
    shown = {
        "session": session,
        "production": session.production,
        "page": page,
        "nodes": {node.origin: node for node in cities_of(session)},
        "minutes": minutes_of(session),
        "here": "sessions",
        **_step(lines, request.GET.get("line", "")),
    }
    return render(request, "studio/sessions/log.html", shown)


def _step(lines: list[telling.Line], number: str) -> dict[str, object]:
    """Return the line on show, its neighbours, and where stepping begins."""
    at = _line_at(lines, number)
    return {
        "line": at and lines[at - 1],
        "before": lines[at - 2].number if at > 1 else None,
        "after": lines[at].number if 0 < at < len(lines) else None,
        "first": lines[0].number if lines else None,
    }


def _line_at(lines: list[telling.Line], number: str) -> int:
    """Return the place of the line with *number*, from 1; 0 when there is none."""
    return next((at for at, line in enumerate(lines, 1) if str(line.number) == number), 0)


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_json(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the log to a program."""
    made = telling.as_json(telling.Telling(session))
    return _saved(made, session, "json", "application/json")


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_csv(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the log as a table."""
    made = BYTE_ORDER_MARK + telling.as_csv(telling.Telling(session))
    return _saved(made, session, "csv", "text/csv")


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_otio(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the versions of a session with what was said as markers."""
    return _saved(telling.as_otio(telling.Telling(session)), session, "otio", OTIO)


def _saved(text: str, session: ReviewSession, suffix: str, kind: str) -> HttpResponse:
    safe = re.sub(r"\W+", "-", session.name).strip("-")[:80]
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    name = f"{safe or 'session'}.{suffix}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003  # Django's own
    return answer
