"""The page of a shot or an asset."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jumelage.components.studio.forms.tasks import EntityForm
from jumelage.components.studio.models import Entity, Task
from jumelage.components.studio.selectors.requests import open_requests
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.services import requests
from jumelage.components.studio.views import things
from jumelage.components.studio.views.tasks import told_of
from jumelage.directory.access import actor, requires
from jumelage.shell.bilingual import refusals_shown_in


@requires("studio.read", of=things.entity)
@require_safe
def entity_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Show a shot or an asset: its tasks, what it is made of, where it is seen."""
    tasks = Task.objects.live().filter(entity=entity).select_related("state")
    cast = Entity.objects.live().filter(uri__in=list(entity.cast), production=entity.production)
    seen = Entity.objects.live().filter(production=entity.production, cast__has_key=entity.uri)
    told = {
        "entity": entity,
        "production": entity.production,
        "tasks": tasks.order_by("task_type", "name"),
        "children": entity.children.filter(withdrawn_at=None).order_by("name")[:500],
        "cast": [(asset, entity.cast[asset.uri]) for asset in cast.order_by("name")],
        "seen_in": seen.order_by("name")[:500],
        "asked": open_requests().filter(target=entity.uri).select_related("seat__node"),
    }
    return render(request, "studio/entity.html", told)


@requires("studio.assign", of=things.entity)
def change(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Change a shot of this city, or ask the other city to change its own."""
    by = actor(request)
    held = held_by(by, entity)
    ours = held is not None and held.here == entity.origin
    form = EntityForm(request.POST or None, entity=entity, ours=ours)
    if form.is_bound and form.is_valid() and form.changes():
        with refusals_shown_in(form):
            reason = form.cleaned_data.get("reason", "")
            made = requests.change_or_ask(row=entity, changes=form.changes(), by=by, reason=reason)
            messages.success(request, told_of(made))
            return redirect("studio:entity", uri=entity.uri)
    told = {"form": form, "entity": entity, "production": entity.production}
    return render(request, "studio/change.html", told, status=422 if form.errors else 200)
