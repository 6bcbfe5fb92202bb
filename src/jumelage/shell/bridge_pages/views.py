"""The public pages of the bridge, and the list of refusals for its keepers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import public, requires
from jumelage.directory.policy import may, person_of
from jumelage.shell.bridge_pages import facts
from jumelage.shell.bridge_pages.forms import RefusalForm
from jumelage.shell.frame import frame
from jumelage.shell.twin import json_twin

PAGE_SIZE = 50


@public
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show how the lines are and what crossed."""
    told = {
        "status": _status(request),
        "recovery": bridge.recovery.current(),
        "json_url": reverse("shell:line:status-data"),
    }
    return render(request, "shell/bridge/status.html", told)


@public
@require_safe
def status_data(request: HttpRequest) -> JsonResponse:
    """Give how the lines are and what crossed as JSON."""
    return json_twin(facts.plain(_status(request)))


def _status(request: HttpRequest) -> facts.StatusFacts:
    private = may(person_of(request.user), "bridge.pair")
    return facts.status(bridge.me(), frame(request)["shell"].peers, private=private)


@public
@require_safe
def crossing(request: HttpRequest) -> HttpResponse:
    """Show every kind of record: to whom it crosses, which fields, and by which article."""
    rows = facts.crossing_rows(bridge.crossings())
    told = {
        "opened": [row for row in rows if row.crossing.is_open],
        "closed": [row for row in rows if not row.crossing.is_open],
        "json_url": reverse("shell:line:crossing-data"),
    }
    return render(request, "shell/bridge/crossing.html", told)


@public
@require_safe
def crossing_data(_: HttpRequest) -> JsonResponse:
    """Give what crosses as JSON."""
    return json_twin({"crossings": bridge.crossings()})


@requires("bridge.read-refusals")
@require_safe
def refusals(request: HttpRequest) -> HttpResponse:
    """Show what peers and strangers sent that was refused, newest first."""
    form = RefusalForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = bridge.refusals(origin=asked.get("origin", ""), reason=asked.get("reason", ""))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    cities = {node.origin: node for node in bridge.met_nodes()}
    rows = [(refusal, cities.get(refusal.origin)) for refusal in page]
    told = {"form": form, "page": page, "rows": rows}
    return render(request, "shell/bridge/refusals.html", told)
