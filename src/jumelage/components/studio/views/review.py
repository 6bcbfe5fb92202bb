"""The review of versions: the page, what its player asks, notes, decisions, exports."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.studio.forms.review import NoteForm
from jumelage.components.studio.models import Entity, Playlist, Version, View
from jumelage.components.studio.review import deciding, markers, told, wishes
from jumelage.components.studio.review.contact import sheet
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.places import Along, along, sequence_by_uri
from jumelage.components.studio.review.stills import frames, packing
from jumelage.components.studio.selectors.walls.seeing import sees
from jumelage.components.studio.services.house.viewing import note_view
from jumelage.components.studio.services.house.watermark import mark_for
from jumelage.components.studio.services.versions import set_main
from jumelage.components.studio.views import things
from jumelage.components.studio.views.tasks import told_of
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.shell.ranges import unranged

OTIO = "application/vnd.opentimelineio+json"


def version_by_uri(uri: str) -> Version | None:
    """Return the version the address names."""
    found = Version.objects.live().filter(uri=uri)
    return found.select_related("production", "task__entity__parent", "seat", "node").first()


def version_and_frame(uri: str, frame: int) -> frames.Still | None:
    """Return the frame the address names."""
    version = version_by_uri(uri)
    return None if version is None else frames.Still(version, frame)


@requires("studio.see", of=version_by_uri)
@require_safe
def version_page(request: HttpRequest, version: Version) -> HttpResponse:
    """Show a version with its notes."""
    note_view(version=version, what=View.What.PAGE, person=actor(request))
    form = NoteForm(version=version, person=actor(request))
    return _show(request, version, form)


def _show(
    request: HttpRequest, version: Version, form: NoteForm, status: int = 200
) -> HttpResponse:
    person = actor(request)
    shown = {
        "version": version,
        "task_type": told.task_type(version),
        "notes": list(Notes(version, person)),
        "form": form,
        "review": told.page(version, person),
        "decisions": form.decisions,
        "others": told.others(version, person),
        "along": _along(request, version),
    }
    return render(request, "studio/review.html", shown, status=status)


def _along(request: HttpRequest, version: Version) -> Along | None:
    """Return where *version* is in the row it is seen in, if the reader sees that row."""
    return along(version, request.GET.get("in", ""), partial(sees, actor(request)))


@requires("studio.see", of=version_by_uri)
@never_cache
@require_safe
def version_data(request: HttpRequest, version: Version) -> JsonResponse:
    """Tell the player what it needs."""
    return JsonResponse(told.review(version, actor(request)))


@requires("studio.annotate", of=version_by_uri)
@require_POST
def annotate(request: HttpRequest, version: Version) -> JsonResponse:
    """Store what was drawn and take back what was removed; answer with all that stands."""
    person = actor(request)
    try:
        asked = wishes.read(request.body)
    except InvalidInputError as error:
        return JsonResponse({"error": error.message}, status=error.http_status)
    refused = wishes.grant(version=version, wishes=asked, by=person)
    drawn = told.annotations(Notes(version, person), person)
    return JsonResponse({"annotations": drawn, "refused": refused})


@requires("studio.comment", of=version_by_uri)
@things.sent_from("studio:version")
def say(request: HttpRequest, version: Version) -> HttpResponse:
    """Take a note and perhaps a decision."""
    person = actor(request)
    form = NoteForm(request.POST, request.FILES, version=version, person=person)
    if not form.is_valid():
        return _show(request, version, form, status=422)
    said = form.cleaned_data
    try:
        deciding.say(version=version, by=person, span=form.span, **form.words)
    except JumelageError as error:
        form.add_error(None, error.message)
        return _show(request, version, form, status=error.http_status)
    messages.success(request, _("Said, in both cities."))
    anchor = f"#f{said['first_frame']}" if said["first_frame"] is not None else ""
    return redirect(f"{version.get_absolute_url()}{_row(request)}{anchor}")


def _row(request: HttpRequest) -> str:
    """Return what keeps somebody in the row in which the version was seen."""
    return f"?{urlencode({'in': request.GET['in']})}" if "in" in request.GET else ""


@requires("studio.assign", of=version_by_uri)
@require_POST
def stand(request: HttpRequest, version: Version) -> HttpResponse:
    """Let a version stand for its shot or asset in lists, or ask the other city to."""
    try:
        messages.success(request, told_of(set_main(version=version, by=actor(request))))
    except JumelageError as error:
        messages.error(request, error.message)
    return redirect(version)


@requires("studio.see", of=version_and_frame)
@require_safe
def frame_picture(request: HttpRequest, still: frames.Still) -> HttpResponse:
    """Give one frame as PNG, with what both cities drew on it unless `?plain`."""
    person, version = actor(request), still.version
    mark = mark_for(version.production, person)
    notes = None if "plain" in request.GET else Notes(version, person)
    made = frames.picture(still, notes=notes, mark=mark)
    if made is None:
        raise Http404
    note_view(version=version, what=View.What.FRAME, person=person)
    name = f"{still.version}-{still.number}.png"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="image/png", headers=headers)


@requires("studio.see", of=version_by_uri)
@require_safe
def frames_zip(request: HttpRequest, version: Version) -> HttpResponseBase:
    """Give all frames of a version that somebody noted or drew on, in one zip."""
    name = f"{version.task.entity}-{version}"
    return frames_file(request, [version], name, version)


def frames_file(
    request: HttpRequest, versions: Sequence[Version], name: str, back: Version | Playlist
) -> HttpResponseBase:
    """Answer with the noted frames of *versions* of one production; each version is a view."""
    person = actor(request)
    wanted = packing.sheets(versions, person)
    if not wanted:
        messages.info(request, _("No frame that is kept here has a note yet."))
        return redirect(back)
    pieces = packing.zipped(wanted, mark=mark_for(wanted[0].version.production, person))
    answer = unranged(request, pieces, "application/zip", packing.POOL)
    for version in {one.version.uri: one.version for one in wanted}.values():
        note_view(version=version, what=View.What.FRAME, person=person)
    answer["Content-Disposition"] = f'attachment; filename="{safe_name(name)}.zip"'
    return answer


@requires("studio.see", of=version_by_uri)
@require_safe
def noted_frames(request: HttpRequest, version: Version) -> HttpResponse:
    """Show every frame that somebody noted or drew on, as it prints."""
    shown = {
        "version": version,
        "notes": [note for note in Notes(version, actor(request)) if note.drawings],
        "zip": reverse("studio:version-frames-zip", kwargs={"uri": version.uri}),
        "review": told.page(version, actor(request)),
    }
    return render(request, "studio/review_frames.html", shown)


@requires("studio.see", of=version_by_uri)
@require_safe
def version_markers(request: HttpRequest, version: Version) -> HttpResponse:
    """Give the version with its notes as an OpenTimelineIO timeline."""
    name, reader = str(version.task.entity), actor(request)
    return otio_file(markers.of_versions(name, [version], reader), str(version))


def otio_file(text: str, name: str) -> HttpResponse:
    """Answer with an OpenTimelineIO file."""
    headers = {"Content-Disposition": f'attachment; filename="{safe_name(name)}.otio"'}
    return HttpResponse(text, content_type=OTIO, headers=headers)


def safe_name(name: str) -> str:
    """Return *name* as every system takes it for a file, without an ending."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)[:80] or "notes"


@requires("studio.read", of=sequence_by_uri)
@require_safe
def sequence_sheet(request: HttpRequest, sequence: Entity) -> HttpResponse:
    """Show the contact sheet of a sequence: the newest version of each of its shots."""
    shown = {"whole": sequence, **sheet(sequence, actor(request))}
    return render(request, "studio/review_sheet.html", shown)
