"""Stating, correcting and withdrawing evidence; its own page; the file behind it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.agreement.forms.evidence import (
    CountForm,
    DocumentForm,
    FactForm,
    ReasonForm,
    RequestForm,
    StatementForm,
    countable_periods,
)
from jumelage.components.agreement.models import Commitment, Evidence, EvidenceFile
from jumelage.components.agreement.selectors.evidence import TimelineItem
from jumelage.components.agreement.services.evidence import (
    attach_document,
    count_evidence,
    state_evidence,
    withdraw_evidence,
)
from jumelage.components.agreement.showing import facts
from jumelage.components.agreement.showing.few import concealed, withheld_from
from jumelage.components.agreement.showing.ledger import Row
from jumelage.components.agreement.views import things
from jumelage.components.agreement.views.asking import Grave, are_you_sure, ask
from jumelage.directory.access import public, requires
from jumelage.directory.policy import person_of
from jumelage.kit import clock
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin


def _page_of(row: Commitment) -> str:
    return reverse("agreement:commitment", args=[row.instrument.partnership.slug, row.slug])


@public
@require_safe
def evidence_page(request: HttpRequest, uri: str) -> HttpResponse:
    """Show one piece of evidence and all that was said about it."""
    return show(request, things.found(things.evidence_by_uri(uri)))


def show(
    request: HttpRequest,
    evidence: Evidence,
    dispute: ReasonForm | None = None,
    asked: RequestForm | None = None,
) -> HttpResponse:
    """Show *evidence*, with the forms as they were filled in."""
    told = _told(request, evidence) | {
        "dispute_form": dispute or ReasonForm(prefix="dispute"),
        "request_form": asked or RequestForm(prefix="request"),
    }
    refused = bool(dispute or asked)
    return render(request, "agreement/evidence.html", told, status=422 if refused else 200)


def _told(request: HttpRequest, evidence: Evidence) -> dict[str, object]:
    partnership = evidence.commitment.instrument.partnership
    item, withheld = _shown(request, evidence.uri)
    return {
        "row": Row(item, things.cities(request, partnership)),
        "withheld": withheld,
        "commitment": evidence.commitment,
        "partnership": partnership,
        "json_url": reverse("agreement:evidence-data", args=[evidence.uri]),
    }


def _shown(request: HttpRequest, uri: str) -> tuple[TimelineItem, bool]:
    """Return the evidence as its reader may see it, and whether a number is left out."""
    item = things.found(things.evidence_item(uri))
    indicator = item.evidence.indicator
    withheld = withheld_from(person_of(request.user), [indicator] if indicator else [])
    return concealed([item], withheld)[0], bool(withheld)


@public
@require_safe
def evidence_data(request: HttpRequest, uri: str) -> JsonResponse:
    """Give one piece of evidence as JSON."""
    item, withheld = _shown(request, uri)
    return json_twin(facts.evidence(item) | {"withheld": withheld})


def _state(
    request: HttpRequest, row: Commitment, form: StatementForm, corrects: Evidence | None = None
) -> Evidence:
    who = things.by(request)
    return state_evidence(commitment=row, corrects=corrects, by=who, **form.facts())


@requires("agreement.state-evidence", of=things.commitment)
def statement(request: HttpRequest, row: Commitment) -> HttpResponse:
    """State in words what happened."""
    form = StatementForm(request.POST or None, commitment=row)
    if form.is_valid():
        with refusals_shown_in(form):
            _state(request, row, form)
            return redirect(_page_of(row))
    return ask(request, form, _("State what happened"), _page_of(row), row)


def _attach(
    request: HttpRequest, row: Commitment, form: DocumentForm, corrects: Evidence | None = None
) -> Evidence:
    who = things.by(request)
    return attach_document(commitment=row, corrects=corrects, by=who, **form.facts())


@requires("agreement.state-evidence", of=things.commitment)
def document(request: HttpRequest, row: Commitment) -> HttpResponse:
    """Attach a document that proves what happened."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_shown_in(form):
            _attach(request, row, form)
            return redirect(_page_of(row))
    return ask(request, form, _("Attach a document"), _page_of(row), row)


@requires("agreement.state-evidence", of=things.commitment)
def count(request: HttpRequest, row: Commitment) -> HttpResponse:
    """Count an indicator for a period."""
    periods = countable_periods(clock.today())
    form = CountForm(request.POST or None, commitment=row, periods=periods)
    if form.is_valid():
        with refusals_shown_in(form):
            indicator, period = form.asked()
            count_evidence(indicator=indicator, period=period, by=things.by(request))
            return redirect(_page_of(row))
    return ask(request, form, _("Count a period"), _page_of(row), row)


@requires("agreement.correct-evidence", of=things.evidence_by_uri)
def correct(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Replace this city's evidence by a correction; the old one stays on the time line."""
    row = evidence.commitment
    form = _correction_form(request, evidence)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            if isinstance(form, DocumentForm):
                _attach(request, row, form, evidence)
            elif isinstance(form, StatementForm):
                _state(request, row, form, evidence)
            return redirect(_page_of(row))
    return ask(request, form, _("Correct the evidence"), _page_of(row), row)


def _correction_form(request: HttpRequest, evidence: Evidence) -> FactForm:
    typed = request.POST if request.method == "POST" else None
    if evidence.kind == Evidence.Kind.DOCUMENT:
        return DocumentForm(typed, request.FILES) if typed else DocumentForm.showing(evidence)
    row = evidence.commitment
    if typed:
        return StatementForm(typed, commitment=row)
    return StatementForm.showing(evidence, commitment=row)


@requires("agreement.withdraw-evidence", of=things.evidence_by_uri)
def withdraw(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Take this city's evidence back, after asking once."""
    back = reverse("agreement:evidence", args=[evidence.uri])
    if request.method == "POST":
        withdraw_evidence(evidence=evidence, by=things.by(request))
        return redirect(back)
    effects = [
        _("It no longer counts for the state or for any figure."),
        _("It stays on the time line, struck through: nothing is overwritten."),
    ]
    question, action = _("Withdraw the evidence"), _("Withdraw in every city")
    return are_you_sure(
        request,
        Grave(question=question, about=evidence.text, action=action, back=back, effects=effects),
    )


@requires("agreement.read-document", of=things.evidence_by_uri)
def file(_request: HttpRequest, evidence: Evidence) -> FileResponse:
    """Hand out the file behind a document, if it is kept on this node."""
    document = evidence.document
    kept = EvidenceFile.objects.filter(sha256=document.sha256).first() if document else None
    if kept is None or document is None:
        raise Http404
    return FileResponse(
        kept.file.open(),
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
    )
