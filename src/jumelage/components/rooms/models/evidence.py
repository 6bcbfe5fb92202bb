"""What a session was like: the evidence the agreement page counts."""

from django.db import models

from jumelage.components.rooms.models.pairs import RoomRow


class Session(RoomRow):
    """A call that was held or the time a window was open, as one city states it.

    Nobody is named. `attendance` holds how many took part in each city by origin; null where they
    were one to four, which tells that somebody was there.
    """

    session = models.CharField(max_length=80, db_index=True)
    """URI of the occurrence, or of the window."""
    is_window = models.BooleanField(default=False)
    began_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    calls = models.PositiveIntegerField(default=1)
    attendance = models.JSONField(default=dict)
    engine = models.CharField(max_length=10, blank=True)
    round_trip = models.PositiveIntegerField(null=True, blank=True)
    """Median, in milliseconds; none: not measured."""
    loss = models.PositiveIntegerField(null=True, blank=True)
    """Packets lost, per thousand."""
    freezes = models.PositiveIntegerField(null=True, blank=True)
    interruptions = models.PositiveIntegerField(null=True, blank=True)
    """How often the line was cut."""

    def __str__(self) -> str:
        """Return when it was held."""
        return f"{self.began_at:%Y-%m-%d %H:%M} UTC"
