"""Playlists: the list of a production, putting versions in order, the contact sheet of one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.studio.forms.playlists import PlaylistForm, PlaylistQuestionForm
from jumelage.components.studio.models import Playlist, Production, Version
from jumelage.components.studio.review import markers
from jumelage.components.studio.review.contact import sheet
from jumelage.components.studio.review.places import versions
from jumelage.components.studio.review.playlists import playlist_by_uri, playlists_of, slots
from jumelage.components.studio.selectors.requests import open_requests
from jumelage.components.studio.selectors.walls.seeing import seen_by, sees
from jumelage.components.studio.services import requests
from jumelage.components.studio.services.review import playlists
from jumelage.components.studio.views import things
from jumelage.components.studio.views.review import frames_file, otio_file
from jumelage.components.studio.views.tasks import told_of
from jumelage.directory.access import actor, requires
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 25


@requires("studio.see-playlists", of=things.production)
@require_safe
def playlist_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the playlists of both cities."""
    form = PlaylistQuestionForm(request.GET or None)
    seen = seen_by(actor(request), production, Playlist)
    found = playlists_of(seen, text=form.text(), sort=request.GET.get("sort", ""))
    page = Paginator(found, PAGE_SIZE).get_page(things.page_number(request))
    told = {"production": production, "page": page, "form": form, "here": "playlists"}
    return render(request, "studio/playlists.html", told)


@requires("studio.make-playlist", of=things.production)
def make(request: HttpRequest, production: Production) -> HttpResponse:
    """Make a playlist."""
    form = PlaylistForm(request.POST or None, production=production)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            said = {name: form.cleaned_data[name] for name in ("name", "for_client")}
            person = actor(request)
            made = playlists.make_playlist(
                production=production, items=form.items, by=person, **said
            )
            return redirect(made)
    return _form(request, production, form)


@requires("studio.change-playlist", of=playlist_by_uri)
def change(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Change what a playlist is called, what is in it, and in which order."""
    return _change_or_ask(request, playlist, ours=True)


@requires("studio.request-change", of=playlist_by_uri)
def ask(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Ask the other city to change its playlist."""
    return _change_or_ask(request, playlist, ours=False)


def _change_or_ask(request: HttpRequest, playlist: Playlist, *, ours: bool) -> HttpResponse:
    production, by = playlist.production, actor(request)
    shown: dict[str, Any] = {"playlist": playlist, "slots": slots(playlist), "ours": ours}
    form = PlaylistForm(request.POST or None, production=production, **shown)
    if form.is_bound and form.is_valid():
        changes, reason = form.changes(), form.cleaned_data.get("reason", "")
        if not changes:
            messages.info(request, _("Nothing was changed."))
            return redirect(playlist)
        with refusals_shown_in(form):
            made = requests.change_or_ask(row=playlist, changes=changes, by=by, reason=reason)
            messages.success(request, told_of(made))
            return redirect(playlist)
    return _form(request, production, form)


def _form(request: HttpRequest, production: Production, form: PlaylistForm) -> HttpResponse:
    told = {"production": production, "playlist": form.playlist, "form": form, "here": "playlists"}
    status = 422 if form.errors else 200
    return render(request, "studio/playlist_form.html", told, status=status)


@requires("studio.change-playlist", of=playlist_by_uri)
def withdraw(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Take a playlist back, after asking once."""
    if request.method == "POST":
        playlists.withdraw_playlist(playlist=playlist, by=actor(request))
        messages.success(request, _("Taken back."))
        return redirect("studio:playlists", uri=playlist.production_id)
    told = {
        "heading": _("Take the playlist back?"),
        "lead": f"{playlist} · {playlist.production}",
        "consequences": [_("Sessions and guests that were to see it see nothing of it any more.")],
        "action": _("Take it back"),
        "back": reverse("studio:playlist", kwargs={"uri": playlist.uri}),
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)


@requires("studio.see", of=playlist_by_uri)
@require_safe
def playlist_sheet(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Show the contact sheet of a playlist."""
    shown = {
        "whole": playlist,
        "playlist": playlist,
        "production": playlist.production,
        **sheet(playlist, actor(request)),
        "asked": open_requests().filter(target=playlist.uri).select_related("seat__node"),
        "here": "playlists",
    }
    return render(request, "studio/review_sheet.html", shown)


@requires("studio.see", of=playlist_by_uri)
@require_safe
def playlist_markers(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Give the playlist with its notes as an OpenTimelineIO timeline."""
    return otio_file(
        markers.of_versions(playlist.name, _shown(request, playlist), actor(request)), playlist.name
    )


@requires("studio.see", of=playlist_by_uri)
@require_safe
def playlist_frames(request: HttpRequest, playlist: Playlist) -> HttpResponseBase:
    """Give all frames of a playlist that somebody noted or drew on, in one zip."""
    return frames_file(request, _shown(request, playlist), playlist.name, playlist)


def _shown(request: HttpRequest, playlist: Playlist) -> list[Version]:
    """Return the versions of *playlist* that who asks may see."""
    return [version for version in versions(playlist) if sees(actor(request), version)]
