"""What one city says about the other's evidence: confirm, dispute, ask, answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jumelage.components.agreement.forms.evidence import AnswerForm, ReasonForm, RequestForm
from jumelage.components.agreement.models import CorrectionRequest, Evidence
from jumelage.components.agreement.services.attestation import confirm_evidence, dispute_evidence
from jumelage.components.agreement.services.corrections import answer_correction, request_correction
from jumelage.components.agreement.views import evidence as pages
from jumelage.components.agreement.views import things
from jumelage.directory.access import requires
from jumelage.shell.bilingual import refusals_shown_in


@require_POST
@requires("agreement.attest-evidence", of=things.evidence_by_uri)
def confirm(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Say that this city agrees."""
    confirm_evidence(evidence=evidence, by=things.by(request))
    if request.POST.get("next") == "to-do":
        return redirect("agreement:to-do")
    return redirect("agreement:evidence", evidence.uri)


@require_POST
@requires("agreement.attest-evidence", of=things.evidence_by_uri)
def dispute(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Say that this city disagrees, and why."""
    form = ReasonForm(request.POST, prefix="dispute")
    if form.is_valid():
        with refusals_shown_in(form):
            reason = form.text("reason")
            dispute_evidence(evidence=evidence, reason=reason, by=things.by(request))
            return redirect("agreement:evidence", evidence.uri)
    return pages.show(request, evidence, dispute=form)


@require_POST
@requires("agreement.request-correction", of=things.evidence_by_uri)
def ask(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Ask the city that stated it for a correction."""
    form = RequestForm(request.POST, prefix="request")
    if form.is_valid():
        with refusals_shown_in(form):
            request_correction(about=evidence, text=form.text("text"), by=things.by(request))
            return redirect("agreement:evidence", evidence.uri)
    return pages.show(request, evidence, asked=form)


class _Asked:
    """A request with the evidence it is about; answers to the people of its commitment."""

    def __init__(self, asked: CorrectionRequest, about: Evidence) -> None:
        self.asked, self.about, self.scopes = asked, about, about.scopes


def asked_by_uri(uri: str) -> _Asked | None:
    """Return the request *uri* and what it is about."""
    asked, about = things.correction_request(uri), things.asked_about(uri)
    return _Asked(asked, about) if asked and about else None


@requires("agreement.answer-correction", of=asked_by_uri)
def answer(request: HttpRequest, held: _Asked) -> HttpResponse:
    """Answer the other city's request about this city's evidence."""
    back = reverse("agreement:evidence", args=[held.about.uri])
    form = AnswerForm(request.POST or None, about=held.about)
    if form.is_valid():
        with refusals_shown_in(form):
            answer_correction(request=held.asked, by=things.by(request), **form.facts())
            return redirect(back)
    told = {"asked": held.asked, "about": held.about, "form": form, "back": back}
    told["heading"] = _("Answer")
    return render(request, "agreement/answer.html", told)
