"""Local rows: drafts of the next instrument, and notices already sent. Nothing here crosses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models.fields import FuzzyDateField, OptionalField, ValueField
from jumelage.components.agreement.models.values import AnnexClause, Article, IndicatorText
from jumelage.kit.i18n import Bilingual


class RenewalDraft(models.Model):
    """The next instrument in the making, on this node only until it is proposed."""

    partnership = models.CharField(max_length=80)
    """URI."""
    renews = models.CharField(max_length=80, blank=True)
    """URI of the instrument whose period is continued."""
    slug = models.SlugField(unique=True)
    type = models.CharField(max_length=40)
    title = ValueField(Bilingual)
    in_force_from = FuzzyDateField()
    in_force_to = FuzzyDateField()
    articles = ValueField(tuple[Article, ...], default=tuple)
    parties = ValueField(tuple[str, ...], default=tuple)
    supporters = ValueField(tuple[str, ...], default=tuple)
    governance = OptionalField(Bilingual)
    reporting_duty = OptionalField(Bilingual)
    annex = ValueField(tuple[AnnexClause, ...], default=tuple)
    invented = models.BooleanField(default=False)
    instrument = models.CharField(max_length=80, blank=True)
    """URI of the proposal, once made; a proposal is revised under the same URI."""

    def __str__(self) -> str:
        """Return the title."""
        return str(self.title)


class RenewalLine(models.Model):
    """What the draft does with one older commitment, or (no `renews`) a new one."""

    class Choice(models.TextChoices):
        """What happens to the commitment."""

        KEEP = "keep", _("keep")
        REWORD = "reword", _("reword")
        DROP = "drop", _("drop")
        ADD = "add", _("add")

    draft = models.ForeignKey(RenewalDraft, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    choice = models.CharField(max_length=10, choices=Choice, default=Choice.KEEP)
    renews = models.CharField(max_length=80, blank=True)
    """URI of the older commitment."""
    slug = models.CharField(max_length=40)
    uri = models.CharField(max_length=80, blank=True)
    """URI of the new commitment, once proposed."""
    article = models.CharField(max_length=80)
    service = models.CharField(max_length=20)
    text = ValueField(Bilingual)
    """The new text; equal to the old one when kept."""
    title = OptionalField(Bilingual)
    owners = ValueField(tuple[str, ...], default=tuple)
    partners = ValueField(tuple[str, ...], default=tuple)
    beneficiaries = OptionalField(Bilingual)
    deadline = FuzzyDateField()
    indicators = ValueField(tuple[IndicatorText, ...], default=tuple)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["draft", "slug"], name="one_line_per_commitment"),
        )

    def __str__(self) -> str:
        """Return the number and what happens to it."""
        return f"{self.slug}: {self.choice}"


class Notice(models.Model):
    """A warning this node already sent, so that it is sent once per step."""

    subject = models.CharField(max_length=80)
    """URI of the instrument (renewal) or commitment (quiet alarm)."""
    step = models.CharField(max_length=10)
    """`12`, `6`, `3` (months before the end) or `quiet`."""
    since = models.DateField()
    """The last day of the instrument, or the day the silence began."""
    sent_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["subject", "step", "since"], name="one_notice_a_step"),
        )

    def __str__(self) -> str:
        """Return the subject and the step."""
        return f"{self.subject}: {self.step}"
