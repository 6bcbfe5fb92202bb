"""Pages of access: apply, answer, and what the cities state of the use of the studio."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import me
from jumelage.components.studio.forms.house import AnswerForm, ApplicationForm
from jumelage.components.studio.models import Application, Production
from jumelage.components.studio.selectors.house.access import application_of, applications
from jumelage.components.studio.selectors.house.usage import counted, stated
from jumelage.components.studio.selectors.seats import seats_of
from jumelage.components.studio.services.house.access import (
    admit,
    apply_for_access,
    end_access,
    refuse_access,
    withdraw_application,
)
from jumelage.components.studio.views.house.figures import lines_of, running
from jumelage.directory.access import actor, public, requires
from jumelage.directory.models import Person
from jumelage.directory.policy import may, person_of
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 25
STATES = Application.State


def application_by_number(pk: int) -> Application | None:
    """Return the application the address names."""
    found = Application.objects.select_related("person__user", "organisation", "answered_by")
    return found.filter(pk=pk).first()


@requires("studio.apply")
def access(request: HttpRequest) -> HttpResponse:
    """Show one's own application, or take one."""
    form = ApplicationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            apply_for_access(**form.cleaned_data, by=actor(request))
            messages.success(request, _("Sent. A coordinator of this city answers."))
            return redirect("studio:access")
    told = {
        "form": form,
        "application": application_of(actor(request)),
        "admits": may(actor(request), "studio.admit"),
    }
    return render(request, "studio/house/access.html", told, status=422 if form.errors else 200)


@require_POST
@requires("studio.withdraw-application", of=application_by_number)
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask no longer."""
    withdraw_application(application=application, by=actor(request))
    messages.success(request, _("Withdrawn."))
    return redirect("studio:access")


@require_safe
@requires("studio.admit")
def application_list(request: HttpRequest) -> HttpResponse:
    """Show the applications, those that wait first."""
    state = request.GET.get("state", "")
    state = state if state in STATES.values else ""
    page = Paginator(applications(state), PAGE_SIZE).get_page(request.GET.get("page"))
    told = {"page": page, "state": state, "states": STATES.choices}
    return render(request, "studio/house/applications.html", told)


@requires("studio.admit", of=application_by_number)
def application_page(request: HttpRequest, application: Application) -> HttpResponse:
    """Show one application, and answer it."""
    form = AnswerForm(
        request.POST or None,
        productions=_coordinated(actor(request)),
        new=application.new_organisation,
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            _answer(request, application, form)
            return redirect("studio:applications")
    told = {"application": application, "form": form}
    status = 422 if form.errors else 200
    return render(request, "studio/house/application.html", told, status=status)


def _answer(request: HttpRequest, application: Application, form: AnswerForm) -> None:
    by, cleaned = actor(request), form.cleaned_data
    answer = cleaned["answer"]
    if "refuse" in request.POST:
        refuse_access(application=application, by=by, answer=answer)
        messages.success(request, _("Refused, with your reason."))
    elif "end" in request.POST:
        end_access(application=application, by=by, answer=answer)
        messages.success(request, _("Access has ended."))
    else:
        given = {"production": cleaned["production"], "role": cleaned["role"]}
        lists = cleaned.get("lists", False)
        admit(application=application, by=by, answer=answer, lists=lists, **given)
        messages.success(request, _("Admitted."))


def _coordinated(person: Person) -> object:
    """Return the productions in which *person* may give seats."""
    held = [uri for uri, seat in seats_of(person).items() if seat.role == "coordinator"]
    return Production.objects.live().filter(uri__in=held).order_by("name")


@public
@require_safe
def usage(request: HttpRequest) -> HttpResponse:
    """Show what the cities stated of the use of their studios; the running month to coordinators."""
    today = clock.today()
    month = Period.month(today.year, today.month)
    admits = may(person_of(request.user), "studio.admit")
    told = {
        "lines": lines_of(stated()),
        "month": month.start,
        "running": running(counted(month, me().origin)) if admits else None,
        "admits": admits,
    }
    return render(request, "studio/house/usage.html", told)
