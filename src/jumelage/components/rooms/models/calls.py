"""What browsers measured in a call; rows of this node alone, without names."""

from django.db import models

from jumelage.kit import clock


class CallFigure(models.Model):
    """One browser's figures with one other participant, over some seconds of a call.

    `participant` is the opaque name of one connection; it says nothing outside of the session.
    """

    session = models.CharField(max_length=80)
    participant = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    seconds = models.FloatField()
    round_trip = models.FloatField(null=True)
    """Milliseconds; none where the browser could not know."""
    received = models.PositiveIntegerField()
    """Packets; with `lost` the share of loss of many figures together."""
    lost = models.PositiveIntegerField()
    freezes = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["session", "at"], name="figures_of_a_call"),)

    def __str__(self) -> str:
        """Return when it was measured."""
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
