"""The page of a shot or an asset, and what is seen in a shot."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jumelage.components.studio.forms.entities import AssetsForm, CastForm, EntityForm
from jumelage.components.studio.models import Entity, Task
from jumelage.components.studio.selectors.requests import open_requests
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.services import entities, requests
from jumelage.components.studio.views import things
from jumelage.components.studio.views.tasks import told_of
from jumelage.directory.access import actor, requires
from jumelage.directory.models import Person
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


def _is_ours(by: Person, entity: Entity) -> bool:
    held = held_by(by, entity)
    return held is not None and held.here == entity.origin


@requires("studio.assign", of=things.entity)
def change(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Change a shot of this city, or ask the other city to change its own."""
    by = actor(request)
    form = EntityForm(request.POST or None, entity=entity, ours=_is_ours(by, entity))
    if form.is_bound and form.is_valid() and form.changes():
        with refusals_shown_in(form):
            reason = form.cleaned_data.get("reason", "")
            made = requests.change_or_ask(row=entity, changes=form.changes(), by=by, reason=reason)
            messages.success(request, told_of(made))
            return redirect("studio:entity", uri=entity.uri)
    told = {"form": form, "entity": entity, "thing": entity, "production": entity.production}
    return render(request, "studio/change.html", told, status=422 if form.errors else 200)


@requires("studio.assign", of=things.shot)
def cast(request: HttpRequest, shot: Entity) -> HttpResponse:
    """Say which assets are seen in a shot and how often, or ask the other city to."""
    question = AssetsForm(request.GET or None, production=shot.production)
    ours = _is_ours(actor(request), shot)
    form = CastForm(request.POST or None, shot=shot, assets=question.found(shot), ours=ours)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            if form.cast() != shot.cast:
                messages.success(request, told_of(_cast(form, actor(request))))
            return redirect("studio:entity", uri=shot.uri)
    told = {"form": form, "question": question, "shot": shot, "production": shot.production}
    return render(request, "studio/cast.html", told, status=422 if form.errors else 200)


def _cast(form: CastForm, by: Person) -> object:
    if form.ours:
        return entities.cast(entity=form.shot, cast=form.cast(), by=by)
    changes, reason = {"cast": form.cast()}, form.cleaned_data["reason"]
    return requests.ask(row=form.shot, changes=changes, by=by, reason=reason)
