"""Partnerships, the chain of their instruments, and the co-signatures of a text."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models.fields import FuzzyDateField, OptionalField, ValueField
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    BudgetLine,
    Fact,
    Note,
    PartnerCity,
    Signature,
    Signed,
    Source,
)
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow, SharedRows


class PartnershipRows(SharedRows["Partnership"]):
    """Sets of partnership rows."""


class Partnership(SharedRow):
    """Two or more cities bound by a chain of instruments."""

    slug = models.SlugField(db_index=True)
    name = ValueField(Bilingual)
    cities = ValueField(tuple[PartnerCity, ...])
    background = ValueField(tuple[Fact, ...], default=tuple)
    sources = ValueField(tuple[Source, ...], default=tuple)

    objects = PartnershipRows.as_manager()

    def __str__(self) -> str:
        """Return the name in the active language."""
        return str(self.name)


class InstrumentQuerySet(SharedRows["Instrument"]):
    """Sets of instruments."""

    def valid(self) -> Self:
        """Keep what counts: recorded history and proposals that every node has signed."""
        return self.live().filter(Q(standing="recorded") | Q(agreed=True))

    def begun(self, on: date) -> Self:
        """Keep the valid ones whose first day has come by *on*, or is not stated."""
        return self.valid().filter(Q(first_day=None) | Q(first_day__lte=on))


class Instrument(SharedRow):
    """One legal text of a partnership; it may amend or renew an earlier one.

    `standing` says how this software knows it: *recorded* is history told by its sources and
    opens nothing; *proposed* is a text the nodes co-sign. A proposal is `agreed` once every
    node of `nodes` has signed the hash of exactly this text (`records.text`); then, between
    its first and last day, its annex opens record kinds.
    """

    class Type(models.TextChoices):
        """The legal form."""

        MEMORANDUM_OF_UNDERSTANDING = (
            "memorandum_of_understanding",
            _("memorandum of understanding"),
        )
        MEMORANDUM = "memorandum", _("memorandum")
        COOPERATION_CONVENTION = "cooperation_convention", _("cooperation convention")
        AMENDMENT = "amendment", _("amendment")

    class Standing(models.TextChoices):
        """How the software knows the instrument."""

        RECORDED = "recorded", _("recorded from sources")
        PROPOSED = "proposed", _("proposed for signature")

    partnership = models.ForeignKey(
        Partnership,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="instruments",
    )
    slug = models.SlugField(db_index=True)
    type = models.CharField(max_length=40, choices=Type)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.RECORDED)
    title = ValueField(Bilingual)
    amends = models.ForeignKey(
        "self",
        to_field="uri",
        null=True,
        blank=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="amended_by",
    )
    """The instrument this one is added to; both stay in force (R2)."""
    renews = models.ForeignKey(
        "self",
        to_field="uri",
        null=True,
        blank=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="renewed_by",
    )
    """The instrument whose period this one continues; its annex closes when this one opens."""
    signed = ValueField(Signed)
    signed_on = FuzzyDateField()
    """`signed.date` again, so that SQL can order the chain."""
    in_force_from = FuzzyDateField()
    in_force_to = FuzzyDateField()
    first_day = models.DateField(null=True, blank=True)
    """The first day in force; null when no source says it."""
    last_day = models.DateField(null=True, blank=True)
    """The last day in force (an end of `2011` is 31 December 2011); null: no end stated."""
    parties = ValueField(tuple[str, ...])
    signatories = ValueField(tuple[Signature, ...], default=tuple)
    supporters = ValueField(tuple[str, ...], default=tuple)
    observers = ValueField(tuple[str, ...], default=tuple)
    articles = ValueField(tuple[Article, ...], default=tuple)
    budget = ValueField(tuple[BudgetLine, ...], default=tuple)
    governance = OptionalField(Bilingual)
    reporting_duty = OptionalField(Bilingual)
    mentioned = ValueField(tuple[Note, ...], default=tuple)
    meetings = ValueField(tuple[Note, ...], default=tuple)
    """Meetings the sources tell of; the joint meetings held here are `models.Meeting`."""
    annex = ValueField(tuple[AnnexClause, ...], default=tuple)
    ends = ValueField(tuple[str, ...], default=tuple)
    """URIs of the older commitments that this instrument drops."""
    nodes = ValueField(tuple[str, ...], default=tuple)
    """Origins of the nodes that must sign; empty for recorded history."""
    text_hash = models.CharField(max_length=64)
    """SHA-256 (hex) this node computed over the bilingual text; see `models.text`."""
    invented = models.BooleanField(default=False)
    """True for a demonstration text; every page that shows it says so."""
    agreed = models.BooleanField(default=False)
    """True once every node of `nodes` has signed `text_hash`; derived, see `settle`."""

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ("signed_on", "slug")

    def __str__(self) -> str:
        """Return the title in the active language."""
        return str(self.title)


class TextSignatureRows(SharedRows["TextSignature"]):
    """Sets of text signature rows."""


class TextSignature(SharedRow):
    """A city's signature under the exact text of an instrument."""

    instrument = models.ForeignKey(
        Instrument,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="signatures",
    )
    text_hash = models.CharField(max_length=64)
    office = ValueField(Bilingual)
    """The office that signs, as a title (“Mayor of …”); never a name."""
    party = models.CharField(max_length=80)

    objects = TextSignatureRows.as_manager()

    def __str__(self) -> str:
        """Return the office and the beginning of the hash."""
        return f"{self.office}: {self.text_hash[:12]}"
