"""The screens that stand in rooms and show the window, and what they told; rows of this node alone."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.directory.models import Person
from jumelage.kit import clock


class ScreenRows(models.QuerySet["Screen"]):
    """Sets of screens."""

    def valid(self) -> Self:
        """Keep those whose link was not taken back."""
        return self.filter(revoked_at=None)


class Screen(models.Model):
    """A device in a room that signs in by a link of its own; it belongs to nobody.

    Of the link and of the cookie only digests are kept. Opening the link again ends the cookie
    given before: two browsers can never both be the screen, and a stolen link does not go unseen.
    """

    window = models.CharField(max_length=80, db_index=True)
    """URI of the window, the first city's."""
    name = models.CharField(max_length=60)
    link_digest = models.CharField(max_length=64, unique=True)
    cookie_digest = models.CharField(max_length=64, blank=True, db_index=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When its link was opened last."""
    seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    microphone = models.BooleanField(default=True)
    camera = models.BooleanField(default=True)

    objects: ClassVar[ScreenRows] = ScreenRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Cause(models.TextChoices):
    """Why a window did not show the other room for a while."""

    LINE = "line", _("the line between the cities was cut")
    NODE = "node", _("this city’s node did not answer")
    OTHER = "other", _("the other room’s screen was away")
    MEDIA = "media", _("pictures and sound did not come through")
    SCREEN = "screen", _("this screen was off")
    DEVICE = "device", _("the camera or the microphone failed")


class Interruption(models.Model):
    """A stretch of time in which the window was to be open and was not; evidence without names."""

    window = models.CharField(max_length=80)
    screen = models.ForeignKey(Screen, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    cause = models.CharField(max_length=8, choices=Cause)

    class Meta:
        indexes = (models.Index(fields=["window", "began_at"], name="interruptions_of_window"),)
        constraints = (
            models.UniqueConstraint(
                fields=["screen", "began_at"], name="interruption_is_told_once"
            ),
        )

    def __str__(self) -> str:
        """Return when it began."""
        return f"{self.began_at:%Y-%m-%d %H:%M:%S} UTC"

    @property
    def lasted(self) -> timedelta:
        """How long it lasted."""
        return self.ended_at - self.began_at


class OpenDay(models.Model):
    """How long a window was open on one day (UTC), as this city's screen saw it."""

    window = models.CharField(max_length=80)
    day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seconds = models.FloatField(default=0.0)
    """In which pictures or sound of the other room came."""
    stated_at = models.DateTimeField(null=True, blank=True)
    """When the city last said so on the bridge."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["window", "day"], name="one_row_a_day"),)

    def __str__(self) -> str:
        """Return the day."""
        return f"{self.day:%Y-%m-%d}"

    def is_news(self, now: datetime) -> bool:
        """Tell whether it holds more than what was said, and has been for an hour or is over."""
        if self.stated_at is None:
            return self.seconds >= 60
        later = self.last_at > self.stated_at
        return later and (self.day < now.date() or now - self.stated_at > timedelta(hours=1))
