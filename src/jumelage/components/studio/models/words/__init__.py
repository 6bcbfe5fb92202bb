"""The words of productions: task types, statuses, types of asset, departments."""

from uuid import UUID, uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.rows import NAMESPACE


def word_uuid(family: str, slug: str) -> UUID:
    """Return the UUID of a word; the same in every city."""
    return uuid5(NAMESPACE, f"{family}/{slug}")


class Family(models.TextChoices):
    """What a word names."""

    TASK_TYPE = "task-type", _("task type")
    STATUS = "status", _("status")
    ASSET_TYPE = "asset-type", _("type of asset")
    DEPARTMENT = "department", _("department")


class Word(models.Model):
    """A word this node knows: shipped, made here, or said by a production (`given_by`).

    What a production says never changes a word that was shipped or made here. Of several
    productions that say the same word, the first by URI gives it its name and colour here.
    """

    family = models.CharField(max_length=12, choices=Family)
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=7, default="#666666")
    order = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)
    uuid = models.UUIDField(unique=True)
    given_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["family", "slug"], name="one_word_of_a_family"),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name
