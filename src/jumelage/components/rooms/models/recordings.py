"""Recordings of calls: kept in the city that made them, by its own node; rows of this node alone."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.kit import clock
from jumelage.kit.uris import new_id


class RecordingState(models.TextChoices):
    """How far a recording is."""

    RUNNING = "running", _("is being recorded")
    MIXING = "mixing", _("is being made one file")
    READY = "ready", _("can be played")
    FAILED = "failed", _("could not be made a file")


class RecordingRows(models.QuerySet["Recording"]):
    """Sets of recordings."""

    def of(self, session: str) -> Self:
        """Keep those of *session*, the newest first."""
        return self.filter(session=session).order_by("-began_at", "name")

    def outdated(self, days: int) -> Self:
        """Keep those that ended more than *days* ago; none where *days* is 0."""
        if not days:
            return self.none()
        return self.filter(ended_at__lt=clock.now() - timedelta(days=days))


class Recording(models.Model):
    """One stretch of a call that was recorded with the consent of all who are heard in it.

    `name` is also what its files begin with. `by` is the opaque person of the session who began it.
    """

    name = models.CharField(primary_key=True, max_length=40, default=new_id)
    session = models.CharField(max_length=80, db_index=True)
    by = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=RecordingState, default=RecordingState.RUNNING)
    seconds = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    """Bytes of the file that plays."""
    people = models.PositiveIntegerField(default=0)
    """How many strips were mixed: who is heard or seen in it."""

    objects: ClassVar[RecordingRows] = RecordingRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    def __str__(self) -> str:
        """Return when it began."""
        return f"{self.began_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_being_made(self) -> bool:
        """Whether it will be something else by itself."""
        return self.state in {RecordingState.RUNNING, RecordingState.MIXING}

    @property
    def is_ready(self) -> bool:
        """Whether it can be played."""
        return self.state == RecordingState.READY
