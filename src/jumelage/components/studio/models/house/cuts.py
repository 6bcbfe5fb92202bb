"""Cuts of editors that were brought here, and what became of each."""

from functools import cached_property

import msgspec
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.editorial.cut import Cut
from jumelage.components.studio.models.productions import Production
from jumelage.kit import clock


class KeptCut(models.Model):
    """A cut of a production, as one file said it; local, what follows from it is published."""

    class State(models.TextChoices):
        """What became of it."""

        READ = "read", _("to be looked at")
        APPLIED = "applied", _("applied")
        PUT_ASIDE = "put-aside", _("put aside")

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="cuts"
    )
    name = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    hash = models.CharField(max_length=64)
    """BLAKE3 of the file."""
    contents = models.JSONField()
    """See `editorial.cut.Cut`."""
    events = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.READ)
    read_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "directory.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    before = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    """The cut that was the last one when this one was applied."""
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    """How many shots were planned, changed, asked for."""

    class Meta:
        indexes = (models.Index(fields=["production", "-read_at"], name="cut_by_time"),)

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:cut", kwargs={"pk": self.pk})

    @cached_property
    def cut(self) -> Cut:
        """The cut itself."""
        return msgspec.convert(self.contents, Cut)
