"""The page of a restored city: what came back, who still has to answer, and new epochs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, public, requires
from jumelage.directory.policy import may, person_of
from jumelage.shell.twin import json_twin

PAGE_SIZE = 50


@public
@require_safe
def recovery(request: HttpRequest) -> HttpResponse:
    """Show how far the last restore has come, and the epochs of every city."""
    private = may(person_of(request.user), "bridge.pair")
    page = Paginator(_epochs(private=private), PAGE_SIZE).get_page(request.GET.get("page"))
    cities = {node.origin: node for node in [bridge.me(), *bridge.met_nodes()]}
    told = {
        **_latest(),
        "page": page,
        "rows": [(e, cities.get(e.origin), bridge.audience_in_words(e.feed)) for e in page],
        "here": bridge.me(),
        "json_url": reverse("shell:line:recovery-data"),
    }
    return render(request, "shell/bridge/recovery.html", told)


def _latest() -> dict[str, object]:
    """Return what is known of the last restore."""
    found = bridge.recovery.latest()
    return {
        "recovery": found,
        "answers": bridge.recovery.answers(found) if found else [],
        "why": bridge.recovery.why(found) if found else "",
        "read_only": bridge.standing().recovering_since is not None,
    }


@public
@require_safe
def recovery_data(_request: HttpRequest) -> JsonResponse:
    """Give the same as JSON."""
    found = bridge.recovery.latest()
    names = ("origin", "feed", "epoch", "after_epoch", "after_seq", "after_head", "recorded_at")
    epochs = list(_epochs(private=False).values(*names))
    return json_twin({"recovery": _plain(found), "epochs": epochs})


def _epochs(*, private: bool) -> QuerySet[bridge.Epoch]:
    """Return the epochs begun, newest first; of feeds for one city only when *private*."""
    begun = bridge.Epoch.objects.live().order_by("-recorded_at", "uri")
    return begun if private else begun.exclude(feed__startswith="twin:")


def _plain(found: bridge.Recovery | None) -> dict[str, object] | None:
    if found is None:
        return None
    names = ("stage", "backup_at", "began_at", "epoch_at", "ended_at", "wanted", "taken")
    cities = [
        {"origin": a.city.origin, "at": a.at, "done": a.done}
        for a in bridge.recovery.answers(found)
    ]
    return {**{name: getattr(found, name) for name in names}, "cities": cities}


@requires("bridge.begin-epoch")
def begin_epoch(request: HttpRequest) -> HttpResponse:
    """Begin a new epoch of every feed, after asking once."""
    if request.method == "POST":
        bridge.open_epoch(by=f"person:{actor(request).pk}")
        messages.success(request, _("A new epoch has begun: this city may publish again."))
        return redirect("shell:line:recovery")
    told = {"back": reverse("shell:line:recovery"), "recovery": bridge.recovery.current()}
    return render(request, "shell/bridge/begin_epoch.html", told)
