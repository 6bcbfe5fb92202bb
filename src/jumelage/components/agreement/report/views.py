"""Pages of the annual report: read it, print it, take its data, freeze and confirm it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.agreement.models import Partnership, ReportSnapshot
from jumelage.components.agreement.report import annex, freeze
from jumelage.components.agreement.report.forms import ErratumForm, YearForm
from jumelage.components.agreement.report.pdf import render_pdf
from jumelage.components.agreement.report.present import present
from jumelage.components.agreement.report.present.evidence import evidence_section
from jumelage.directory.access import actor, public, requires
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError

FIRST_YEAR = 2006
TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "json": "application/json"}


def partnership_by_slug(partnership: str, **_rest: object) -> Partnership | None:
    """Return the partnership the address names."""
    return Partnership.objects.live().filter(slug=partnership).order_by("uri").first()


def snapshot_by_uri(uri: str) -> ReportSnapshot | None:
    """Return the frozen report the address names."""
    return ReportSnapshot.objects.live().select_related("partnership").filter(uri=uri).first()


def _held(partnership: str, year: int) -> tuple[Partnership, freeze.Held]:
    found = partnership_by_slug(partnership)
    if found is None or not FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    return found, freeze.held_report(found, year)


@public
@require_safe
def report_page(request: HttpRequest, partnership: str, year: int) -> HttpResponse:
    """Show the report on a year, frozen or built now from the record."""
    found, held = _held(partnership, year)
    language = (get_language() or "en")[:2]
    context = {
        "partnership": found,
        "held": held,
        "document": present(held.report, language, seal=held.seal),
        "evidence": evidence_section(held.report, language),
        "years": range(clock.today().year, FIRST_YEAR - 1, -1),
        "others": [s for s in held.snapshots if s != held.ours],
        "form": ErratumForm(),
    }
    return render(request, "agreement/report/report.html", context)


@public
@require_safe
def report_file(_request: HttpRequest, partnership: str, year: int, form: str) -> HttpResponse:
    """Send the report as `pdf`, or its data annex as `csv` or `json`."""
    if form not in TYPES:
        raise Http404
    _found, held = _held(partnership, year)
    language = (get_language() or "en")[:2]
    content = {
        "pdf": lambda: render_pdf(
            held.report, language, base=settings.NODE.public_url, seal=held.seal
        ),
        "csv": lambda: annex.to_csv(held.report),
        "json": lambda: held.content,
    }[form]()
    name = (
        f"{partnership}-{year}-{language}.{form}"
        if form == "pdf"
        else f"{partnership}-{year}.{form}"
    )
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=TYPES[form], headers={"Content-Disposition": disposition}
    )


@requires("agreement.freeze-report", of=partnership_by_slug)
@require_POST
def freeze_report(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Freeze the report on the year the form names."""
    form = YearForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError(reason=_("the year is missing"))
    year = form.cleaned_data["year"]
    freeze.freeze_report(partnership=partnership, year=year, by=actor(request))
    messages.success(request, _("The report is frozen. The other city can now confirm it."))
    return redirect("agreement:report", partnership=partnership.slug, year=year)


@requires("agreement.freeze-report", of=snapshot_by_uri)
@require_POST
def confirm_report(request: HttpRequest, snapshot: ReportSnapshot) -> HttpResponse:
    """Check the other city's frozen report on this city's own copy and confirm it."""
    freeze.confirm_report(snapshot=snapshot, by=actor(request))
    messages.success(request, _("This city's own copy gives the same report: it is confirmed."))
    return redirect("agreement:report", partnership=snapshot.partnership.slug, year=snapshot.year)


@requires("agreement.add-erratum", of=snapshot_by_uri)
@require_POST
def add_erratum(request: HttpRequest, snapshot: ReportSnapshot) -> HttpResponse:
    """Add a correction to this city's frozen report."""
    form = ErratumForm(request.POST)
    form.full_clean()
    freeze.add_erratum(snapshot=snapshot, text=form.text(), by=actor(request))
    messages.success(request, _("The erratum is published."))
    return redirect("agreement:report", partnership=snapshot.partnership.slug, year=snapshot.year)
