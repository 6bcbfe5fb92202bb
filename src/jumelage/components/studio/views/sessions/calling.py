"""Pages of review sessions: the list of a production, calling one, changing and closing it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import Node
from jumelage.components.studio.forms.sessions import SessionForm, SessionQuestionForm
from jumelage.components.studio.models import Production, ReviewSession
from jumelage.components.studio.selectors.sessions import places, session_by_uri, sessions_of
from jumelage.components.studio.services.review import sessions
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import may
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 25


@requires("studio.read", of=things.production)
@require_safe
def session_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the sessions of a production, the newest first."""
    form = SessionQuestionForm(request.GET or None)
    asked = form.asked(request.GET.get("sort", ""))
    page = Paginator(sessions_of(production, **asked), PAGE_SIZE)
    told = {
        "production": production,
        "page": page.get_page(things.page_number(request)),
        "form": form,
        "here": "sessions",
    }
    return render(request, "studio/sessions/list.html", told)


@requires("studio.call-session", of=things.production)
def call(request: HttpRequest, production: Production) -> HttpResponse:
    """Call both cities to a session."""
    begun = {"playlist": request.GET.get("playlist")}
    form = SessionForm(request.POST or None, production=production, initial=begun)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            said = {name: form.cleaned_data[name] for name in ("name", "begins", "playlist")}
            made = sessions.call_session(
                production=production, versions=form.ordered, by=actor(request), **said
            )
            messages.success(request, _("Called. What either city lacks is on its way."))
            return redirect(made)
    told = {"production": production, "form": form, "here": "sessions"}
    return render(request, "studio/sessions/call.html", told, status=422 if form.errors else 200)


@requires("studio.join-session", of=session_by_uri)
@require_safe
def session_page(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Show what a session is about, and which city has which of its pictures."""
    told = {
        "session": session,
        "production": session.production,
        "places": places(session),
        "cities": cities_of(session),
        "may_change": may(actor(request), "studio.change-session", session),
        "here": "sessions",
    }
    return render(request, "studio/sessions/session.html", told)


def cities_of(session: ReviewSession) -> list[Node]:
    """Return the cities that take part, the host first."""
    nodes = {node.origin: node for node in Node.objects.filter(origin__in=_origins(session))}
    order = sorted(nodes.values(), key=lambda node: node.origin != session.origin)
    return list(order)


def _origins(session: ReviewSession) -> list[str]:
    return list(session.production.cities)


@requires("studio.change-session", of=session_by_uri)
def change(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Change what a session shows, and when."""
    form = SessionForm(request.POST or None, production=session.production, session=session)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            sessions.change_session(session=session, changes=_changes(form), by=actor(request))
            messages.success(request, _("Kept."))
            return redirect(session)
    told = {"production": session.production, "session": session, "form": form, "here": "sessions"}
    return render(request, "studio/sessions/call.html", told, status=422 if form.errors else 200)


def _changes(form: SessionForm) -> dict[str, Any]:
    said = form.cleaned_data
    playlist = said["playlist"]
    return {
        "name": said["name"].strip(),
        "begins": said["begins"],
        "playlist": playlist.uri if playlist else "",
        "items": () if playlist else tuple(version.uri for version in form.ordered),
    }


@require_POST
@requires("studio.change-session", of=session_by_uri)
def close(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Close a session."""
    sessions.close_session(session=session, by=actor(request))
    messages.success(request, _("Closed. Its log stays readable."))
    return redirect(session)


@requires("studio.change-session", of=session_by_uri)
def withdraw(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Take a session back, after asking once."""
    if request.method == "POST":
        sessions.withdraw_session(session=session, by=actor(request))
        messages.success(request, _("Taken back."))
        return redirect("studio:sessions", uri=session.production_id)
    told = {
        "heading": _("Take the session back?"),
        "lead": f"{session} · {session.production}",
        "consequences": [_("Nobody can enter it any more."), _("What was said in it stays.")],
        "action": _("Take it back"),
        "back": reverse("studio:session", kwargs={"uri": session.uri}),
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)
