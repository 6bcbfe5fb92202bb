"""Versions: what was made for a task, and which city keeps its files."""

import msgspec
from django.db import models
from django.urls import reverse

from jumelage.components.studio.models.people import Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow
from jumelage.components.studio.models.tasks import Task
from jumelage.components.studio.models.values import Media


class Version(StudioRow):
    """A picture, a movie, a sequence of frames or a file, published for a task.

    `media` is null until the files are ready; `trouble` names why they never will be.
    """

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="versions"
    )
    task = models.ForeignKey(
        Task, db_constraint=False, on_delete=models.DO_NOTHING, related_name="all_versions"
    )
    comment = models.CharField(max_length=80, blank=True)
    """URI of the comment it was published with."""
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="versions"
    )
    revision = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200, blank=True)
    """Name of the file, made safe."""
    extension = models.CharField(max_length=10, blank=True)
    media = models.JSONField(null=True)
    trouble = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        """Return the revision."""
        return f"v{self.revision:03d}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:version", kwargs={"uri": self.uri})

    @property
    def facts(self) -> Media | None:
        """What it shows, or None while nothing is known."""
        return None if self.media is None else msgspec.convert(self.media, Media)


class Holding(StudioRow):
    """Which renditions of a version one city keeps."""

    version = models.ForeignKey(
        Version, db_constraint=False, on_delete=models.DO_NOTHING, related_name="holdings"
    )
    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    renditions = models.JSONField(default=list)
    """Names: `original`, `hd`, `light`, `poster`..."""
    wanted = models.JSONField(default=list)
    """Names of what this city would like to have as well."""

    def __str__(self) -> str:
        """Return the names."""
        return ", ".join(self.renditions)
