"""What of a production its partner organisations see."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jumelage.components.studio.forms.house import PartnerForm
from jumelage.components.studio.models import Production
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.shell.bilingual import refusals_shown_in


@requires("studio.change-production", of=things.production)
def set_apart(request: HttpRequest, production: Production) -> HttpResponse:
    """Put up the wall before an organisation, or take it down."""
    form = PartnerForm(request.POST or None, production=production)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            set_vendor(production=production, by=actor(request), **form.cleaned_data)
            messages.success(request, _told(**form.cleaned_data))
            return redirect("studio:members", uri=production.uri)
    told = {"form": form, "heading": _("Limit an organisation to its own tasks")}
    told |= {"production": production, "back": reverse("studio:members", args=[production.uri])}
    return render(request, "studio/anew.html", told, status=422 if form.errors else 200)


def _told(*, organisation: object, apart: bool) -> str:
    if apart:
        told = _("The seats of %(name)s see their own tasks only from now on.")
    else:
        told = _("The seats of %(name)s see the production again, as their parts allow.")
    return told % {"name": organisation}
