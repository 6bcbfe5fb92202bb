"""What is said of the work: comments with decisions, drawings on frames, playlists."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.people import Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow
from jumelage.components.studio.models.tasks import Task
from jumelage.components.studio.models.versions import Version


class Comment(StudioRow):
    """What somebody says of a task, and perhaps the status they give it."""

    class Decision(models.TextChoices):
        """What a status decided, said by the city that gave it."""

        NONE = "", _("no decision")
        APPROVED = "approved", _("approved")
        RETAKE = "retake", _("to be done again")

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="comments"
    )
    task = models.ForeignKey(
        Task, db_constraint=False, on_delete=models.DO_NOTHING, related_name="all_comments"
    )
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="comments"
    )
    text = models.CharField(max_length=20_000, blank=True)
    status = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    checklist = models.JSONField(default=list)
    reply_to = models.ForeignKey(
        "self", null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="replies"
    )
    for_client = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return the beginning of the text."""
        return self.text[:80]


class Annotation(StudioRow):
    """A drawing on a range of frames of one version, by one seat."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="annotations"
    )
    version = models.ForeignKey(
        Version, db_constraint=False, on_delete=models.DO_NOTHING, related_name="annotations"
    )
    hash = models.CharField(max_length=64)
    """Of the original it was drawn on."""
    first_frame = models.IntegerField()
    """A position: counted from the number of the version’s first frame; see `review/numbering.py`."""
    last_frame = models.IntegerField()
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="annotations"
    )
    drawing = models.JSONField()
    """Strokes; see `values.Stroke`."""
    comment = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(last_frame__gte=models.F("first_frame")),
                name="annotation_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        """Return the frames."""
        return f"{self.first_frame}–{self.last_frame}"


class Playlist(StudioRow):
    """Versions to be seen one after the other."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="playlists"
    )
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="playlists"
    )
    name = models.CharField(max_length=120)
    items = models.JSONField(default=list)
    """Places, in order; see `values.PlaylistItem`."""
    for_entity = models.CharField(max_length=8, default="shot")
    for_client = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:playlist", kwargs={"uri": self.uri})
