"""What the agreement says about who answers for a commitment and how it is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.agreement.models import CommitmentOwner, Coordinator, Indicator
from jumelage.components.agreement.models.values import Target
from jumelage.components.agreement.records.checks import everywhere, require
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerNamed(RowRecord):
    """A city names the role that owns a commitment on its side; roles only, no person."""

    kind: ClassVar[str] = "agreement.owner-named"
    rows: ClassVar[type[CommitmentOwner]] = CommitmentOwner
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "commitment", "role", "organisation", "deputy_role", "deputy_organisation"
    )

    uri: str
    commitment: str
    role: Bilingual
    organisation: str
    deputy_role: Bilingual | None = None
    deputy_organisation: str = ""

    def __post_init__(self) -> None:
        """Refuse an owner without a role title."""
        require(bool(self.role), _("an owner has a role title"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "commitment_id": self.commitment,
            "role": self.role,
            "organisation": self.organisation,
            "deputy_role": self.deputy_role,
            "deputy_organisation": self.deputy_organisation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorNamed(RowRecord):
    """A city asks an organisation to coordinate one commitment."""

    kind: ClassVar[str] = "agreement.coordinator-named"
    rows: ClassVar[type[Coordinator]] = Coordinator
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "commitment", "organisation"
    )

    uri: str
    commitment: str
    organisation: str

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {"commitment_id": self.commitment, "organisation": self.organisation}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSet(RowRecord):
    """A city sets or revises how a commitment is measured."""

    kind: ClassVar[str] = "agreement.indicator-set"
    rows: ClassVar[type[Indicator]] = Indicator
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "commitment", "slug", "unit", "label", "definition", "service", "name",
        "reading", "baseline", "targets", "position",
    )  # fmt: skip

    uri: str
    commitment: str
    slug: str
    unit: str
    label: Bilingual
    definition: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    service: str = ""
    name: str = ""
    reading: str = "sum"
    baseline: Decimal | None = None
    targets: tuple[Target, ...] = ()
    position: int = 0

    def __post_init__(self) -> None:
        """Refuse an indicator without unit or with half a counting reference."""
        require(bool(self.unit), _("an indicator has a unit"))
        require(bool(self.service) == bool(self.name), _("a counted indicator names its service"))
        require(self.reading in Indicator.Reading, _("an indicator is a sum or the latest value"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "commitment_id": self.commitment,
            "slug": self.slug,
            "position": self.position,
            "unit": self.unit,
            "label": self.label,
            "definition": self.definition,
            "service": self.service,
            "name": self.name,
            "reading": self.reading,
            "baseline": self.baseline,
            "targets": self.targets,
        }
