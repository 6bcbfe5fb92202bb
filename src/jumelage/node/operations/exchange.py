"""The agreement and its report as files."""

from collections.abc import Callable, Mapping

import orjson
from django.conf import settings
from django.utils.translation import gettext

from jumelage.components.agreement.exports.activity import activity_csv, activity_json
from jumelage.components.agreement.exports.akoma import akoma_ntoso
from jumelage.components.agreement.exports.bundle import bundle
from jumelage.components.agreement.exports.iati import iati_activities
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.report import annex
from jumelage.components.agreement.report.freeze import Held, freeze_report, held_report
from jumelage.components.agreement.report.pdf import render_pdf
from jumelage.components.agreement.services.exports import export_agreement, export_yaml
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError
from jumelage.node.errors import ChoosePartnershipError

FIRST_YEAR = 2006


def partnership(slug: str) -> Partnership:
    """Return the partnership *slug*; empty when the node holds only one.

    Raises:
        ChoosePartnershipError: there is none, or several and none was named.
    """
    held = list(Partnership.objects.live().order_by("slug"))
    fitting = [row for row in held if slug in {"", row.slug}]
    if len(fitting) != 1:
        raise ChoosePartnershipError(names=", ".join(row.slug for row in held) or "-")
    return fitting[0]


def agreement_file(of: Partnership, form: str) -> bytes:
    """Return the partnership with its instruments as `yaml` or `json`."""
    if form == "json":
        return orjson.dumps(export_agreement(of), option=orjson.OPT_INDENT_2)
    return export_yaml(of).encode()


def text_file(of: Partnership, slug: str, language: str) -> bytes:
    """Return the text of the instrument *slug* in one language as Akoma Ntoso 3.0.

    Raises:
        InvalidInputError: the partnership has no such instrument.
    """
    chain = Instrument.objects.live().filter(partnership=of.uri).select_related("partnership")
    found = chain.filter(slug=slug).first()
    if found is None:
        names = ", ".join(chain.order_by("slug").values_list("slug", flat=True))
        raise InvalidInputError(reason=gettext("the instruments are %(names)s") % {"names": names})
    return akoma_ntoso(found, language)


def activity_file(of: Partnership, year: int, form: str) -> bytes:
    """Return the activity of *year* as `json`, `csv` or `iati`, or every export as `zip`."""
    built = report(of, year).report
    forms: Mapping[str, Callable[[], bytes]] = {
        "json": lambda: activity_json(built),
        "csv": lambda: activity_csv(built),
        "iati": lambda: iati_activities(built),
        "zip": lambda: bundle(of, built),
    }
    return forms[form]()


def report_file(held: Held, form: str, language: str) -> bytes:
    """Return the annual report as `pdf`, or its data annex as `csv` or `json`."""
    forms: Mapping[str, Callable[[], bytes]] = {
        "pdf": lambda: render_pdf(
            held.report, language, base=settings.NODE.public_url, seal=held.seal
        ),
        "csv": lambda: annex.to_csv(held.report),
        "json": lambda: held.content,
    }
    return forms[form]()


def report(of: Partnership, year: int, *, freeze_by: Person | None = None) -> Held:
    """Return the report on *year*, frozen first in the name of *freeze_by* when given.

    Raises:
        InvalidInputError: the year has not begun, or nothing existed then.
    """
    if not FIRST_YEAR <= year <= clock.today().year:
        known = {"first": FIRST_YEAR, "last": clock.today().year}
        raise InvalidInputError(reason=gettext("a year from %(first)s to %(last)s") % known)
    if freeze_by:
        freeze_report(partnership=of, year=year, by=freeze_by)
    return held_report(of, year)
