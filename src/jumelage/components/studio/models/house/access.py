"""Who asked to work in the studio, as what, and what the coordinator answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.directory.models import Organisation
from jumelage.kit import clock


class Category(models.TextChoices):
    """As what somebody uses the studio; the agreement counts by it."""

    COMPANY = "company", _("company")
    RESEARCHER = "researcher", _("researcher")
    TEACHER = "teacher", _("teacher")
    STUDENT = "student", _("student")
    ARTIST = "artist", _("independent artist")
    PUBLIC = "public", _("public service")
    GUEST = "guest", _("guest by a link")
    OTHER = "other", _("other")


class Application(models.Model):
    """Somebody of this city asks for access to the studio; never in a feed."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="studio_applications"
    )
    category = models.CharField(max_length=10, choices=Category)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    new_organisation = models.CharField(max_length=200, blank=True)
    """Name of one that no city lists yet; admitting may list it."""
    new_kind = models.CharField(max_length=20, blank=True)
    new_website = models.URLField(blank=True)
    purpose = models.CharField(max_length=2000)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "directory.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["waiting", "admitted"]),
                name="one_application_in_force",
            ),
        )

    def __str__(self) -> str:
        """Return who asks as what."""
        return f"{self.person}: {self.category}"
