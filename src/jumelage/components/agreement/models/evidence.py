"""Evidence, what the other city says about it, and requests to correct it."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models.commitments import Commitment, Indicator
from jumelage.components.agreement.models.fields import OptionalField, ValueField
from jumelage.components.agreement.models.values import Document
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow, SharedRows


class EvidenceQuerySet(SharedRows["Evidence"]):
    """Sets of evidence."""

    def standing(self) -> Self:
        """Keep what still stands: not withdrawn and not corrected by its own city."""
        corrections = Evidence.objects.live().filter(
            corrects=OuterRef("uri"), origin=OuterRef("origin")
        )
        return self.live().filter(~Exists(corrections))

    def with_verdicts(self) -> Self:
        """Add `confirmed` and `disputed` (booleans): another city said so."""
        said = Attestation.objects.live().filter(evidence=OuterRef("uri"))
        return self.annotate(
            disputed=Exists(said.filter(verdict=Attestation.Verdict.DISPUTED)),
            confirmed=Exists(said.filter(verdict=Attestation.Verdict.CONFIRMED)),
        )

    def waiting(self) -> Self:
        """Keep standing evidence no other city has spoken about."""
        return self.standing().with_verdicts().filter(confirmed=False, disputed=False)


class Evidence(SharedRow):
    """A dated fact a city states about a commitment; `origin` is the city that states it."""

    class Kind(models.TextChoices):
        """What the evidence is."""

        AUTOMATIC = "automatic", _("counted")
        DOCUMENT = "document", _("document")
        STATEMENT = "statement", _("statement")

    commitment = models.ForeignKey(
        Commitment,
        to_field="uri",
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="evidence",
    )
    kind = models.CharField(max_length=10, choices=Kind)
    indicator = models.ForeignKey(
        Indicator,
        to_field="uri",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="evidence",
    )
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    """The day after the last day of the period (`kit.dates.Period`)."""
    date = models.DateField()
    """The day the fact is about (the last day of a counted period)."""
    text = ValueField(Bilingual)
    document = OptionalField(Document)
    source = models.CharField(max_length=200, blank=True)
    completes = models.BooleanField(default=False)
    """The city states that the commitment is fulfilled."""
    corrects = models.ForeignKey(
        "self",
        to_field="uri",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="corrections",
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "uri")
        indexes = (
            models.Index(fields=["commitment", "date"], name="evidence_by_date"),
            models.Index(
                fields=["indicator"],
                condition=Q(indicator__isnull=False),
                name="evidence_that_counts",
            ),
            models.Index(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="evidence_that_corrects",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(indicator=None) | Q(value__isnull=False), name="figure_has_a_value"
            ),
            models.CheckConstraint(
                condition=Q(period_start=None, period_end=None)
                | Q(period_start__lt=F("period_end")),
                name="evidence_period_runs_forward",
            ),
        )

    def __str__(self) -> str:
        """Return the date and the text."""
        return f"{self.date}: {self.text}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The commitment whose owners answer for it (`directory.policy`)."""
        return (self.commitment_id,)

    @property
    def period(self) -> Period | None:
        """The period a figure is for."""
        if self.period_start and self.period_end:
            return Period(self.period_start, self.period_end)
        return None


class AttestationRows(SharedRows["Attestation"]):
    """Sets of attestation rows."""


class Attestation(SharedRow):
    """Another city's word on a piece of evidence; one per evidence and city."""

    class Verdict(models.TextChoices):
        """What the other city found."""

        CONFIRMED = "confirmed", _("confirmed")
        DISPUTED = "disputed", _("disputed")

    evidence = models.ForeignKey(
        Evidence,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="attestations",
    )
    stated_by = models.CharField(max_length=32)
    """The origin that stated the evidence, so that SQL can refuse self-attestation."""
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = OptionalField(Bilingual)
    recomputed = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    """What this city counted in its own copy, for counted evidence."""
    at = models.DateField()

    objects = AttestationRows.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(origin=F("stated_by")), name="others_attest"),
        )

    def __str__(self) -> str:
        """Return the verdict and its day."""
        return f"{self.verdict} {self.at}"


class EvidenceFile(models.Model):
    """The file behind a document, kept on this node only (`MEDIA_ROOT`)."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="evidence/")
    original_name = models.CharField(max_length=200, blank=True)
    """The uploader's file name; local, never published."""

    def __str__(self) -> str:
        """Return the hash."""
        return self.sha256


class CorrectionRequestRows(SharedRows["CorrectionRequest"]):
    """Sets of correction request rows."""


class CorrectionRequest(SharedRow):
    """A city asks the owner of a record to correct it."""

    about = models.CharField(max_length=80, db_index=True)
    """URI of the record to correct (evidence, instrument, meeting...)."""
    text = ValueField(Bilingual)

    objects = CorrectionRequestRows.as_manager()

    def __str__(self) -> str:
        """Return what is asked."""
        return str(self.text)


class CorrectionAnswerRows(SharedRows["CorrectionAnswer"]):
    """Sets of correction answer rows."""


class CorrectionAnswer(SharedRow):
    """The owner's answer to a request."""

    request = models.ForeignKey(
        CorrectionRequest,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="answers",
    )
    accepted = models.BooleanField()
    text = ValueField(Bilingual)
    correction = models.CharField(max_length=80, blank=True)
    """URI of the record that corrects, when accepted."""

    objects = CorrectionAnswerRows.as_manager()

    def __str__(self) -> str:
        """Return the answer."""
        return str(self.text)
