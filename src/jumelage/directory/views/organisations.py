"""The list of organisations, a page for each, and what officers and editors do there."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import Node, me
from jumelage.directory import facts, selectors, services
from jumelage.directory.access import actor, public, requires
from jumelage.directory.forms import (
    ChangeForm,
    DayForm,
    NewOrganisationForm,
    OrganisationForm,
    QuestionForm,
)
from jumelage.directory.models import Organisation, OrganisationChange
from jumelage.kit.errors import JumelageError

PAGE_SIZE = 25
Thing = TypeVar("Thing")


def organisation_named(slug: str) -> Organisation | None:
    """Return the organisation the address names."""
    return selectors.organisation_by_slug(slug)


def change_named(slug: str, number: str) -> Organisation | None:
    """Return the organisation of the change the address names, when it is one of its own."""
    organisation = selectors.organisation_by_slug(slug)
    known = organisation and [c for c in organisation.history if c.uri.endswith(f":{number}")]
    return organisation if known else None


@public
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show the organisations of every city."""
    nodes = selectors.known_nodes()
    cities = selectors.cities(nodes)
    form = QuestionForm(request.GET, cities=cities)
    pages = Paginator(selectors.organisations(form.question()), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    names, listers = dict(cities), {node.origin: node for node in nodes}
    rows = [(one, names[one.city], listers.get(one.origin)) for one in page]
    twin = f"{reverse('directory:organisations-data')}?{request.GET.urlencode()}"
    told = {"form": form, "page": page, "rows": rows, "json_url": twin.rstrip("?")}
    return render(request, "directory/organisations.html", told)


@public
@require_safe
def organisations_data(request: HttpRequest) -> JsonResponse:
    """Give the organisations of every city as JSON, the whole answer at once."""
    form = QuestionForm(request.GET, cities=selectors.cities([]))
    found = selectors.organisations(form.question())
    return _open_data({"organisations": [facts.organisation(one) for one in found]})


def _open_data(data: facts.Facts) -> JsonResponse:
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@public
@require_safe
def organisation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one organisation: what it is, what happened to it, who says so."""
    nodes = selectors.known_nodes()
    organisation, *others = _listings(slug, nodes)
    listers = {node.origin: node for node in nodes}
    told = {
        "organisation": organisation,
        "city": selectors.city_name(organisation.city, nodes),
        "listed_by": listers.get(organisation.origin),
        "others": [(one, listers.get(one.origin)) for one in others if not one.withdrawn_at],
        "json_url": reverse("directory:organisation-data", kwargs={"slug": slug}),
    }
    named = _name_then(request, organisation)
    return render(request, "directory/organisation.html", {**told, **named})


def _name_then(request: HttpRequest, organisation: Organisation) -> dict[str, object]:
    """Answer what it was called on the day `?on=` asks."""
    form = DayForm(request.GET if request.GET.get("on") else None)
    day = form.day()
    name = organisation.name_on(day) if day else ""
    return {"day_form": form, "day": day, "name_then": name}


def _listings(slug: str, nodes: Sequence[Node]) -> list[Organisation]:
    found = selectors.organisations_by_slug(slug, nodes[0].origin if nodes else "")
    if not found:
        raise Http404
    return found


@public
@require_safe
def organisation_data(_request: HttpRequest, slug: str) -> JsonResponse:
    """Give one organisation with its history as JSON."""
    listings = _listings(slug, selectors.known_nodes())
    return _open_data(facts.organisation_with_history(listings[0]))


@requires("directory.list-organisation")
def list_organisation(request: HttpRequest) -> HttpResponse:
    """List an organisation of this city."""
    here = me()
    form = NewOrganisationForm(
        request.POST or None, initial={"city": here.slug, "country": here.country}
    )
    made = _said(form, lambda: services.list_organisation(**form.facts(), by=actor(request)))
    if made:
        messages.success(request, _("%(name)s is in the directory.") % {"name": made})
        return redirect(made)
    return _form(request, form, _("List an organisation"), reverse("directory:organisations"))


@requires("directory.correct-organisation", of=organisation_named)
def correct_organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Say again what is known of an organisation."""
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.showing(organisation))
    done = _said(
        form,
        lambda: services.correct_organisation(
            organisation=organisation, **form.facts(), by=actor(request)
        ),
    )
    if done:
        messages.success(request, _("Corrected, and confirmed today."))
        return redirect(organisation)
    return _form(request, form, _("Correct “%(name)s”") % {"name": organisation}, organisation)


@requires("directory.change-organisation", of=organisation_named)
def record_change(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Record that an organisation opened, moved, took a new name or closed."""
    form = ChangeForm(request.POST or None)
    done = _said(
        form,
        lambda: services.record_change(
            organisation=organisation, **form.facts(), by=actor(request)
        ),
    )
    if done:
        messages.success(request, _("The change is recorded."))
        return redirect(organisation)
    heading = _("What happened to “%(name)s”?") % {"name": organisation}
    return _form(request, form, heading, organisation)


@requires("directory.confirm-organisation", of=organisation_named)
@require_POST
def confirm_organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Say that the entry is right today."""
    services.confirm_organisation(organisation=organisation, by=actor(request))
    messages.success(request, _("Confirmed today."))
    return redirect(organisation)


@requires("directory.withdraw-organisation", of=organisation_named)
def withdraw_organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Take an organisation listed in error out of the directory."""
    if request.method == "POST":
        services.withdraw_organisation(organisation=organisation, by=actor(request))
        messages.success(request, _("%(name)s is withdrawn.") % {"name": organisation})
        return redirect("directory:organisations")
    told = {
        "heading": _("Withdraw “%(name)s”?") % {"name": organisation},
        "lead": _("Only for an entry made in error. If it closed, record that it closed."),
        "consequences": [_("The other cities take it out of their directories as well.")],
        "action": _("Withdraw"),
        "back": organisation.get_absolute_url(),
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)


@requires("directory.change-organisation", of=change_named)
@require_POST
def withdraw_change(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Take back a change recorded in error; the address names it."""
    number = request.resolver_match.kwargs["number"] if request.resolver_match else ""
    change = OrganisationChange.objects.get(organisation=organisation, uri__endswith=f":{number}")
    services.withdraw_change(change=change, by=actor(request))
    messages.success(request, _("The change is withdrawn."))
    return redirect(organisation)


def _said(form: forms.Form, service: Callable[[], Thing]) -> Thing | None:
    """Call *service* when *form* is complete; show its refusal in the form."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return service()
    except JumelageError as error:
        form.add_error(None, error.message)
        return None


def _form(
    request: HttpRequest, form: forms.Form, heading: str, back: Organisation | str
) -> HttpResponse:
    address = back if isinstance(back, str) else back.get_absolute_url()
    told = {"form": form, "heading": heading, "back": address}
    status = 422 if form.errors else 200
    return render(request, "directory/form.html", told, status=status)
