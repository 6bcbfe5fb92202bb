"""What the directory says on the bridge: organisations, and what happened to them.

Both kinds are opened by pairing: two cities must read who the parties of an agreement are, and
what they were called when they signed, before any agreement is in force.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Self, TypeVar

from django.core.validators import slug_re
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from jumelage.bridge.api import ForeignRecordError
from jumelage.directory.models import Organisation, OrganisationChange, folded
from jumelage.kit.component import Provenance
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

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
Row = TypeVar("Row", bound=models.Model)
Kind = OrganisationChange.Kind
Status = Organisation.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationListed:
    """A city lists an organisation, or says again what it knows of it."""

    kind: ClassVar[str] = "directory.organisation-listed"
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

    def apply(self, provenance: Provenance) -> None:
        """Write the entry."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the entries of *page*; the last word about each wins."""
        newest = {record.uri: (record, provenance) for record, provenance in page}
        rows = [record._row(provenance) for record, provenance in newest.values()]  # noqa: SLF001  # own class
        prefetch_related_objects(rows, "changes")
        _put(Organisation, [_settled(row) for row in rows])

    def _row(self, provenance: Provenance) -> Organisation:
        return Organisation(
            uri=self.uri,
            slug=self.slug,
            kind=self.organisation_kind,
            name=self.name,
            current_name=self.name,
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
            rev=provenance.rev,
            recorded_at=provenance.time,
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the entry withdrawn; what pointed at it keeps a name to show."""
        Organisation.objects.filter(uri=uri).update(withdrawn_at=provenance.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged:
    """Something happened to an organisation: opened, renamed, moved, closed."""

    kind: ClassVar[str] = "directory.organisation-changed"
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
    date: str
    note: Bilingual = field(default_factory=Bilingual)
    name_before: str = ""
    name_after: str = ""
    sources: tuple[Bilingual, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a change of somebody else's organisation, and what is not a date."""
        FuzzyDate(self.date)
        _check_lengths(self)
        if Uri.parse(self.organisation).origin != Uri.parse(self.uri).origin:
            raise ForeignRecordError(uri=self.organisation)

    def apply(self, provenance: Provenance) -> None:
        """Write the change."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the changes of *page*, then what follows for their organisations."""
        newest = {record.uri: (record, provenance) for record, provenance in page}
        rows = [record._row(provenance) for record, provenance in newest.values()]  # noqa: SLF001  # own class
        before = OrganisationChange.objects.filter(uri__in=newest)
        touched = set(before.values_list("organisation_id", flat=True))
        _put(OrganisationChange, rows)
        _settle(touched | {row.organisation_id for row in rows})

    def _row(self, provenance: Provenance) -> OrganisationChange:
        return OrganisationChange(
            uri=self.uri,
            organisation_id=self.organisation,
            kind=self.change,
            date=self.date,
            note=self.note.as_dict(),
            name_before=self.name_before,
            name_after=self.name_after,
            sources=[source.as_dict() for source in self.sources],
            rev=provenance.rev,
            recorded_at=provenance.time,
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the change withdrawn: it was wrong, and no longer counts."""
        found = OrganisationChange.objects.filter(uri=uri)
        found.update(withdrawn_at=provenance.time)
        _settle(found.values_list("organisation_id", flat=True))


def _check_lengths(record: object) -> None:
    for name, limit in LONGEST.items():
        if len(getattr(record, name, "")) > limit:
            reason = _("{field} is longer than {limit} characters")
            raise InvalidInputError(reason=reason.format(field=name, limit=limit))


def _put(model: type[Row], rows: Sequence[Row]) -> None:
    fields = [column.name for column in model._meta.concrete_fields if not column.primary_key]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["uri"], update_fields=fields
    )


def _settle(uris: Iterable[str]) -> None:
    """Work out again what follows for the organisations *uris*."""
    rows = Organisation.objects.filter(uri__in=list(uris)).prefetch_related("changes")
    _put(Organisation, [_settled(row) for row in rows])


def _settled(row: Organisation) -> Organisation:
    """Work out what follows from listing and changes: today's name, status, search text.

    Listing and changes may come in any order; whichever comes last makes the same row.
    """
    renames = [change for change in row.history if change.kind == Kind.RENAMED]
    row.current_name = renames[-1].name_after if renames else row.name
    row.sort_name = folded(row.current_name)[:200]
    row.status = _status(row, renames)
    words = [row.name, *(change.name_after for change in renames), *row.description.values()]
    row.search_text = folded(" ".join(words))
    return row


def _status(row: Organisation, renames: Sequence[OrganisationChange]) -> str:
    if any(change.kind == Kind.CLOSED for change in row.history):
        return Status.CLOSED
    if renames:
        return Status.RENAMED
    return row.stated_status if row.stated_status in Status.values else Status.UNKNOWN
