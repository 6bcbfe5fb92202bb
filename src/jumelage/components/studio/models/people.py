"""Who takes part: seats are shared, the people on them are known to their own city only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow
from jumelage.kit import clock


class Seat(StudioRow):
    """How a member of a production appears to the other city: “student 3, Paris”."""

    class Role(models.TextChoices):
        """What the member does in the production."""

        COORDINATOR = "coordinator", _("coordinator")
        SUPERVISOR = "supervisor", _("supervisor")
        ARTIST = "artist", _("artist")
        STUDENT = "student", _("student")
        TEACHER = "teacher", _("teacher")
        RESEARCHER = "researcher", _("researcher")
        COMPANY = "company", _("company")
        CLIENT = "client", _("client")
        OBSERVER = "observer", _("observer")

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="seats"
    )
    role = models.CharField(max_length=12, choices=Role)
    number = models.PositiveIntegerField()
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )

    def __str__(self) -> str:
        """Return the role and the number."""
        return f"{self.get_role_display()} {self.number}"


class Membership(models.Model):
    """Who sits on a seat of this city; local, never in a feed."""

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="studio_memberships"
    )
    seat = models.ForeignKey(
        Seat, db_constraint=False, on_delete=models.DO_NOTHING, related_name="memberships"
    )
    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="memberships"
    )
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "production"],
                condition=Q(until=None),
                name="one_seat_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(until=None), name="one_person_on_a_seat"
            ),
        )

    def __str__(self) -> str:
        """Return who sits where."""
        return f"{self.person}: {self.seat_id}"
