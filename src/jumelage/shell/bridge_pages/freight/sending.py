"""Sending files from the browser: what and to whom, the files, then off they go."""

from urllib.parse import unquote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import InvalidInputError
from jumelage.shell.bridge_pages.freight.forms import SendForm
from jumelage.shell.bridge_pages.freight.passes import PASS, make_pass
from jumelage.shell.bridge_pages.freight.views import named

LARGEST_PIECE = 16 * 1024 * 1024
PIECE = 2 * 1024 * 1024
"""Bytes that the page sends at a time: Django holds so many in memory."""
freight, gathering = bridge.freight, bridge.freight.gathering


def _gathering(delivery: str) -> bridge.freight.Delivery | None:
    """Return the delivery that an address names while files are uploaded for it."""
    found = named(delivery)
    return found if found and found.state == freight.State.GATHERING else None


@requires("bridge.send-files")
def begin(request: HttpRequest) -> HttpResponse:
    """Ask what is to be sent to whom."""
    form = SendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = gathering.begin(by=f"person:{actor(request).pk}", **form.delivery())
        return redirect("shell:line:gather-delivery", made.slug)
    return render(request, "shell/freight/begin.html", {"form": form, "peers": bridge.peers()})


@requires("bridge.send-files", of=named)
@require_safe
def gather(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Show what was uploaded so far, and take more."""
    if delivery.state != freight.State.GATHERING:
        return redirect("shell:line:delivery", delivery.slug)
    files = gathering.gathered(delivery)
    told = {
        "delivery": delivery,
        "files": files,
        "whole": sum(one.whole for one in files),
        "bytes": sum(one.bytes for one in files),
        "field": PASS,
        "pass": make_pass(delivery, actor(request)),
        "piece": PIECE,
    }
    return render(request, "shell/freight/gather.html", told)


@requires("bridge.send-files", of=_gathering)
def piece(request: HttpRequest, delivery: bridge.freight.Delivery) -> JsonResponse:
    """Take a piece of a file (POST), or tell whether there is room for what is left (GET)."""
    if request.method != "POST":
        gathering.demand_room(_count(request.headers.get("Upload-Left", "0")))
        return JsonResponse({"here": 0})
    path = unquote(request.headers.get("Upload-Path", ""))
    size, at = (_count(request.headers.get(name, "")) for name in ("Upload-Size", "Upload-At"))
    data = request.read(LARGEST_PIECE + 1)
    if len(data) > LARGEST_PIECE:
        raise InvalidInputError(reason=_("a piece has at most 16 MB"))
    return JsonResponse({"here": gathering.put(delivery, path, at=at, size=size, data=data)})


def _count(text: str) -> int:
    """Read a number of bytes.

    Raises:
        InvalidInputError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise InvalidInputError(reason=_("a size is a number from 0 up"))
    return int(text)


@require_POST
@requires("bridge.send-files", of=_gathering)
def leave_out(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Remove one uploaded file."""
    gathering.leave_out(delivery, request.POST.get("path", ""))
    return redirect("shell:line:gather-delivery", delivery.slug)


@require_POST
@requires("bridge.send-files", of=_gathering)
def dispatch(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Send what was uploaded."""
    gathering.dispatch(delivery, by=f"person:{actor(request).pk}")
    messages.success(request, _("It is packed now, then it goes off by itself."))
    return redirect("shell:line:delivery", delivery.slug)
