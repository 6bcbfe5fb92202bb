"""The pages to publish a version of a task, and to take one back."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jumelage.components.studio.forms.publishing import VersionForm
from jumelage.components.studio.models import Seat, Task, Version
from jumelage.components.studio.review.publishing import publish
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.selectors.tasks import task_by_uri
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.versions import withdraw_version
from jumelage.components.studio.views.media import version_by_uri
from jumelage.directory.access import actor, requires
from jumelage.directory.models import Person
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.templatetags.bridge_words import size


def task(uri: str) -> Task | None:
    """Return the task the address names."""
    return task_by_uri(uri)


@requires("studio.publish-version", of=task)
def publish_version(request: HttpRequest, task: Task) -> HttpResponse:
    """Take the files of a new version."""
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_in(form):
            said = form.cleaned_data
            given = {"files": form.given, "text": said["text"], "space": said["space"]}
            return redirect(publish(task=task, by=actor(request), **given))
    status = 422 if form.is_bound else 200
    shown = {"task": task, "form": form, "rooms": _rooms(actor(request), task)}
    return render(request, "studio/publish.html", shown, status=status)


def _rooms(person: Person, task: Task) -> str:
    """Return what `weigh.ts` reads: how much may come, and what is said of more."""
    held = held_by(person, task)
    found = list(quota.told(task.production, Seat.objects.get(uri=held.seat))) if held else []
    most: int = settings.NODE.media_upload
    said = _("This is {size}. This node takes up to {most} at once.")
    found.append((most * quota.GIGABYTE, said.replace("{most}", size(most * quota.GIGABYTE))))
    return json.dumps([{"left": left, "said": sentence} for left, sentence in found])


@requires("studio.withdraw-version", of=version_by_uri)
def withdraw(request: HttpRequest, version: Version) -> HttpResponse:
    """Take a version back, after asking once."""
    if request.method == "POST":
        withdraw_version(version=version, by=actor(request))
        messages.success(request, _("Taken back."))
        return redirect("studio:task", uri=version.task_id)
    return render(request, "shell/confirm.html", _asked(version))


def _asked(version: Version) -> dict[str, object]:
    return {
        "heading": _("Take the version back?"),
        "lead": f"{version.task.entity} · {version} · {version.production}",
        "consequences": [
            _("Both cities stop showing it, in playlists and reviews too."),
            _("What was said of the task stays. If it is the newest, the next gets its number."),
        ],
        "action": _("Take it back"),
        "back": reverse("studio:preparation", kwargs={"uri": version.uri}),
        "grave": True,
    }
