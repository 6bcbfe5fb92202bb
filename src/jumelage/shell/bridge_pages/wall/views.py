"""The glass wall, the switch that closes the bridge, and the audit feed."""

import orjson
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.shell.bridge_pages.wall import told as told_of
from jumelage.shell.bridge_pages.wall.forms import AuditForm, CloseForm, EntryForm
from jumelage.shell.twin import json_twin

PAGE_SIZE = 50


@requires("bridge.see-passages")
@require_safe
def passages(request: HttpRequest) -> HttpResponse:
    """Show everything that left and everything that entered, by kind, and what allows it."""
    told = {
        "sides": told_of.sides(),
        "standing": bridge.standing(),
        "json_url": reverse("shell:line:passages-data"),
    }
    return render(request, "shell/bridge/passages.html", told)


@requires("bridge.see-passages")
@require_safe
def passages_data(_request: HttpRequest) -> JsonResponse:
    """Give the glass wall as JSON."""
    return json_twin({"passages": bridge.passages()})


@requires("bridge.see-passages")
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the entries that left or entered, newest first."""
    form = EntryForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = bridge.passed(**{name: asked.get(name, "") for name in form.fields})
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "shell/bridge/entries.html", {"form": form, "page": page})


def _entry(pk: int) -> bridge.Entry | None:
    found: QuerySet[bridge.Entry] = bridge.passed()
    return found.filter(pk=pk).first()


@requires("bridge.see-passages", of=_entry)
@require_safe
def entry(request: HttpRequest, entry: bridge.Entry) -> HttpResponse:
    """Show one entry as it crossed: the exact bytes that were signed."""
    told = {
        "entry": entry,
        "header": _written(entry.header),
        "body": _written(entry.body) if entry.body is not None else "",
    }
    return render(request, "shell/bridge/entry.html", told)


def _written(raw: bytes | memoryview) -> str:
    return orjson.dumps(orjson.loads(bytes(raw)), option=orjson.OPT_INDENT_2).decode()


@requires("bridge.close")
def close(request: HttpRequest) -> HttpResponse:
    """Close the bridge, after asking once and for a reason."""
    form = CloseForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        bridge.close_bridge(by=f"person:{actor(request).pk}", reason=reason)
        messages.success(request, _("The bridge is closed: nothing leaves and nothing enters."))
        return redirect("shell:line:passages")
    told = {"form": form, "back": reverse("shell:line:passages")}
    return render(request, "shell/bridge/close.html", told)


@require_POST
@requires("bridge.close")
def reopen(request: HttpRequest) -> HttpResponse:
    """Open the bridge again."""
    bridge.open_bridge(by=f"person:{actor(request).pk}")
    messages.success(request, _("The bridge is open again; both cities catch up by themselves."))
    return redirect("shell:line:passages")


@requires("bridge.read-audit")
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Show what people and the node decided, newest first."""
    form = AuditForm(request.GET or None)
    action = form.cleaned_data["action"] if form.is_valid() else ""
    page = Paginator(bridge.audit.entries(action=action), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = told_of.noted([bridge.audit.read(entry) for entry in page])
    return render(request, "shell/bridge/audit.html", {"form": form, "page": page, "rows": rows})
