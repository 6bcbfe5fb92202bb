"""Productions: what people of one or both cities make together."""

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import HOME
from jumelage.components.studio.models.rows import StudioRow, StudioRows


class ProductionRows(StudioRows["Production"]):
    """Sets of productions."""


class Production(StudioRow):
    """A film, an exercise, a show; its frame rate, size and numbering hold for all its shots."""

    class Type(models.TextChoices):
        """What is made."""

        SHORT_FILM = "short-film", _("short film")
        CLASS_EXERCISE = "class-exercise", _("class exercise")
        VFX_SHOW = "vfx-show", _("visual effects show")
        OTHER = "other", _("other production")

    class State(models.TextChoices):
        """Whether it is being made."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=40, blank=True)
    type = models.CharField(max_length=20, choices=Type)
    description = models.CharField(max_length=4000, blank=True)
    rate = models.CharField(max_length=15, default="24")
    width = models.PositiveIntegerField(default=1920)
    height = models.PositiveIntegerField(default=1080)
    start_frame = models.IntegerField(default=1001)
    start_timecode = models.CharField(max_length=11, default="00:00:00:00")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    opened_to = models.CharField(max_length=32, blank=True)
    """Origin of the city it is shared with; empty: it belongs to its own city alone."""
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    words = models.JSONField(default=list)
    """The definitions of its words; see `values.WordDefinition`."""
    trusts = models.JSONField(default=list)
    """Roles whose requests for change are accepted at once."""
    vendors = models.JSONField(default=list)
    """Organisations (URIs) whose seats see the tasks assigned to them, and no others."""
    data = models.JSONField(default=dict)

    objects: ClassVar[ProductionRows] = ProductionRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:production", kwargs={"uri": self.uri})

    @property
    def is_open(self) -> bool:
        """Tell whether it is still being made."""
        return self.state == self.State.OPEN

    @property
    def is_joint(self) -> bool:
        """Tell whether two cities make it."""
        return bool(self.opened_to)

    @property
    def exact_rate(self) -> Fraction:
        """Frames per second, exactly."""
        return Fraction(self.rate)

    @property
    def cities(self) -> Sequence[str]:
        """Origins of the cities that make it, its own first."""
        return [self.origin, self.opened_to] if self.opened_to else [self.origin]

    def audience(self, here: str) -> str:
        """Return who reads what the node *here* says of this production."""
        if not self.opened_to:
            return HOME
        return f"twin:{self.opened_to if here == self.origin else self.origin}"
