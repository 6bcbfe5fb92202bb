"""Pages of guests: links made and taken back; what somebody with a link sees."""

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.forms.house import GuestForm
from jumelage.components.studio.models import GuestLink, Playlist, Production, Version, View
from jumelage.components.studio.selectors.house.guests import version_for, versions_for
from jumelage.components.studio.selectors.media import PLAYED, SECONDS, rendition
from jumelage.components.studio.services import media
from jumelage.components.studio.services.house.guests import link_of, make_link, revoke_link
from jumelage.components.studio.services.house.viewing import note_file, note_view
from jumelage.components.studio.services.house.watermark import line, overlay
from jumelage.components.studio.views import things
from jumelage.directory.access import BY_TOKEN, actor, requires
from jumelage.directory.policy import may
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.media_host import from_media_host, media_address
from jumelage.shell.ranges import ranged

PAGE_SIZE = 25
SALT = "studio.guest"
SHOWN = ("hd", "light", "picture", "poster", "thumbnail")
"""What a guest may be given; never the original."""


def link_by_number(pk: int) -> GuestLink | None:
    """Return the link the address names."""
    return GuestLink.objects.filter(pk=pk).select_related("production").first()


@require_safe
@requires("studio.see-guests", of=things.production)
def guest_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the links of a production."""
    return _list(request, production, GuestForm(production=production))


def _list(
    request: HttpRequest, production: Production, form: GuestForm, status: int = 200, new: str = ""
) -> HttpResponse:
    links = GuestLink.objects.filter(production=production).select_related("made_by")
    page = Paginator(links.order_by("-made_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    names = dict(Playlist.objects.filter(production=production).values_list("uri", "name"))
    told = {
        "production": production,
        "page": page,
        "links": [(link, names.get(link.playlist, "")) for link in page],
        "form": form,
        "new": new,
        "invites": may(actor(request), "studio.invite-guest", production),
    }
    return render(request, "studio/house/guests.html", told, status=status)


@never_cache
@requires("studio.invite-guest", of=things.production)
@things.sent_from("studio:guests")
def invite(request: HttpRequest, production: Production) -> HttpResponse:
    """Make a link; its address is shown once."""
    form = GuestForm(request.POST, production=production)
    if form.is_valid():
        with refusals_shown_in(form):
            _link, token = make_link(
                production=production,
                name=form.cleaned_data["name"],
                lasts=form.lasts(),
                playlist=form.cleaned_data["playlist"],
                watermark=form.cleaned_data["watermark"],
                by=actor(request),
            )
            address = request.build_absolute_uri(reverse("studio:look", kwargs={"token": token}))
            return _list(request, production, GuestForm(production=production), new=address)
    return _list(request, production, form, status=422)


@require_POST
@requires("studio.revoke-guest", of=link_by_number)
def revoke(request: HttpRequest, link: GuestLink) -> HttpResponse:
    """Take a link back."""
    revoke_link(link=link, by=actor(request))
    messages.success(request, _("Taken back. The link opens nothing any more."))
    return redirect("studio:guests", uri=link.production_id)


def _link(token: str) -> GuestLink:
    link = link_of(token)
    if link is None:
        raise Http404
    return link


@never_cache
@require_safe
def look(request: HttpRequest, token: str) -> HttpResponse:
    """Show a guest what their link opens."""
    link = _link(token)
    shown = [(version, _address(link, version, "poster")) for version in versions_for(link)]
    told = {"link": link, "token": token, "versions": shown}
    return _private(render(request, "studio/house/look.html", told))


@never_cache
@require_safe
def look_at(request: HttpRequest, token: str, uri: str) -> HttpResponse:
    """Show a guest one version: to look, not to touch."""
    link = _link(token)
    version = version_for(link, uri)
    if version is None:
        raise Http404
    note_view(version=version, what=View.What.PAGE, guest=link)
    movies = [address for name in ("hd", "light") if (address := _address(link, version, name))]
    told = {
        "link": link,
        "token": token,
        "version": version,
        "movies": movies,
        "picture": _address(link, version, "picture") or _address(link, version, "poster"),
    }
    return _private(render(request, "studio/house/look_at.html", told))


@never_cache
@require_safe
def overlaid(_request: HttpRequest, token: str) -> HttpResponse:
    """Give the guest's name as a drawing to lay over the picture."""
    return HttpResponse(overlay(line(_link(token))), content_type="image/svg+xml")


def _address(link: GuestLink, version: Version, name: str) -> str:
    """Return where this guest may fetch a rendition for ten minutes; empty: not here."""
    if rendition(version, name) is None:
        return ""
    sealed = signing.dumps([link.pk, version.uri, name], salt=SALT)
    return media_address(reverse("studio:look-media", kwargs={"sealed": sealed}))


@from_media_host
@require_safe
def look_media(request: HttpRequest, sealed: str) -> HttpResponseBase:
    """Hand out a rendition to a guest, as long as their link is in force."""
    try:
        number, uri, name = signing.loads(sealed, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    link = link_by_number(number)
    version = version_for(link, uri) if link and link.is_in_force else None
    kept = rendition(version, name) if version and name in SHOWN else None
    path = media.path_of(kept.hash) if kept else None
    if kept is None or path is None or version is None or not path.is_file():
        raise Http404
    note_file(version=version, name=name, guest=link)
    shown = kept.type if kept.type in PLAYED else "application/octet-stream"
    return ranged(request, path, media_type=shown, etag=kept.hash)


def _private(answer: HttpResponse) -> HttpResponse:
    """Let no search engine keep what a guest sees, and no other site learn the address."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


look.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads
look_at.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads
overlaid.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads
look_media.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads
