"""The log of views: who saw what of a production, and for how long."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.house.access import Category
from jumelage.components.studio.models.house.guests import GuestLink
from jumelage.kit import clock


class View(models.Model):
    """Somebody looked at a version, without a pause longer than ten minutes; never in a feed.

    Requests for parts of one movie are one view. When a person leaves, the row loses the name.
    """

    class What(models.TextChoices):
        """What was given out."""

        PAGE = "page", _("page")
        RENDITION = "rendition", _("rendition")
        ORIGINAL = "original", _("original")
        FRAME = "frame", _("exported frame")

    production = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    what = models.CharField(max_length=9, choices=What)
    name = models.CharField(max_length=20, blank=True)
    """Of the rendition."""
    person = models.ForeignKey(
        "directory.Person", null=True, on_delete=models.SET_NULL, related_name="studio_views"
    )
    guest = models.ForeignKey(GuestLink, null=True, on_delete=models.SET_NULL, related_name="views")
    category = models.CharField(max_length=10, choices=Category)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    requests = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["production", "-first_at"], name="view_by_production"),
            models.Index(fields=["version", "-last_at"], name="view_by_version"),
            models.Index(fields=["first_at"], name="view_by_time"),
        )

    def __str__(self) -> str:
        """Return what was seen."""
        return f"{self.version} {self.what}"
