"""Joint meetings of the cities."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models

from jumelage.components.agreement.models.fields import OptionalField, ValueField
from jumelage.components.agreement.models.instruments import Partnership
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow, SharedRows


class MeetingRows(SharedRows["Meeting"]):
    """Sets of meeting rows."""


class Meeting(SharedRow):
    """A joint meeting: called with an agenda, then held with decisions and minutes (R7).

    The start is the wall time of the organising city and its zone, resolved per occurrence:
    the cities are not always the same number of hours apart.
    """

    partnership = models.ForeignKey(
        Partnership,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="joint_meetings",
    )
    title = ValueField(Bilingual)
    starts_local = models.CharField(max_length=16)
    """Wall time of the organising city, ISO 8601 to the minute: `2026-03-20T17:30`."""
    time_zone = models.CharField(max_length=64)
    minutes_long = models.PositiveIntegerField()
    place = ValueField(Bilingual)
    agenda = ValueField(tuple[Bilingual, ...], default=tuple)
    held = models.BooleanField(default=False)
    attendance = ValueField(tuple[Attendance, ...], default=tuple)
    decisions = ValueField(tuple[Bilingual, ...], default=tuple)
    work = ValueField(tuple[WorkItem, ...], default=tuple)
    minutes = OptionalField(Bilingual)

    objects = MeetingRows.as_manager()

    class Meta:
        ordering = ("starts_local", "uri")

    def __str__(self) -> str:
        """Return the title."""
        return str(self.title)

    @property
    def starts_at(self) -> datetime:
        """The start, timezone-aware in the zone of the organising city."""
        return datetime.fromisoformat(self.starts_local).replace(tzinfo=ZoneInfo(self.time_zone))

    @property
    def ends_at(self) -> datetime:
        """The end: real minutes after the start, also over a change of clocks."""
        end = self.starts_at.astimezone(ZoneInfo("UTC")) + timedelta(minutes=self.minutes_long)
        return end.astimezone(ZoneInfo(self.time_zone))
