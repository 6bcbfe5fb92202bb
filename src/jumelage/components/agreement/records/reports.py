"""What the agreement says about frozen annual reports."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.agreement.models import ReportSnapshot
from jumelage.components.agreement.models.values import Erratum, FeedPoint
from jumelage.components.agreement.records.checks import everywhere, require
from jumelage.kit.rows import RowRecord, Values

_HEX_SHA256 = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFrozen(RowRecord):
    """A city freezes the annual report: data hash, the checkpoints it rests on, errata."""

    kind: ClassVar[str] = "agreement.report-frozen"
    rows: ClassVar[type[ReportSnapshot]] = ReportSnapshot
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "partnership", "year", "as_of", "sha256", "checkpoints", "errata"
    )

    uri: str
    partnership: str
    year: int
    as_of: datetime.date
    sha256: str
    checkpoints: tuple[FeedPoint, ...]
    errata: tuple[Erratum, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a report without a whole hash."""
        require(len(self.sha256) == _HEX_SHA256, _("a report has a SHA-256"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "partnership_id": self.partnership,
            "year": self.year,
            "as_of": self.as_of,
            "sha256": self.sha256,
            "checkpoints": self.checkpoints,
            "errata": self.errata,
        }
