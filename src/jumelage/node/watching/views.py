"""What machines ask a node: is it there, is it ready, how is it; and its alerts for pages."""

import hmac
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jumelage.directory.access import public
from jumelage.node.watching import health, journal
from jumelage.node.watching import metrics as measured
from jumelage.node.watching.alerts import plain

THIS_MACHINE = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""A proxy on this machine asks for somebody else and says so in one of these headers."""


@public
@require_safe
@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Answer: the process lives. Nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the node is ready; each check and alert to those who may watch it."""
    checked = health.readiness.now()
    ready = all(check.ok for check in checked.values())
    told: dict[str, object] = {"ready": ready}
    if may_watch(request):
        told["checks"] = {
            name: {"ok": check.ok, "sentence": check.sentence.as_dict()}
            for name, check in checked.items()
        }
        told["alerts"] = [
            {**plain(alert), "sentence": alert.told.as_dict(), "advice": alert.to_do.as_dict()}
            for alert in journal.read(settings.DATA)
        ]
    return JsonResponse(told, status=200 if ready else 503)


@public
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures of the node for Prometheus to those who may watch it."""
    if not may_watch(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(measured.text(), content_type=measured.CONTENT_TYPE)


def may_watch(request: HttpRequest) -> bool:
    """Tell whether *request* brings the token, or comes from this machine when there is none."""
    file = settings.NODE.metrics_token_file
    if file:
        return _brings_token(request, Path(file))
    directly = not any(header in request.headers for header in FORWARDED)
    return directly and request.META.get("REMOTE_ADDR") in THIS_MACHINE


def _brings_token(request: HttpRequest, file: Path) -> bool:
    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return False
    brought = request.headers.get("Authorization", "").encode()
    return bool(token) and hmac.compare_digest(brought, f"Bearer {token}".encode())


def alerts(_: HttpRequest) -> dict[str, object]:
    """Give templates `node_alerts`, read when a page shows them (context processor)."""
    return {"node_alerts": SimpleLazyObject(lambda: journal.read(settings.DATA))}
