"""The page to publish a version of a task."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jumelage.components.studio.forms.publishing import VersionForm
from jumelage.components.studio.models import Task
from jumelage.components.studio.review.publishing import publish
from jumelage.components.studio.selectors.tasks import task_by_uri
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
