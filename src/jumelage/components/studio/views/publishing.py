"""The pages to publish a version of a task, and to take one back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jumelage.components.studio.forms.publishing import VersionForm
from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.review.publishing import publish
from jumelage.components.studio.selectors.tasks import task_by_uri
from jumelage.components.studio.services.versions import withdraw_version
from jumelage.components.studio.views.media import version_by_uri
from jumelage.directory.access import actor, requires
from jumelage.shell.bilingual import refusals_shown_in


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
    return render(request, "studio/publish.html", {"task": task, "form": form}, status=status)


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
