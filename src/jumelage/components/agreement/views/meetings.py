"""Joint meetings: the list, a page each, the call, the record, the calendar file."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import Node
from jumelage.components.agreement.forms.meetings import CallForm, RecordForm
from jumelage.components.agreement.models import Meeting, Partnership
from jumelage.components.agreement.report.build.legal import attendance
from jumelage.components.agreement.selectors.meetings import meetings, open_work
from jumelage.components.agreement.selectors.partnerships import organisations
from jumelage.components.agreement.services import meetings as services
from jumelage.components.agreement.showing import facts
from jumelage.components.agreement.views import things
from jumelage.components.agreement.views.asking import Grave, are_you_sure, ask
from jumelage.directory.access import public, requires
from jumelage.kit import clock
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin

PAGE_SIZE = 20


@public
@require_safe
def meeting_list(request: HttpRequest, of: str) -> HttpResponse:
    """Show the meetings of a partnership, newest first."""
    held = things.found(things.partnership(of))
    told = {
        "partnership": held,
        "page": Paginator(meetings(held), PAGE_SIZE).get_page(request.GET.get("page")),
        "work": open_work(held),
        "json_url": reverse("agreement:meetings-data", args=[of]),
    }
    return render(request, "agreement/meetings.html", told)


@public
@require_safe
def meeting_list_data(_request: HttpRequest, of: str) -> JsonResponse:
    """Give the meetings of a partnership as JSON."""
    held = things.found(things.partnership(of))
    return json_twin({"meetings": [facts.meeting(each) for each in meetings(held)]})


def _host(request: HttpRequest, meeting: Meeting) -> tuple[Node | None, Node | None]:
    """Return the city that called the meeting, and another city of the partnership."""
    known = things.cities(request, meeting.partnership)
    others = [node for origin, node in known.items() if origin != meeting.origin]
    return known.get(meeting.origin), next(iter(others), None)


@public
@require_safe
def meeting_page(request: HttpRequest, uri: str) -> HttpResponse:
    """Show one meeting."""
    meeting = things.found(things.meeting(uri))
    here, there = _host(request, meeting)
    told = _told(meeting) | {
        "partnership": meeting.partnership,
        "host": here,
        "guest": there,
        "is_ours": bool(here and here.is_self),
    }
    return render(request, "agreement/meeting.html", told)


def _told(meeting: Meeting) -> dict[str, object]:
    names = {city.slug: city.name for city in meeting.partnership.cities}
    known = organisations(each.organisation for each in meeting.work)
    return {
        "meeting": meeting,
        "attendance": [(names.get(each.city), each) for each in attendance(meeting)],
        "work": [(known.get(each.organisation), each) for each in meeting.work],
        "has_begun": meeting.starts_at <= clock.now(),
        "json_url": reverse("agreement:meeting-data", args=[meeting.uri]),
    }


@public
@require_safe
def meeting_data(_request: HttpRequest, uri: str) -> JsonResponse:
    """Give one meeting as JSON."""
    return json_twin(facts.meeting(things.found(things.meeting(uri))))


@public
@require_safe
def invitation(request: HttpRequest, uri: str) -> HttpResponse:
    """Hand out the meeting as an iCalendar file."""
    meeting = things.found(things.meeting(uri))
    address = request.build_absolute_uri(reverse("agreement:meeting", args=[uri]))
    answer = HttpResponse(services.invitation(meeting, address), content_type="text/calendar")
    answer["Content-Disposition"] = (
        f'attachment; filename="meeting-{meeting.starts_local[:10]}.ics"'
    )
    return answer


@requires("agreement.call-meeting", of=things.partnership)
def call(request: HttpRequest, held: Partnership) -> HttpResponse:
    """Call a meeting."""
    form = CallForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_in(form):
            meeting = _call(request, form, held, None)
            return redirect("agreement:meeting", meeting.uri)
    back = reverse("agreement:meetings", args=[held.slug])
    return ask(request, form, _("Call a meeting"), back)


@requires("agreement.call-meeting", of=things.meeting)
def change(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Change a meeting this city called."""
    form = CallForm(request.POST) if request.method == "POST" else CallForm.showing(meeting)
    back = reverse("agreement:meeting", args=[meeting.uri])
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            _call(request, form, meeting.partnership, meeting)
            return redirect(back)
    return ask(request, form, _("Change the meeting"), back)


def _call(
    request: HttpRequest, form: CallForm, held: Partnership, changes: Meeting | None
) -> Meeting:
    who = things.by(request)
    return services.call_meeting(partnership=held, changes=changes, by=who, **form.facts())


@requires("agreement.record-meeting", of=things.meeting)
def record(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Record who came and what was decided."""
    form = RecordForm.showing(meeting)
    if request.method == "POST":
        form = RecordForm(request.POST, partnership=meeting.partnership)
    back = reverse("agreement:meeting", args=[meeting.uri])
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            services.record_meeting(meeting=meeting, by=things.by(request), **form.facts())
            return redirect(back)
    return ask(request, form, _("Record the meeting"), back)


@requires("agreement.call-meeting", of=things.meeting)
def cancel(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Cancel a meeting this city called, after asking once."""
    if request.method == "POST":
        services.cancel_meeting(meeting=meeting, by=things.by(request))
        return redirect("agreement:meetings", meeting.partnership.slug)
    back = reverse("agreement:meeting", args=[meeting.uri])
    question, action = _("Cancel the meeting"), _("Cancel in every city")
    return are_you_sure(
        request, Grave(question=question, about=meeting.title, action=action, back=back)
    )


@require_POST
@requires("agreement.record-meeting", of=things.work)
def finish(request: HttpRequest, work: things.Work) -> HttpResponse:
    """Mark a work item of this city's meeting as done today."""
    services.finish_work(
        meeting=work.meeting, position=work.position, on=clock.today(), by=things.by(request)
    )
    return redirect("agreement:meeting", work.meeting.uri)
