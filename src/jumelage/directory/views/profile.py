"""One's own page: name and language, roles, the data held here, and leaving."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jumelage.directory import facts, selectors, services
from jumelage.directory.access import actor, requires
from jumelage.directory.forms import ProfileForm
from jumelage.directory.models import Organisation

OWN = "directory.edit-own-profile"


@requires(OWN)
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own name, language and organisation."""
    person = actor(request)
    shown = {name: getattr(person, name) for name in ("name", "language")}
    form = ProfileForm(
        request.POST or None, initial={**shown, "organisation": person.organisation_id}
    )
    if form.is_bound and form.is_valid():
        services.change_profile(**form.cleaned_data, by=person)
        messages.success(request, _("Saved."))
        return redirect("directory:profile")
    grants = [grant for grant in selectors.grants_of(person) if grant.until is None]
    scopes = Organisation.objects.in_bulk([grant.scope for grant in grants if grant.scope])
    held = [(grant, scopes.get(grant.scope)) for grant in grants]
    told = {"form": form, "grants": held}
    return render(request, "directory/profile.html", told, status=422 if form.errors else 200)


@requires(OWN)
@require_safe
@never_cache
def own_data(request: HttpRequest) -> JsonResponse:
    """Give everything this node holds about oneself as JSON."""
    told = facts.everything_about(actor(request))
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="jumelage.json"'
    return answer


@requires(OWN)
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def delete_account(request: HttpRequest) -> HttpResponse:
    """Ask, then delete one's own account."""
    if request.method == "POST":
        services.delete_account(by=actor(request))
        logout(request)
        messages.success(request, _("Your account is deleted."))
        return redirect("shell:home")
    return render(request, "shell/confirm.html", _what_deleting_means())


def _what_deleting_means() -> dict[str, object]:
    stays = _(
        "Records you published in the name of a city or an organisation stay:"
        " they never held your name."
    )
    return {
        "heading": _("Delete your account?"),
        "lead": _("Your name, address and roles are deleted at once, and cannot be brought back."),
        "consequences": [stays, _("Drafts nobody else can read are deleted.")],
        "action": _("Delete my account"),
        "back": reverse("directory:profile"),
        "grave": True,
    }
