"""Recordings of calls: played by those of the booking, deleted by any of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jumelage.components.rooms.models import Recording
from jumelage.components.rooms.services import recordings
from jumelage.directory.access import actor, requires
from jumelage.shell.ranges import ranged


def recording(name: str) -> Recording | None:
    """Return the recording the address names."""
    return Recording.objects.filter(name=name).first()


@requires("rooms.see-recording", of=recording)
@never_cache
@require_safe
def play(request: HttpRequest, recording: Recording) -> HttpResponseBase:
    """Give the file, or the part of it a player asks for."""
    path = recordings.path_of(recording)
    if not recording.is_ready or not path.is_file():
        raise Http404
    return ranged(request, path, media_type="video/webm", etag=recording.name)


@requires("rooms.delete-recording", of=recording)
def delete(request: HttpRequest, recording: Recording) -> HttpResponse:
    """Delete a recording for good, after asking once."""
    if request.method == "POST":
        session = recording.session
        recordings.delete_recording(recording=recording, by=actor(request))
        messages.success(request, _("Deleted, with its files."))
        return redirect("rooms:report", uri=session)
    return render(request, "rooms/recording_delete.html", {"recording": recording})
