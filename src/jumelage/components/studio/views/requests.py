"""What the cities ask of each other in one production."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.forms.tasks import AnswerForm
from jumelage.components.studio.models import ChangeRequest, Production
from jumelage.components.studio.selectors.requests import about, asked_in
from jumelage.components.studio.services import requests
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import JumelageError


@requires("studio.read-requests", of=things.production)
@require_safe
def request_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show what was asked, open requests first."""
    page = Paginator(asked_in(production), 25).get_page(things.page_number(request))
    for asked in page:
        asked.about = about(asked)  # type: ignore[attr-defined]  # for the template
    told = {"production": production, "page": page, "form": AnswerForm(), "here": "requests"}
    return render(request, "studio/requests.html", told)


@require_POST
@requires("studio.answer-request", of=things.change_request)
def answer(request: HttpRequest, asked: ChangeRequest) -> HttpResponse:
    """Accept or decline a request; what is accepted is done at once."""
    accepted, form = "accept" in request.POST, AnswerForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        requests.answer(request=asked, accepted=accepted, note=note, by=actor(request))
        messages.success(request, _("Accepted and done.") if accepted else _("Declined."))
    except JumelageError as error:
        messages.error(request, error.message)
    return redirect("studio:requests", uri=asked.production_id)


@require_POST
@requires("studio.withdraw-request", of=things.change_request)
def withdraw(request: HttpRequest, asked: ChangeRequest) -> HttpResponse:
    """Ask no longer."""
    requests.withdraw_request(request=asked, by=actor(request))
    return redirect("studio:requests", uri=asked.production_id)
