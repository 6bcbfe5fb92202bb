"""Commitments, who answers for them, and how they are measured."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models.fields import FuzzyDateField, OptionalField, ValueField
from jumelage.components.agreement.models.instruments import Instrument
from jumelage.components.agreement.models.values import ReportedState, Target
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow, SharedRows


class CommitmentQuerySet(SharedRows["Commitment"]):
    """Sets of commitments."""

    def valid(self) -> Self:
        """Keep the commitments of instruments that count (recorded or agreed)."""
        return self.live().filter(instrument__in=Instrument.objects.valid().values("uri"))

    def living(self, on: date | None = None) -> Self:
        """Keep the lights: what began by *on* and no text that began renews or drops."""
        begun = Instrument.objects.begun(on or clock.today())
        renewed = Commitment.objects.live().filter(
            instrument__in=begun.values("uri"), renews=OuterRef("uri")
        )
        dropped = [uri for ends in begun.values_list("ends", flat=True) for uri in ends]
        return (
            self.live()
            .filter(~Exists(renewed), instrument__in=begun.values("uri"))
            .exclude(uri__in=dropped)
        )


class Commitment(SharedRow):
    """One promise of an instrument. Its state is computed (`selectors.states`), never stored."""

    class Service(models.TextChoices):
        """The part of the software that fulfils a commitment."""

        AGREEMENT = "agreement", _("agreement")
        STUDIO = "studio", _("studio")
        ROOMS = "rooms", _("rooms")
        NETWORK = "network", _("network")
        LANDING = "landing", _("landing")
        PILOTS = "pilots", _("pilots")
        RESEARCH = "research", _("research")
        TRAINING = "training", _("training")
        OBSERVATORY = "observatory", _("observatory")
        EVENTS = "events", _("events")
        PRACTICES = "practices", _("practices")

    instrument = models.ForeignKey(
        Instrument,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="commitments",
    )
    slug = models.CharField(max_length=40, db_index=True)
    """As the cities cite it: `2009.4`."""
    position = models.PositiveIntegerField()
    article = models.CharField(max_length=80)
    service = models.CharField(max_length=20, choices=Service)
    text = ValueField(Bilingual)
    title = OptionalField(Bilingual)
    owners = ValueField(tuple[str, ...], default=tuple)
    """Organisations the text itself makes responsible."""
    partners = ValueField(tuple[str, ...], default=tuple)
    beneficiaries = OptionalField(Bilingual)
    deadline = FuzzyDateField()
    reported_state = ValueField(tuple[ReportedState, ...], default=tuple)
    sources = ValueField(tuple[str, ...], default=tuple)
    renews = models.ForeignKey(
        "self",
        to_field="uri",
        null=True,
        blank=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="renewed_by",
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ("instrument__signed_on", "position")

    def __str__(self) -> str:
        """Return the number and the short title, if it has one."""
        return f"{self.slug} {self.title}" if self.title else self.slug


class CommitmentOwnerRows(SharedRows["CommitmentOwner"]):
    """Sets of commitment owner rows."""


class CommitmentOwner(SharedRow):
    """The role a city names as owner for its side, with a deputy; never a person's name.

    One per commitment and city: naming again is a new revision of the same record. Which
    person holds the role is `directory`'s business and stays on the node.
    """

    commitment = models.ForeignKey(
        Commitment,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="named_owners",
    )
    role = ValueField(Bilingual)
    organisation = models.CharField(max_length=80)
    deputy_role = OptionalField(Bilingual)
    deputy_organisation = models.CharField(max_length=80, blank=True)

    objects = CommitmentOwnerRows.as_manager()

    def __str__(self) -> str:
        """Return the role and its organisation."""
        return f"{self.role}, {self.organisation}"


class CoordinatorRows(SharedRows["Coordinator"]):
    """Sets of coordinator rows."""


class Coordinator(SharedRow):
    """The organisation a city asks to coordinate one commitment (R6)."""

    commitment = models.ForeignKey(
        Commitment,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="coordinators",
    )
    organisation = models.CharField(max_length=80)

    objects = CoordinatorRows.as_manager()

    def __str__(self) -> str:
        """Return the organisation."""
        return self.organisation


class IndicatorRows(SharedRows["Indicator"]):
    """Sets of indicator rows."""


class Indicator(SharedRow):
    """How a commitment is measured: a unit, a definition, a baseline, a target per period.

    `service` and `name` point at a counting indicator of a component
    (`kit.component.indicators()`); empty when the figure can only be stated.
    """

    class Reading(models.TextChoices):
        """How the values of several periods make one figure."""

        SUM = "sum", _("sum of the periods")
        LATEST = "latest", _("latest period")

    commitment = models.ForeignKey(
        Commitment,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="indicators",
    )
    slug = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=40)
    label = ValueField(Bilingual)
    definition = ValueField(Bilingual)
    service = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=40, blank=True)
    reading = models.CharField(max_length=10, choices=Reading, default=Reading.SUM)
    baseline = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    targets = ValueField(tuple[Target, ...], default=tuple)

    objects = IndicatorRows.as_manager()

    class Meta:
        ordering = ("position", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(service="") | ~Q(name=""), name="counted_indicator_has_a_name"
            ),
        )

    def __str__(self) -> str:
        """Return the label and the unit."""
        return f"{self.label} ({self.unit})"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The commitment whose owners answer for it (`directory.policy`)."""
        return (self.commitment_id,)

    @property
    def counted(self) -> bool:
        """Tell whether a component counts it (else it is stated by people)."""
        return bool(self.name)
