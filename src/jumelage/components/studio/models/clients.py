"""What programs of the studio need and no feed carries: tokens, softwares, files beside comments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.reviews import Comment
from jumelage.components.studio.models.tasks import Task
from jumelage.kit import clock


class Token(models.Model):
    """A token somebody was given after signing in; only its SHA-256 is kept."""

    class Kind(models.TextChoices):
        """What it opens."""

        ACCESS = "access", _("requests")
        REFRESH = "refresh", _("renewal")

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="studio_tokens"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    family = models.CharField(max_length=26, db_index=True)
    """All that came from one sign-in."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return what it opens, and for whom."""
        return f"{self.kind}: {self.person}"


class Attachment(models.Model):
    """A file beside a comment; it stays in the city where it was added."""

    comment = models.ForeignKey(
        Comment, db_constraint=False, on_delete=models.DO_NOTHING, related_name="attachments"
    )
    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    file = models.CharField(max_length=80)
    """The hash of its bytes; see `MediaFile`."""
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    @property
    def may_be_picture(self) -> bool:
        """Tell whether its name is that of a picture browsers show; what it is, is looked at later."""
        return self.name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))

    @property
    def production_id(self) -> str:
        """The production of its comment: who has a seat there may have the file."""
        return self.comment.production_id


class Software(models.Model):
    """A program that files are made with, as its own publisher names it here."""

    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=80, unique=True)
    short_name = models.CharField(max_length=20, blank=True)
    extension = models.CharField(max_length=20, blank=True)
    more_extensions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class WorkingFile(models.Model):
    """A revision of the file somebody works in; the file itself stays on their machine."""

    uuid = models.UUIDField(unique=True)
    task = models.ForeignKey(
        Task, db_constraint=False, on_delete=models.DO_NOTHING, related_name="working_files"
    )
    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="studio_working_files"
    )
    software = models.ForeignKey(
        Software, null=True, on_delete=models.SET_NULL, related_name="working_files"
    )
    name = models.CharField(max_length=80, default="main")
    comment = models.CharField(max_length=4000, blank=True)
    revision = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["task", "name", "revision"], name="one_working_file_a_revision"
            ),
        )

    def __str__(self) -> str:
        """Return name and revision."""
        return f"{self.name} v{self.revision:03d}"
