"""The page of a task, with the talk of both cities."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio import facts
from jumelage.components.studio.forms.tasks import (
    CommentForm,
    ReplyForm,
    TaskForm,
    TimeForm,
    WordsForm,
    seat_choices,
)
from jumelage.components.studio.models import ChangeRequest, Comment, Task, TimeSpent
from jumelage.components.studio.selectors.requests import open_requests
from jumelage.components.studio.selectors.seats import Held, held_by, names_here, seats_in
from jumelage.components.studio.selectors.tasks import head_of, talk
from jumelage.components.studio.selectors.walls.seeing import wall_of
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.components.studio.services import requests
from jumelage.components.studio.services.review import comments
from jumelage.components.studio.services.time import spend_time
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit.uris import Uri
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin


def _comment_form(request: HttpRequest, task: Task, *, is_said: bool = False) -> CommentForm:
    held = held_by(actor(request), task)
    allowed = set(comments.may_give(held, task.production)) if held else set()
    words = [word for word in used_by(task.production, "status") if word.slug in allowed]
    said = (request.POST, request.FILES) if is_said else ()
    offered = [(word.slug, spoken(word)) for word in words]
    return CommentForm(*said, statuses=offered, by_vendor=bool(held and held.vendor))


@requires("studio.read", of=things.task)
@require_safe
def task_page(request: HttpRequest, task: Task) -> HttpResponse:
    """Show a task, who is on it, its versions, and what both cities said."""
    return _show(request, task, _comment_form(request, task))


def _show(
    request: HttpRequest,
    task: Task,
    form: CommentForm,
    status: int = 200,
    answers: Mapping[str, ReplyForm] | None = None,
) -> HttpResponse:
    told = {**_told(actor(request), task, answers or {}), "form": form}
    return render(request, "studio/task.html", told, status=status)


def _told(by: Person, task: Task, answers: Mapping[str, ReplyForm]) -> dict[str, object]:
    """Return what the page of *task* shows; *answers* by the comment they were meant for."""
    said, held = talk(task), held_by(by, task)
    return {
        "talk": said,
        **_beyond(task, is_walled=bool(held and held.is_walled)),
        "said": [(one, answers.get(one.uri) or _reply_form(one)) for one in said.comments],
        "task": task,
        "production": task.production,
        "time": TimeForm(),
        "spent": _spent(by, task),
        "json_url": reverse("studio:task-data", kwargs={"uri": task.uri}),
    }


def _beyond(task: Task, *, is_walled: bool) -> dict[str, object]:
    """Return what is told inside alone: what clients see, and what the other city asks for."""
    if is_walled:
        return {"shown": None, "told": (), "asked": ()}
    shown = Shown(task.production_id, task.production.vendors)
    asked = open_requests().filter(target=task.uri).select_related("seat__node")
    return {"shown": shown, "told": shown.told(task.uri), "asked": asked}


def _reply_form(comment: Comment, said: HttpRequest | None = None) -> ReplyForm:
    given = (said.POST, said.FILES) if said else ()
    return ReplyForm(*given, auto_id=f"answer-{Uri.parse(comment.uri).id}-%s")


def _spent(by: Person, task: Task) -> list[TimeSpent]:
    return list(TimeSpent.objects.filter(person=by, task=task).order_by("-day")[:10])


@requires("studio.read", of=things.task)
@require_safe
def task_data(_request: HttpRequest, task: Task) -> JsonResponse:
    """Give a task with its talk as JSON."""
    return json_twin(facts.talk(talk(task)))


@requires("studio.answer-comment", of=things.task)
@things.sent_from("studio:task")
def say(request: HttpRequest, task: Task) -> HttpResponse:
    """Say something of a task."""
    form = _comment_form(request, task, is_said=True)
    if form.is_valid():
        with refusals_shown_in(form):
            comments.comment(task=task, by=actor(request), **form.cleaned_data)
            return redirect("studio:task", uri=task.uri)
    return _show(request, task, form, status=422)


@requires("studio.answer-comment", of=things.comment)
def reply(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Answer a comment of either city; the answer belongs to this one."""
    head, task = head_of(comment), comment.task
    if request.method != "POST":
        return redirect("studio:task", uri=task.uri)
    form = _reply_form(head, request)
    if form.is_valid():
        with refusals_shown_in(form):
            comments.comment(task=task, by=actor(request), reply_to=head, **form.cleaned_data)
            return redirect("studio:task", uri=task.uri)
    shown = _comment_form(request, task)
    return _show(request, task, shown, status=422, answers={head.uri: form})


def _back(request: HttpRequest, comment: Comment) -> str:
    """Return where somebody goes on who did something to *comment*: its task, if they read it."""
    inside = may(actor(request), "studio.read", comment)
    uri = comment.task_id if inside else comment.production_id
    return reverse("studio:task" if inside else "studio:production", kwargs={"uri": uri})


@requires("studio.withdraw-comment", of=things.comment)
def withdraw_comment(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Take a comment back, after asking once."""
    back = _back(request, comment)
    if request.method == "POST":
        comments.withdraw_comment(comment=comment, by=actor(request))
        return redirect(back)
    told = {
        "heading": _("Take the comment back?"),
        "lead": comment.text,
        "consequences": [_("Both cities stop showing it; a status it gave is given back.")],
        "action": _("Take it back"),
        "back": back,
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)


@requires("studio.change-comment", of=things.comment)
def change_comment(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Say a comment anew: its words, and what of its list is done; it keeps its time."""
    back, walled = _back(request, comment), wall_of(actor(request), comment) is not None
    form = WordsForm(request.POST or None, comment=comment, is_walled=walled)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            comments.change_comment(comment=comment, changes=form.changes(), by=actor(request))
            return redirect(back)
    told = {
        "form": form,
        "heading": _("Change a comment"),
        "production": comment.production,
        "back": back,
    }
    return render(request, "studio/anew.html", told, status=422 if form.errors else 200)


@requires("studio.assign", of=things.task)
def change(request: HttpRequest, task: Task) -> HttpResponse:
    """Change a task of this city, or ask the other city to change its own."""
    by = actor(request)
    seats = seat_choices(list(seats_in(task.production)), names_here(task.production))
    form = TaskForm(request.POST or None, task=task, seats=seats, ours=_is_ours(by, task))
    if form.is_bound and form.is_valid() and form.changes():
        with refusals_shown_in(form):
            reason = form.cleaned_data.get("reason", "")
            made = requests.change_or_ask(row=task, changes=form.changes(), by=by, reason=reason)
            messages.success(request, told_of(made))
            return redirect("studio:task", uri=task.uri)
    told = {"form": form, "task": task, "thing": task.entity, "production": task.production}
    return render(request, "studio/change.html", told, status=422 if form.errors else 200)


def _is_ours(by: Person, task: Task) -> bool:
    held: Held | None = held_by(by, task)
    return held is not None and held.here == task.origin


def told_of(made: object) -> str:
    """Say whether something was changed, or asked for."""
    if isinstance(made, ChangeRequest):
        return _("Asked of the other city.")
    return _("Kept.")


@require_POST
@requires("studio.spend-time", of=things.task)
def time(request: HttpRequest, task: Task) -> HttpResponse:
    """Say how long one worked on a task; it stays in this city."""
    form = TimeForm(request.POST)
    if form.is_valid():
        with refusals_shown_in(form):
            spend_time(task=task, by=actor(request), **form.cleaned_data)
            messages.success(request, _("Kept in this city."))
    for problem in form.errors.values():
        messages.error(request, " ".join(map(str, problem)))
    return redirect("studio:task", uri=task.uri)
