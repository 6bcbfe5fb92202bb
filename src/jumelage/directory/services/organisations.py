"""What one can do with organisations: list, correct, confirm, record a change, withdraw."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jumelage.bridge.api import new_uri, publish, withdraw
from jumelage.directory.errors import (
    AlreadyClosedError,
    AlreadyListedError,
    FutureDateError,
    SameNameError,
)
from jumelage.directory.models import Organisation, OrganisationChange, Person
from jumelage.directory.policy import ensure
from jumelage.directory.records import OrganisationChanged, OrganisationListed
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.i18n import Bilingual

Kind = OrganisationChange.Kind


@transaction.atomic
def list_organisation(
    *,
    name: str,
    kind: str,
    city: str,
    country: str,
    description: Bilingual,
    website: str = "",
    fictional: bool = False,
    slug: str = "",
    by: Person,
    verb: str = "directory.list-organisation",
) -> Organisation:
    """Add an organisation of this city to the directory, confirmed today.

    A component whose coordinators list partners names its own *verb*.

    Raises:
        NotAllowedError: *by* may not list organisations.
        AlreadyListedError: the short name is taken.
    """
    ensure(by, verb)
    slug = slug or slugify(name)[:80]
    if Organisation.objects.listed().filter(slug=slug).exists():
        raise AlreadyListedError(name=name, slug=slug)
    record = OrganisationListed(
        uri=new_uri(),
        slug=slug,
        organisation_kind=kind,
        name=name.strip(),
        description=description,
        city=city,
        country=country,
        website=website,
        status=Organisation.Status.ACTIVE,
        fictional=fictional,
        confirmed_on=clock.today(),
    )
    publish(record)
    return Organisation.objects.get(uri=record.uri)


@transaction.atomic
def correct_organisation(
    *,
    organisation: Organisation,
    kind: str,
    city: str,
    country: str,
    description: Bilingual,
    website: str,
    by: Person,
) -> Organisation:
    """Say again what is known of an organisation; a new name is a change, not a correction.

    Raises:
        NotAllowedError: *by* may not, it is a historical fact, or another city lists it.
    """
    ensure(by, "directory.correct-organisation", organisation)
    return _say_again(
        organisation,
        organisation_kind=kind,
        city=city,
        country=country,
        description=description,
        website=website,
        confirmed_on=clock.today(),
    )


@transaction.atomic
def confirm_organisation(*, organisation: Organisation, by: Person) -> Organisation:
    """Say that the entry is right today.

    Raises:
        NotAllowedError: *by* may not, or another city lists it.
    """
    ensure(by, "directory.confirm-organisation", organisation)
    return _say_again(organisation, confirmed_on=clock.today())


@transaction.atomic
def record_change(
    *,
    organisation: Organisation,
    change: str,
    date: FuzzyDate,
    note: Bilingual,
    name_after: str = "",
    by: Person,
) -> OrganisationChange:
    """Record that an organisation opened, moved, took a new name or closed.

    Raises:
        NotAllowedError: *by* may not, it is a historical fact, or another city lists it.
        AlreadyClosedError: it closed before; withdraw that change first.
        FutureDateError: *date* has not begun.
        SameNameError: a new name equal to the one it had.
    """
    ensure(by, "directory.change-organisation", organisation)
    name_before = organisation.name_on(date) if change == Kind.RENAMED else ""
    _check_change(organisation, change, date, (name_before, name_after.strip()))
    record = OrganisationChanged(
        uri=new_uri(),
        organisation=organisation.uri,
        change=change,
        date=date,
        note=note,
        name_before=name_before,
        name_after=name_after.strip() if change == Kind.RENAMED else "",
    )
    publish(record)
    return OrganisationChange.objects.get(uri=record.uri)


def _check_change(
    organisation: Organisation, change: str, date: FuzzyDate, names: tuple[str, str]
) -> None:
    for known in organisation.history:
        if known.kind == Kind.CLOSED:
            raise AlreadyClosedError(name=organisation.current_name, date=known.date)
    if date.first_day > clock.today():
        raise FutureDateError(date=date)
    if change == Kind.RENAMED and not names[1]:
        raise InvalidInputError(reason=_("the new name is missing"))
    if change == Kind.RENAMED and names[0] == names[1]:
        raise SameNameError(name=names[0])


@transaction.atomic
def withdraw_change(*, change: OrganisationChange, by: Person) -> OrganisationChange:
    """Take back a change that was recorded in error.

    Raises:
        NotAllowedError: *by* may not, it is a historical fact, or another city lists it.
    """
    ensure(by, "directory.change-organisation", change.organisation)
    withdraw(change.uri)
    change.refresh_from_db()
    return change


@transaction.atomic
def withdraw_organisation(*, organisation: Organisation, by: Person) -> Organisation:
    """Take an organisation listed in error out of the directory.

    Raises:
        NotAllowedError: *by* may not, it is a historical fact, or another city lists it.
    """
    ensure(by, "directory.withdraw-organisation", organisation)
    withdraw(organisation.uri)
    return Organisation.objects.get(uri=organisation.uri)


def _say_again(organisation: Organisation, **changed: Any) -> Organisation:  # noqa: ANN401  # fields of the record
    publish(listing(organisation, **changed))
    return Organisation.objects.get(uri=organisation.uri)


def listing(organisation: Organisation, **changed: Any) -> OrganisationListed:  # noqa: ANN401
    """Return the record that says what *organisation* holds, with the fields *changed*."""
    fields = {
        "uri": organisation.uri,
        "slug": organisation.slug,
        "organisation_kind": organisation.kind,
        "name": organisation.name,
        "description": organisation.text,
        "city": organisation.city,
        "country": organisation.country,
        "website": organisation.website,
        "status": organisation.stated_status,
        "role_in_agreement": organisation.role_in_agreement,
        "sources": tuple(organisation.source_texts),
        "fictional": organisation.fictional,
        "historical": organisation.historical,
        "confirmed_on": organisation.confirmed_on,
    }
    return OrganisationListed(**{**fields, **changed})
