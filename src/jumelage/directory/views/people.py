"""The people of this node and their roles, for officers and administrators."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.directory import selectors, services
from jumelage.directory.access import actor, requires
from jumelage.directory.forms import GrantForm
from jumelage.directory.models import Grant, Organisation, Person
from jumelage.kit.errors import JumelageError

PAGE_SIZE = 25


def person_by_number(pk: int) -> Person | None:
    """Return the person the address names."""
    return Person.objects.select_related("user", "organisation").filter(pk=pk).first()


def grant_by_number(pk: int) -> Grant | None:
    """Return the role in force the address names."""
    return Grant.objects.in_force().select_related("person").filter(pk=pk).first()


@requires("directory.see-people")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show who is on this node, as what."""
    words = request.GET.get("words", "").strip()[:100]
    page = Paginator(selectors.people(words), PAGE_SIZE).get_page(request.GET.get("page"))
    held: dict[int, list[Grant]] = {}
    for grant in Grant.objects.in_force().filter(person__in=list(page)).order_by("role"):
        held.setdefault(grant.person_id, []).append(grant)
    rows = [(person, held.get(person.pk, [])) for person in page]
    return render(request, "directory/people.html", {"page": page, "rows": rows, "words": words})


@requires("directory.see-people", of=person_by_number)
def roles(request: HttpRequest, somebody: Person) -> HttpResponse:
    """Show the roles of a person and give another."""
    form = GrantForm(request.POST or None, by=actor(request))
    if form.is_bound and form.is_valid() and _granted(request, somebody, form):
        return redirect("directory:person", pk=somebody.pk)
    grants = list(selectors.grants_of(somebody))
    scopes = Organisation.objects.in_bulk([grant.scope for grant in grants if grant.scope])
    told = {
        "somebody": somebody,
        "grants": [(grant, scopes.get(grant.scope)) for grant in grants],
        "form": form,
    }
    return render(request, "directory/person.html", told, status=422 if form.errors else 200)


def _granted(request: HttpRequest, somebody: Person, form: GrantForm) -> bool:
    role = form.cleaned_data["role"]
    try:
        services.grant_role(person=somebody, role=role, scope=form.scope(), by=actor(request))
    except JumelageError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, _("The role is given."))
    return True


@requires("directory.see-people", of=grant_by_number)
@require_POST
def end_grant(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Take a role back."""
    services.end_grant(grant=grant, by=actor(request))
    messages.success(request, _("The role is taken back."))
    return redirect("directory:person", pk=grant.person_id)
