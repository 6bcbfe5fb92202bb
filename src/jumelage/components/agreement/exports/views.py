"""Addresses for open data: the text as Akoma Ntoso, the activity as JSON, CSV and IATI."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jumelage.components.agreement.exports.akoma import akoma_ntoso
from jumelage.components.agreement.exports.bundle import FORMATS, bundle
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.report.build import build_report
from jumelage.components.agreement.report.content import Report
from jumelage.directory.access import public
from jumelage.kit import clock
from jumelage.kit.i18n import LANGUAGES

FIRST_YEAR = 2006


def _of(partnership: str, year: int) -> tuple[Partnership, Report]:
    found = Partnership.objects.live().filter(slug=partnership).order_by("uri").first()
    if found is None or not FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    return found, build_report(year, found)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )


@public
@require_safe
def text_file(_request: HttpRequest, partnership: str, slug: str, language: str) -> HttpResponse:
    """Send the text of an instrument in one language as Akoma Ntoso."""
    chain = Instrument.objects.live().filter(partnership__slug=partnership, slug=slug)
    instrument = chain.select_related("partnership").order_by("uri").first()
    if instrument is None or language not in LANGUAGES:
        raise Http404
    name = f"{slug}.{language}.xml"
    return _download(akoma_ntoso(instrument, language), "application/akn+xml", name)


@public
@require_safe
def activity_file(_request: HttpRequest, partnership: str, year: int, name: str) -> HttpResponse:
    """Send the activity of a year in the format the address names."""
    if name not in FORMATS:
        raise Http404
    _found, report = _of(partnership, year)
    content_type, write = FORMATS[name]
    return _download(write(report), content_type, f"{partnership}-{year}-{name}")


@public
@require_safe
def all_files(_request: HttpRequest, partnership: str, year: int) -> HttpResponse:
    """Send every export of a year as one archive."""
    found, report = _of(partnership, year)
    return _download(bundle(found, report), "application/zip", f"{partnership}-{year}.zip")
