"""Review sessions: what two cities look at together, and how many they held."""

from django.db import models
from django.urls import reverse

from jumelage.components.studio.models.people import Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow


class ReviewSession(StudioRow):
    """Somebody calls both cities to look at versions together; its city hosts the session."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="sessions"
    )
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="sessions"
    )
    name = models.CharField(max_length=120)
    items = models.JSONField(default=list)
    """URIs of versions, in order."""
    playlist = models.CharField(max_length=80, blank=True)
    """URI of the playlist whose versions are shown instead, as it stands when they meet."""
    begins = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["production", "-begins"], name="session_by_production"),)

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:session", kwargs={"uri": self.uri})

    @property
    def is_open(self) -> bool:
        """Tell whether people may still meet."""
        return self.closed_at is None and self.withdrawn_at is None


class SessionHeld(StudioRow):
    """What became of a session: counts only, so that any city may count them again."""

    held_on = models.DateField()
    minutes = models.PositiveIntegerField()
    """While people of both cities were there."""
    cities = models.JSONField(default=list)
    """Origins of the cities whose people were there."""
    people = models.JSONField(default=dict)
    """People by city; null where they were one to four."""
    said = models.PositiveIntegerField(default=0)
    """Drawings and notes made in it."""

    class Meta:
        indexes = (models.Index(fields=["held_on"], name="session_held_by_day"),)

    def __str__(self) -> str:
        """Return the day."""
        return f"{self.held_on}"
