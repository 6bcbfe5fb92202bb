"""Erasing a record in the browser, and the table of who has confirmed it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.shell.bridge_pages import erasures as told_of
from jumelage.shell.bridge_pages.erasures import SORTS, ErasureForm, GroundForm, RecordForm
from jumelage.shell.twin import json_twin

PAGE_SIZE = 50


@requires("bridge.read-erasures")
@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """Show what was erased, who held it and who has confirmed, newest first."""
    form = ErasureForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = bridge.erasures(**{name: asked.get(name, "") for name in form.fields})
    sort = request.GET.get("sort", "")
    if sort in SORTS:
        found = found.order_by(sort, "uri")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    told = {"form": form, "page": page, "rows": told_of.rows(list(page)), "here": bridge.me()}
    told["json_url"] = reverse("shell:line:erasures-data")
    return render(request, "shell/bridge/erasures.html", told)


@requires("bridge.read-erasures")
@require_safe
def erasures_data(_request: HttpRequest) -> JsonResponse:
    """Give the newest thousand erasures as JSON."""
    found = told_of.rows(list(bridge.erasures()[:1000]))
    return json_twin({"erasures": told_of.plain(found)})


@requires("bridge.erase")
def erase(request: HttpRequest) -> HttpResponse:
    """Show what a record says and who holds it; erase it when that is confirmed."""
    asked = RecordForm(request.GET or None)
    subject = asked.cleaned_data["record"] if asked.is_valid() else None
    form = GroundForm(request.POST if request.method == "POST" else None)
    if subject and form.is_valid():
        by, ground = f"person:{actor(request).pk}", form.cleaned_data["ground"]
        bridge.erase(uri=subject.uri, by=by, ground=ground)
        messages.success(request, _("Erased here. Every city that holds a copy is told at once."))
        return redirect("shell:line:erasures")
    fields = told_of.told(subject) if subject else ()
    told = {"asked": asked, "subject": subject, "fields": fields, "form": form}
    return render(request, "shell/bridge/erase.html", told)
