"""What the directory says on the bridge: organisations, and what happened to them.

Both kinds are opened by pairing: two cities must read who the parties of an agreement are, and
what they were called when they signed, before any agreement is in force.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

from django.core.validators import slug_re
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from jumelage.bridge.api import ForeignRecordError
from jumelage.directory.calendars.records import BusyStated, ResourceListed
from jumelage.directory.models import Organisation, OrganisationChange, folded
from jumelage.kit.component import Provenance
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values
from jumelage.kit.uris import Uri

__all__ = ("BusyStated", "OrganisationChanged", "OrganisationListed", "ResourceListed")

LONGEST = {
    "slug": 80,
    "organisation_kind": 20,
    "name": 200,
    "city": 80,
    "country": 2,
    "website": 200,
    "role_in_agreement": 80,
    "change": 20,
    "name_before": 200,
    "name_after": 200,
}
"""Characters a column can hold, by field."""
FOLLOWING = ("current_name", "sort_name", "status", "search_text")
"""Columns that follow from the listing and the changes together."""
LISTED = (
    "slug",
    "kind",
    "name",
    "description",
    "city",
    "country",
    "website",
    "stated_status",
    "role_in_agreement",
    "sources",
    "fictional",
    "historical",
    "confirmed_on",
    *FOLLOWING,
)
"""Columns an entry fills."""
Kind = OrganisationChange.Kind
Status = Organisation.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationListed(RowRecord):
    """A city lists an organisation, or says again what it knows of it."""

    kind: ClassVar[str] = "directory.organisation-listed"
    rows: ClassVar[type[Organisation]] = Organisation
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset(
            {
                "uri",
                "slug",
                "organisation_kind",
                "name",
                "description",
                "city",
                "country",
                "website",
                "status",
                "role_in_agreement",
                "sources",
                "fictional",
                "historical",
                "confirmed_on",
            }
        ),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    slug: str
    organisation_kind: str
    name: str
    description: Bilingual
    city: str
    country: str
    website: str = ""
    status: str = "unknown"
    role_in_agreement: str = ""
    sources: tuple[Bilingual, ...] = ()
    fictional: bool = False
    historical: bool = False
    confirmed_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse what the tables cannot hold or an address cannot name."""
        _check_lengths(self)
        if not self.name.strip() or not slug_re.match(self.slug):
            raise InvalidInputError(reason=_("“{slug}” is not a short name").format(slug=self.slug))

    def columns(self) -> Values:
        """Return the columns of the row, with what follows from the changes already known."""
        return _values(_settled(self._row()), LISTED)

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the entries of *page* with what follows from the changes already known."""
        rows = [record._row() for record, _ in page]  # noqa: SLF001  # own class
        prefetch_related_objects(rows, "changes")
        Organisation.objects.project_page(
            [
                (record.uri, provenance, _values(_settled(row), LISTED))
                for row, (record, provenance) in zip(rows, page, strict=True)
            ]
        )

    def _row(self) -> Organisation:
        return Organisation(
            uri=self.uri,
            slug=self.slug,
            kind=self.organisation_kind,
            name=self.name,
            description=self.description.as_dict(),
            city=self.city,
            country=self.country,
            website=self.website if self.website.startswith(("https://", "http://")) else "",
            stated_status=self.status,
            role_in_agreement=self.role_in_agreement,
            sources=[source.as_dict() for source in self.sources],
            fictional=self.fictional,
            historical=self.historical,
            confirmed_on=self.confirmed_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(RowRecord):
    """Something happened to an organisation: opened, renamed, moved, closed."""

    kind: ClassVar[str] = "directory.organisation-changed"
    rows: ClassVar[type[OrganisationChange]] = OrganisationChange
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset(
            {
                "uri",
                "organisation",
                "change",
                "date",
                "note",
                "name_before",
                "name_after",
                "sources",
            }
        ),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    organisation: str
    change: str
    date: FuzzyDate
    note: Bilingual = field(default_factory=Bilingual)
    name_before: str = ""
    name_after: str = ""
    sources: tuple[Bilingual, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a change of somebody else's organisation."""
        _check_lengths(self)
        if Uri.parse(self.organisation).origin != Uri.parse(self.uri).origin:
            raise ForeignRecordError(uri=self.organisation)

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "organisation_id": self.organisation,
            "kind": self.change,
            "date": str(self.date),
            "note": self.note.as_dict(),
            "name_before": self.name_before,
            "name_after": self.name_after,
            "sources": [source.as_dict() for source in self.sources],
        }

    def touches(self) -> Collection[str]:
        """Return the organisation."""
        return (self.organisation,)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Return the organisations that the changes *uris* are about."""
        found = OrganisationChange.objects.filter(uri__in=uris)
        return set(found.values_list("organisation_id", flat=True))

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Work the organisations out again from the changes that count."""
        _settle(touched)


def _check_lengths(record: object) -> None:
    for name, limit in LONGEST.items():
        if len(getattr(record, name, "")) > limit:
            reason = _("{field} is longer than {limit} characters")
            raise InvalidInputError(reason=reason.format(field=name, limit=limit))


def _values(row: Organisation, columns: Iterable[str]) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


def _settle(uris: Iterable[str]) -> None:
    """Work out again what follows for the organisations *uris*."""
    rows = Organisation.objects.filter(uri__in=list(uris)).prefetch_related("changes")
    Organisation.objects.bulk_create(
        [_settled(row) for row in rows],
        update_conflicts=True,
        unique_fields=["uri"],
        update_fields=FOLLOWING,
    )


def _settled(row: Organisation) -> Organisation:
    """Work out what follows from listing and changes: today's name, status, search text.

    Listing and changes may come in any order; whichever comes last makes the same row.
    """
    renames = [change for change in row.history if change.kind == Kind.RENAMED]
    row.current_name = renames[-1].name_after if renames else row.name
    row.sort_name = folded(row.current_name)[:200]
    row.status = _status(row, renames)
    said = [row.description[language] for language in sorted(row.description)]  # jsonb sorts, too
    words = [row.name, *(change.name_after for change in renames), *said]
    row.search_text = folded(" ".join(words))
    return row


def _status(row: Organisation, renames: Sequence[OrganisationChange]) -> str:
    if any(change.kind == Kind.CLOSED for change in row.history):
        return Status.CLOSED
    if renames:
        return Status.RENAMED
    return row.stated_status if row.stated_status in Status.values else Status.UNKNOWN
