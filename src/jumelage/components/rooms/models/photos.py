"""Photos of rooms between the cities: what was given to freight, what was taken; local rows."""

from django.db import models

from jumelage.kit import clock


class SentPhoto(models.Model):
    """A photo that was given to freight for one city; `photo` is its SHA-256, `city` an origin."""

    photo = models.CharField(max_length=64)
    city = models.CharField(max_length=32)
    delivery = models.CharField(max_length=80)
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["city", "photo"], name="photo_sent_to"),)

    def __str__(self) -> str:
        """Return the beginning of the hash."""
        return self.photo[:16]


class TakenPhoto(models.Model):
    """A photo that a room of another city names, and one delivery that brought a file for it."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        KEPT = "kept"
        REFUSED = "refused"

    photo = models.CharField(max_length=64)
    delivery = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["photo", "delivery"], name="one_try_per_delivery"),
        )

    def __str__(self) -> str:
        """Return the beginning of the hash."""
        return self.photo[:16]
