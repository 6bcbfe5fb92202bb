"""What each city states of the use of its studio, month by month and by category of user."""

from django.db import models

from jumelage.components.studio.models.rows import StudioRow


class Usage(StudioRow):
    """The use of one city’s studio in one month; counts of few people are withheld."""

    month = models.CharField(max_length=7)
    """Such as `2026-11`, in the city's own time."""
    figures = models.JSONField(default=dict)
    """By category; see `records.usage.Figures`."""

    class Meta:
        indexes = (models.Index(fields=["month"], name="usage_by_month"),)

    def __str__(self) -> str:
        """Return the month."""
        return self.month
