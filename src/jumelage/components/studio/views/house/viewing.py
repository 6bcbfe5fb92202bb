"""The log of views as a page and as CSV, and the watermark of members."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.forms.house import ViewsForm
from jumelage.components.studio.models import Production
from jumelage.components.studio.selectors.house.viewing import (
    lines,
    versions_in,
    viewer,
    views_of,
)
from jumelage.components.studio.services.house.watermark import FACT, is_asked, line, overlay
from jumelage.components.studio.services.productions import change_production
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires

PAGE_SIZE = 50


@require_safe
@requires("studio.see-views", of=things.production)
def view_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show who saw what of a production."""
    form = ViewsForm(request.GET or None)
    asked = form.asked()
    found = views_of(production, asked["since"], asked["until"], asked.get("category", ""))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    versions = versions_in(list(page))
    told = {
        "production": production,
        "form": form,
        "page": page,
        "views": [(view, versions.get(view.version), viewer(view)) for view in page],
        "since": asked["since"],
        "until": asked["until"],
    }
    return render(request, "studio/house/views.html", told)


@never_cache
@require_safe
@requires("studio.see-views", of=things.production)
def view_file(request: HttpRequest, production: Production) -> HttpResponse:
    """Give the log as CSV (RFC 4180), instants in UTC."""
    asked = ViewsForm(request.GET or None).asked()
    found = views_of(production, asked["since"], asked["until"], asked.get("category", ""))
    return csv_file(lines(found), f"views-{asked['since']}-{asked['until']}")


def csv_file(lines: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """Answer with *lines* of a table as a file to be saved as *name*."""
    text = StringIO(newline="")
    csv.writer(text).writerows([plain(cell) for cell in one] for one in lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def plain(cell: str) -> str:
    """Return *cell* so that no program for tables takes it for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


@require_POST
@requires("studio.change-production", of=things.production)
def mark_members(request: HttpRequest, production: Production) -> HttpResponse:
    """Let every member see their name over the pictures, or no longer."""
    data = {**production.data, FACT: not is_asked(production)}
    changed = change_production(production=production, changes={"data": data}, by=actor(request))
    said = _("Every member sees their name over the pictures.") if is_asked(changed) else ""
    messages.success(request, said or _("Members see the pictures as they are."))
    return redirect("studio:guests", uri=production.uri)


@never_cache
@require_safe
@requires("studio.see", of=things.production)
def watermark(request: HttpRequest, _production: Production) -> HttpResponse:
    """Give the member's name as a drawing to lay over the picture."""
    return HttpResponse(overlay(line(actor(request))), content_type="image/svg+xml")
