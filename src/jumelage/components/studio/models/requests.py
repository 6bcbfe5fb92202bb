"""What a city asks to have changed in what the other city owns, and the answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.people import Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow


class ChangeRequest(StudioRow):
    """A member of one city asks the other city to change a record that is its own."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="requests"
    )
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="requests"
    )
    target = models.CharField(max_length=80, db_index=True)
    """URI of the record."""
    changes = models.JSONField()
    """The fields and what they should say."""
    withdraws = models.BooleanField(default=False)
    """The record should be taken back altogether."""
    reason = models.CharField(max_length=4000, blank=True)

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason[:80]


class ChangeAnswer(StudioRow):
    """The owner's answer; what was accepted is a new revision of the record."""

    class Reason(models.TextChoices):
        """Why it was answered so."""

        TRUSTED = "trusted", _("the production trusts who asked")
        DECIDED = "decided", _("a member decided")
        IMPOSSIBLE = "impossible", _("it cannot be done any more")

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="answers"
    )
    request = models.ForeignKey(
        ChangeRequest, db_constraint=False, on_delete=models.DO_NOTHING, related_name="answers"
    )
    accepted = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason)
    seat = models.ForeignKey(
        Seat, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="answers"
    )
    """Who decided; none: the node itself."""
    note = models.CharField(max_length=4000, blank=True)

    def __str__(self) -> str:
        """Return what was answered."""
        return self.get_reason_display()
