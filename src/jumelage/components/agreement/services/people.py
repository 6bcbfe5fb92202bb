"""Naming who answers for a commitment, and how it is measured: roles, never persons."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import NotFoundError, NotOurRecordError
from jumelage.components.agreement.models import (
    Commitment,
    CommitmentOwner,
    Coordinator,
    Indicator,
)
from jumelage.components.agreement.models.values import Target
from jumelage.components.agreement.records import CoordinatorNamed, IndicatorSet, OwnerNamed
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import ensure
from jumelage.kit.component import indicators
from jumelage.kit.i18n import Bilingual


@transaction.atomic
def name_owner(
    *,
    commitment: Commitment,
    role: Bilingual,
    organisation: Organisation,
    by: Person,
    deputy_role: Bilingual | None = None,
    deputy_organisation: Organisation | None = None,
) -> CommitmentOwner:
    """Name the role that owns *commitment* on this city's side; again replaces it.

    Give the person the directory's grant `commitment-owner` (or `commitment-deputy`) on the
    commitment's URI besides: who holds the role stays on this node.
    """
    ensure(by, "agreement.name-owner", commitment)
    held = _ours(CommitmentOwner, commitment)
    deputy = deputy_organisation or (organisation if deputy_role else None)
    record = OwnerNamed(
        uri=held or bridge.new_uri(),
        commitment=commitment.uri,
        role=role,
        organisation=organisation.uri,
        deputy_role=deputy_role,
        deputy_organisation=deputy.uri if deputy else "",
    )
    bridge.publish(record)
    return CommitmentOwner.objects.get(uri=record.uri)


@transaction.atomic
def name_coordinator(
    *, commitment: Commitment, organisation: Organisation, by: Person
) -> Coordinator:
    """Ask *organisation* to coordinate *commitment*, and this one only; again replaces it."""
    ensure(by, "agreement.name-coordinator", commitment)
    record = CoordinatorNamed(
        uri=_ours(Coordinator, commitment) or bridge.new_uri(),
        commitment=commitment.uri,
        organisation=organisation.uri,
    )
    bridge.publish(record)
    return Coordinator.objects.get(uri=record.uri)


@transaction.atomic
def set_indicator(  # one argument for each field of the form
    *,
    commitment: Commitment,
    slug: str,
    unit: str,
    label: Bilingual,
    by: Person,
    definition: Bilingual | None = None,
    service: str = "",
    name: str = "",
    reading: str = Indicator.Reading.SUM,
    baseline: Decimal | None = None,
    targets: Sequence[Target] = (),
    revises: Indicator | None = None,
) -> Indicator:
    """Set how *commitment* is measured; with *revises*, change this city's own indicator.

    Without *service* and *name* (a component's counter) the figure is stated by people.

    Raises:
        NotFoundError: nothing here counts *service*/*name*.
        NotOurRecordError: *revises* belongs to another city.
    """
    ensure(by, "agreement.set-indicator", commitment)
    _check_indicator(service, name, revises)
    return _set(
        IndicatorSet(
            uri=revises.uri if revises else bridge.new_uri(),
            commitment=commitment.uri,
            slug=slug,
            unit=unit,
            label=label,
            definition=definition or Bilingual(),
            service=service,
            name=name,
            reading=reading,
            baseline=baseline,
            targets=tuple(targets),
            position=revises.position if revises else commitment.indicators.count(),
        )
    )


def _set(record: IndicatorSet) -> Indicator:
    bridge.publish(record)
    return Indicator.objects.get(uri=record.uri)


def _check_indicator(service: str, name: str, revises: Indicator | None) -> None:
    if name and (service, name) not in indicators():
        raise NotFoundError(thing=_("indicator"), name=f"{service}/{name}"[:80])
    if revises and revises.origin != bridge.me().origin:
        raise NotOurRecordError(city=bridge.node_of(revises.uri) or revises.origin)


def _ours(model: type[CommitmentOwner | Coordinator], commitment: Commitment) -> str | None:
    """Return the URI of what this city already named for *commitment*."""
    mine = model._default_manager.filter(
        withdrawn_at=None, commitment=commitment, origin=bridge.me().origin
    )
    return mine.values_list("uri", flat=True).first()
