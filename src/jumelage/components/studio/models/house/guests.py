"""Links that let somebody without an account see one production, for a while."""

from django.db import models

from jumelage.components.studio.models.productions import Production
from jumelage.kit import clock


class GuestLink(models.Model):
    """A link somebody was given: to look, not to touch; only its SHA-256 is kept."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="guest_links"
    )
    playlist = models.CharField(max_length=80, blank=True)
    """URI of the one playlist that shows; empty: every version of the production."""
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    """Whom it was made for; stands in the watermark and in the log."""
    watermark = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        "directory.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["production", "-made_at"], name="guest_by_production"),)

    def __str__(self) -> str:
        """Return whom it was made for."""
        return self.name

    @property
    def is_in_force(self) -> bool:
        """Tell whether it still opens anything."""
        return self.revoked_at is None and clock.now() < self.expires_at
