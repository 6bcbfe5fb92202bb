"""Every export of a partnership in one archive, the same bytes for the same records."""

import io
import zipfile
from collections.abc import Callable, Iterator

import yaml

from jumelage.components.agreement.exports.activity import activity_csv, activity_json
from jumelage.components.agreement.exports.akoma import akoma_ntoso
from jumelage.components.agreement.exports.iati import iati_activities
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.report import annex
from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.services.exports import export_agreement
from jumelage.kit.i18n import LANGUAGES

FORMATS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "activity.json": ("application/json", activity_json),
    "activity.csv": ("text/csv; charset=utf-8", activity_csv),
    "evidence.csv": ("text/csv; charset=utf-8", annex.to_csv),
    "report.json": ("application/json", annex.to_json),
    "iati.xml": ("application/xml", iati_activities),
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP file can hold; a real one would change the bytes."""


def files(partnership: Partnership, report: Report) -> Iterator[tuple[str, bytes]]:
    """Yield every export as `(name, bytes)`: the agreement's YAML, its texts, the activity."""
    document = export_agreement(partnership)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    yield f"{partnership.slug}.yaml", text.encode()
    texts = Instrument.objects.live().filter(partnership=partnership.uri)
    for instrument in texts.select_related("partnership").order_by("slug", "uri"):
        for language in LANGUAGES:
            yield f"akoma-ntoso/{instrument.slug}.{language}.xml", akoma_ntoso(instrument, language)
    for name, (_type, write) in FORMATS.items():
        yield f"{report.year}/{name}", write(report)


def bundle(partnership: Partnership, report: Report) -> bytes:
    """Return all exports as one ZIP archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files(partnership, report):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
