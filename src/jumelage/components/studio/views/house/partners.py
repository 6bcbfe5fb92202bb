"""What of a production its partner organisations see."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jumelage.components.studio.forms.house import PartnerForm
from jumelage.components.studio.models import Production
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import JumelageError


@require_POST
@requires("studio.change-production", of=things.production)
def set_apart(request: HttpRequest, production: Production) -> HttpResponse:
    """Put up the wall before an organisation, or take it down."""
    form = PartnerForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            set_vendor(production=production, by=actor(request), **said)
        except JumelageError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _told(str(said["organisation"]), apart=said["apart"]))
    for problem in form.errors.values():
        messages.error(request, " ".join(map(str, problem)))
    return redirect("studio:members", uri=production.uri)


def _told(name: str, *, apart: bool) -> str:
    told = (
        _("%(name)s sees its own tasks only from now on.")
        if apart
        else _("%(name)s sees the whole production from now on.")
    )
    return told % {"name": name}
