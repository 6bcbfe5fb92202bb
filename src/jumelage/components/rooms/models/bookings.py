"""Who booked, what they call it, whom they invited; local rows that never cross."""

from django.db import models

from jumelage.components.rooms.models.pairs import Engine, Purpose
from jumelage.directory.models import Person
from jumelage.kit import clock


class Booking(models.Model):
    """What somebody of this city booked, or takes part in; its URI is that of the pair.

    A booking of a single room has a URI of its own that no record has.
    """

    uri = models.CharField(primary_key=True, max_length=80)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    title = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=4000, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.MEETING)
    engine = models.CharField(max_length=10, choices=Engine, default=Engine.ANY)
    zone = models.CharField(max_length=64, blank=True)
    starts_local = models.CharField(max_length=16, blank=True)
    """As of a pair; none where this city was asked."""
    minutes = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    """How often it changed since it was first said; iCalendar's SEQUENCE."""
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return what it is called."""
        return self.title or self.get_purpose_display()


class Invitation(models.Model):
    """Somebody of this city who is invited to a booking."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["booking", "person"], name="nobody_is_invited_twice"),
        )

    def __str__(self) -> str:
        """Return who is invited."""
        return str(self.person)


class Feed(models.Model):
    """A secret address under which somebody's calendar program reads their bookings."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="room_feed")
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.person)
