"""What a production is made of: episodes, sequences, shots, assets."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow


class Entity(StudioRow):
    """An episode, a sequence, a shot or an asset; `parent` is what a shot or sequence is in."""

    class Type(models.TextChoices):
        """What it is."""

        EPISODE = "episode", _("episode")
        SEQUENCE = "sequence", _("sequence")
        SHOT = "shot", _("shot")
        ASSET = "asset", _("asset")

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="entities"
    )
    type = models.CharField(max_length=8, choices=Type)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=4000, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="children",
    )
    asset_type = models.CharField(max_length=40, blank=True)
    """Slug of a word of the family `asset-type`; empty for what is not an asset."""
    frames = models.PositiveIntegerField(null=True)
    frame_in = models.IntegerField(null=True)
    frame_out = models.IntegerField(null=True)
    handles = models.PositiveIntegerField(null=True)
    cast = models.JSONField(default=dict)
    """How often each asset (by URI) is seen."""
    canceled = models.BooleanField(default=False)
    main_version = models.CharField(max_length=80, blank=True)
    """URI of the version that stands for it in lists."""
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["production", "type", "name"], name="entity_by_name"),)

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:entity", kwargs={"uri": self.uri})
