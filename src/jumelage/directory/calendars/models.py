"""Tables of calendars: resources and busy times (shared), reservations and slots (local)."""

from datetime import timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import M, SharedRow, SharedRows

QUARTER = timedelta(minutes=15)
"""What is booked begins and ends on whole quarters of an hour."""


class CalendarRows(SharedRows[M]):
    """Sets of shared rows of calendars."""

    def of(self, origin: str | None) -> Self:
        """Keep what the node *origin* owns; `None` keeps everything."""
        return self if origin is None else self.filter(origin=origin)


class Resource(SharedRow):
    """Something a city lets people book, as its own node describes it."""

    class Kind(models.TextChoices):
        """What sort of thing it is."""

        ROOM = "room", _("room")
        DESK = "desk", _("desk")
        EQUIPMENT = "equipment", _("equipment")

    class Approval(models.TextChoices):
        """Who decides when somebody asks for it."""

        AUTOMATIC = "automatic", _("at once, when it is open and free")
        BY_HAND = "by-hand", _("somebody in charge of it decides")

    name = models.JSONField()
    what = models.CharField(max_length=10, choices=Kind, default=Kind.ROOM)
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    city = models.SlugField(max_length=80)
    time_zone = models.CharField(max_length=64)
    capacity = models.PositiveIntegerField(default=1)
    hours = models.JSONField(default=list)
    """Opening hours of a week, local: `{"day": 0, "opens": "09:00", "closes": "18:00"}`."""
    closures = models.JSONField(default=list)
    """Days it is closed, both included: `{"first": "2026-12-24", "last": "2027-01-02"}`."""
    holidays = models.CharField(max_length=8, blank=True)
    """Country and region whose public holidays it is closed on, as `US-CA`; empty: none."""
    approval = models.CharField(max_length=10, choices=Approval, default=Approval.AUTOMATIC)
    accessibility = models.JSONField(default=list)
    equipment = models.JSONField(default=list)
    access = models.JSONField(default=dict)
    """How one gets in, and what one must keep to."""
    place = models.JSONField(default=dict)
    """Where it is: an address, a floor."""
    photo = models.CharField(max_length=64, blank=True)
    """SHA-256 of its picture, which travels beside the record; empty: none."""
    node = models.ForeignObject(
        "bridge.Node",
        on_delete=models.DO_NOTHING,
        from_fields=["origin"],
        to_fields=["origin"],
        null=True,
        related_name="+",
    )

    objects: ClassVar[CalendarRows[Self]] = CalendarRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    def __str__(self) -> str:
        """Return the name in the active language."""
        return str(Bilingual.of(self.name))

    @property
    def title(self) -> Bilingual:
        """The name in the languages that exist."""
        return Bilingual.of(self.name)

    @property
    def rules(self) -> Bilingual:
        """The access rules in the languages that exist."""
        return Bilingual.of(self.access)

    @property
    def address(self) -> Bilingual:
        """Where it is, in the languages that exist."""
        return Bilingual.of(self.place)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its hours are in."""
        return ZoneInfo(self.time_zone)

    @property
    def scopes(self) -> frozenset[str]:
        """The organisation whose editors are in charge of it; none: the city's officers."""
        return frozenset({self.organisation_id or ""}) - {""}


class Busy(SharedRow):
    """A time a resource is taken, in UTC; nobody is told by whom or what for."""

    resource = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="busy"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects: ClassVar[CalendarRows[Self]] = CalendarRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    class Meta:
        indexes = (models.Index(fields=["resource", "starts_at"], name="busy_by_resource"),)

    def __str__(self) -> str:
        """Return when."""
        return f"{self.starts_at:%Y-%m-%d %H:%M} - {self.ends_at:%H:%M}"


class Reservation(models.Model):
    """A time of one of this city's own resources that is kept for somebody; local.

    What it is for is the URI of a booking's occurrence, or of the event of a calendar that was
    read in (`source` names that calendar).
    """

    class State(models.TextChoices):
        """How firmly it is kept."""

        HELD = "held", _("held")
        CONFIRMED = "confirmed", _("confirmed")

    resource = models.ForeignKey(
        Resource, db_constraint=False, on_delete=models.DO_NOTHING, related_name="reservations"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    for_uri = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    source = models.CharField(max_length=80, blank=True)
    busy = models.CharField(max_length=80, blank=True)
    """URI of the record that tells the other cities that it is taken."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["resource", "for_uri"], name="one_reservation_for_each_use"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="reservation_ends_after_it_begins"
            ),
        )
        indexes = (models.Index(fields=["for_uri"], name="reservation_by_use"),)

    def __str__(self) -> str:
        """Return when."""
        return f"{self.starts_at:%Y-%m-%d %H:%M} - {self.ends_at:%H:%M}"


class Slot(models.Model):
    """A quarter of an hour of a resource that one reservation has; the database allows no two."""

    resource = models.ForeignKey(
        Resource, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    starts_at = models.DateTimeField()
    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="slots")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["resource", "starts_at"], name="one_reservation_for_each_quarter"
            ),
        )

    def __str__(self) -> str:
        """Return when it begins."""
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
