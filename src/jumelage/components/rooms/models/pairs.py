"""What was asked of two cities, what they said, and what follows for each occurrence."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.components.rooms.states import OVER, Decision, Reason, State
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Resource
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import M, SharedRow, SharedRows


class RoomRows(SharedRows[M]):
    """Sets of shared rows of the rooms."""

    def of(self, origin: str | None) -> Self:
        """Keep what the node *origin* owns; `None` keeps everything."""
        return self if origin is None else self.filter(origin=origin)


class RoomRow(SharedRow):
    """A projection of a record of the rooms; `created_at` is its author's clock."""

    created_at = models.DateTimeField()
    node = models.ForeignObject(
        "bridge.Node",
        on_delete=models.DO_NOTHING,
        from_fields=["origin"],
        to_fields=["origin"],
        null=True,
        related_name="+",
    )

    objects: ClassVar[RoomRows[Self]] = RoomRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    class Meta:
        abstract = True


class Purpose(models.TextChoices):
    """What a booking is for; the only thing the other city is told."""

    MEETING = "meeting", _("meeting")
    TEACHING = "teaching", _("teaching")
    REVIEW = "review", _("review of a production")
    INTERVIEW = "interview", _("interview")
    EVENT = "event", _("event")
    OFFICE = "office", _("working together")
    OTHER = "other", _("something else")


class Engine(models.TextChoices):
    """How pictures and sound should travel."""

    ANY = "any", _("as it fits")
    DIRECT = "direct", _("directly between the browsers")
    SERVER = "server", _("through a media server")


class Pair(RoomRow):
    """Somebody of one city asks for a room of their own and one of the other city, together.

    The city that asked is the coordinator. `starts_local` is what the wall clocks of
    `zone` show: `2026-12-01T17:00`.
    """

    room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    """The room of the city that asks."""
    twin_room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    """The room of the other city."""
    times = models.JSONField()
    """The occurrences: `{"number": 1, "start": …, "end": …}`, in UTC."""
    terms = models.CharField(max_length=64)
    zone = models.CharField(max_length=64)
    starts_local = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()
    rule = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.MEETING)
    engine = models.CharField(max_length=10, choices=Engine, default=Engine.ANY)
    all_or_nothing = models.BooleanField(default=True)
    answer_by = models.DateTimeField()
    title = models.JSONField(default=dict)
    """What it is called, if who asked opens that to the other city."""

    def __str__(self) -> str:
        """Return its title or its purpose."""
        return str(Bilingual.of(self.title)) or self.get_purpose_display()


class Answer(RoomRow):
    """What a city says of its own room, for each occurrence it was asked for."""

    pair = models.ForeignKey(
        Pair, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="answers"
    )
    room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    terms = models.CharField(max_length=64)
    words = models.JSONField()
    """`{"1": {"word": "held", "reason": ""}}` by number of the occurrence."""

    def __str__(self) -> str:
        """Return what it is about."""
        return self.pair_id or ""


class Verdict(RoomRow):
    """What the coordinator decided, for each occurrence."""

    pair = models.ForeignKey(
        Pair, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="verdicts"
    )
    terms = models.CharField(max_length=64)
    words = models.JSONField()
    """`{"1": {"word": "confirmed", "reason": ""}}` by number of the occurrence."""

    def __str__(self) -> str:
        """Return what it is about."""
        return self.pair_id or ""


class OccurrenceRows(models.QuerySet["Occurrence"]):
    """Sets of occurrences."""

    def standing(self) -> Self:
        """Keep those that were not refused or released."""
        return self.exclude(state__in=OVER)

    def confirmed(self) -> Self:
        """Keep those that take place."""
        return self.filter(state=State.CONFIRMED)

    def in_room(self, uri: str) -> Self:
        """Keep those in the room *uri*."""
        return self.filter(Q(room=uri) | Q(twin_room=uri))


class Occurrence(models.Model):
    """One time that a booking takes place; its URI names the call that is held then.

    For two rooms it follows from the records of both cities, and is worked out again whenever
    one comes; for a room of this city alone it is a local row (`twin_room` is none).
    """

    uri = models.CharField(primary_key=True, max_length=80)
    series = models.CharField(max_length=80, db_index=True)
    """URI of the pair, or of the booking of a single room."""
    number = models.PositiveIntegerField()
    room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    twin_room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    word = models.CharField(max_length=10, blank=True)
    """What the city of `room` said of its room."""
    twin_word = models.CharField(max_length=10, blank=True)
    """What the city of `twin_room` said of its room."""
    decision = models.CharField(max_length=10, choices=Decision, blank=True)

    objects: ClassVar[OccurrenceRows] = OccurrenceRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    class Meta:
        ordering = ("starts_at", "uri")

    def __str__(self) -> str:
        """Return when it begins, in UTC."""
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_standing(self) -> bool:
        """Tell whether it was neither refused nor released."""
        return State(self.state) not in OVER

    @property
    def span(self) -> Span:
        """When it takes place."""
        return Span(self.starts_at, self.ends_at)
