"""Deliveries in the browser: how they go, what steers them, the limits."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import may
from jumelage.kit.errors import JumelageError
from jumelage.shell.bridge_pages.freight import facts
from jumelage.shell.bridge_pages.freight.forms import (
    DeliveryFilter,
    FileFilter,
    LimitForm,
    PriorityForm,
)
from jumelage.shell.permissions import apart
from jumelage.shell.twin import json_twin

PAGE_SIZE, FILES_A_PAGE = 50, 100
freight = bridge.freight


def named(delivery: str) -> bridge.freight.Delivery | None:
    """Return the delivery that an address names by its whole short name."""
    try:
        found = freight.delivery(delivery)
    except JumelageError:
        return None
    return found if found.slug == delivery else None


@requires("bridge.see-deliveries")
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries, newest first, with how each goes."""
    form = DeliveryFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _told(request, **{name: asked.get(name, "") for name in form.fields})
    if (sort := request.GET.get("sort", "")) in facts.SORTS:
        found = found.order_by(sort, "uri")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(one, facts.mark(one.delivery.state)) for one in freight.all_progress(page)]
    told = {"form": form, "page": page, "rows": rows, "totals": facts.totals()}
    told["asleep"] = facts.asleep(one for one, _mark in rows)
    told["store"] = freight.store_totals()
    told["json_url"] = reverse("shell:line:deliveries-data")
    return render(request, "shell/freight/deliveries.html", told)


@requires("bridge.see-deliveries")
@require_safe
def deliveries_data(request: HttpRequest) -> JsonResponse:
    """Give the newest thousand deliveries as JSON."""
    found = freight.all_progress(_told(request)[:1000])
    return json_twin({"deliveries": [facts.plain(one) for one in found]})


def _told(request: HttpRequest, **asked: str) -> QuerySet[bridge.freight.Delivery]:
    """Return the deliveries that who asks may know of."""
    found = freight.deliveries(**asked)
    steers = may(actor(request), "bridge.steer-deliveries")
    return found if steers else found.exclude(sent_by__in=apart())


@requires("bridge.see-deliveries", of=named)
@require_safe
def delivery(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Show one delivery: how it goes, its files, what can be done."""
    form = FileFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = facts.files(delivery, asked, request.GET.get("sort", ""))
    one = freight.all_progress([delivery])[0]
    told = {
        **facts.standing(one),
        "actions": facts.actions(delivery),
        "priorities": PriorityForm(initial={"priority": delivery.priority}),
        "form": form,
        "page": Paginator(found, FILES_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "shell/freight/delivery.html", told)


@requires("bridge.steer-deliveries", of=named)
def refuse(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Refuse an incoming delivery, after asking once."""
    return _after_asking(request, delivery, "refuse")


@requires("bridge.steer-deliveries", of=named)
def cancel(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Give a delivery of this city up, after asking once."""
    return _after_asking(request, delivery, "cancel")


@requires("bridge.steer-deliveries", of=named)
def release(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Give up the contents of a delivery that came, after asking once."""
    if "release" not in {action.name for action in facts.actions(delivery)}:
        raise Http404
    if request.method == "POST":
        freight.release(delivery, by=f"person:{actor(request).pk}")
        messages.success(request, _("Its contents are given up."))
        return redirect("shell:line:delivery", delivery.slug)
    return render(request, "shell/confirm.html", _about_releasing(delivery))


def _about_releasing(delivery: bridge.freight.Delivery) -> dict[str, object]:
    return {
        "kicker": delivery.title,
        "heading": _("Give up the contents of this delivery?"),
        "consequences": [
            _("Its files can no longer be downloaded here or written into a folder; copies stay."),
            _("What no other delivery needs is deleted a day later, and makes room in the store."),
            _("The receipt and the list of its files stay. The other city is not told."),
            _("A changed version of it that comes later crosses the line whole."),
        ],
        "action": _("Give up its contents"),
        "back": reverse("shell:line:delivery", args=[delivery.slug]),
        "grave": True,
    }


def _after_asking(
    request: HttpRequest, delivery: bridge.freight.Delivery, what: str
) -> HttpResponse:
    if what not in {action.name for action in facts.actions(delivery)}:
        raise Http404
    if request.method == "POST":
        return _do(request, delivery, what)
    back = reverse("shell:line:delivery", args=[delivery.slug])
    told = {"delivery": delivery, "back": back, "what": what}
    return render(request, "shell/freight/give_up.html", told)


def _do(request: HttpRequest, delivery: bridge.freight.Delivery, what: str) -> HttpResponse:
    getattr(freight, what)(delivery, by=f"person:{actor(request).pk}")
    messages.success(request, _("Done. The other city learns of it over the bridge."))
    return redirect("shell:line:delivery", delivery.slug)


@require_POST
@requires("bridge.steer-deliveries", of=named)
def accept(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Accept a delivery that waits for a person."""
    return _do(request, delivery, "accept")


@require_POST
@requires("bridge.steer-deliveries", of=named)
def pause(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Stop a delivery; nothing that arrived is lost."""
    return _do(request, delivery, "pause")


@require_POST
@requires("bridge.steer-deliveries", of=named)
def resume(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Let a paused delivery go on."""
    return _do(request, delivery, "resume")


@require_POST
@requires("bridge.steer-deliveries", of=named)
def prioritise(request: HttpRequest, delivery: bridge.freight.Delivery) -> HttpResponse:
    """Let a delivery go before or after others."""
    form = PriorityForm(request.POST)
    if form.is_valid():
        level, by = form.cleaned_data["priority"], f"person:{actor(request).pk}"
        freight.prioritise(delivery, priority=level, by=by)
        messages.success(request, _("The priority is changed."))
    return redirect("shell:line:delivery", delivery.slug)


@requires("bridge.limit-freight")
def limits(request: HttpRequest) -> HttpResponse:
    """Show and set how fast freight may leave and come in."""
    form = LimitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        freight.set_limit(by=f"person:{actor(request).pk}", **form.limit())
        messages.success(request, _("The limit holds from now on."))
        return redirect("shell:line:freight-limits")
    rows = facts.limits()
    return render(request, "shell/freight/limits.html", {"form": form, "rows": rows})


@require_POST
@requires("bridge.limit-freight", of=facts.limit)
def lift(request: HttpRequest, limit: bridge.freight.FreightLimit) -> HttpResponse:
    """Take a limit away."""
    freight.lift_limit(limit, by=f"person:{actor(request).pk}")
    messages.success(request, _("The limit is lifted."))
    return redirect("shell:line:freight-limits")
