"""What the calendars say on the bridge: what can be booked, and when it is taken."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Self

import msgspec
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.directory.calendars.models import Busy, Resource
from jumelage.directory.calendars.times import is_clock, is_span, is_zone, minutes_of, require
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values
from jumelage.kit.uris import Uri

MOST_HOURS, MOST_CLOSURES, MOST_WORDS = 70, 400, 40
PHOTO = re.compile(r"(?:[0-9a-f]{64})?")
DAYS = range(7)
"""Monday is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A stretch of a day, every week, on the wall clock where the resource is."""

    day: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days the resource is closed, both included, with the reason its city gives."""

    first: date
    last: date
    reason: Bilingual = Bilingual()  # noqa: RUF009  # frozen

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read the value back from a JSON column."""
        return cls(
            first=date.fromisoformat(stored["first"]),
            last=date.fromisoformat(stored["last"]),
            reason=Bilingual.of(stored.get("reason")),
        )


def check_hours(hours: Sequence[Hours]) -> None:
    """Refuse hours that are on no day, are not written 09:00, or end before they begin."""
    for each in hours:
        fits = each.day in DAYS and is_clock(each.opens) and is_clock(each.closes)
        require(fits, _("hours are written 09:00"))
        require(minutes_of(each.opens) < minutes_of(each.closes), _("hours end after they begin"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceListed(RowRecord):
    """A city lists something people can book, or describes it again."""

    kind: ClassVar[str] = "directory.resource-listed"
    rows: ClassVar[type[Resource]] = Resource
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset(
            {
                "uri",
                "name",
                "what",
                "organisation",
                "city",
                "time_zone",
                "capacity",
                "hours",
                "closures",
                "holidays",
                "approval",
                "accessibility",
                "equipment",
                "access",
                "place",
                "photo",
            }
        ),
    }

    uri: str
    name: Bilingual
    what: Literal["room", "desk", "equipment"]
    city: str
    time_zone: str
    capacity: int
    hours: tuple[Hours, ...]
    closures: tuple[Closure, ...] = ()
    holidays: str = ""
    approval: Literal["automatic", "by-hand"] = "automatic"
    accessibility: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    access: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    place: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    photo: str = ""
    organisation: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar could show."""
        require(bool(self.name), _("it has no name"))
        require(is_zone(self.time_zone), _("this is no time zone"))
        require(
            1 <= self.capacity <= 10_000, _("a capacity is between 1 and 10,000")
        )  # said in the sentence
        require(len(self.hours) <= MOST_HOURS, _("too many opening hours"))
        require(len(self.closures) <= MOST_CLOSURES, _("too many closures"))
        require(PHOTO.fullmatch(self.photo) is not None, _("a photo is named by its SHA-256"))
        words = (*self.accessibility, *self.equipment)
        require(len(words) <= MOST_WORDS, _("too many words"))
        check_hours(self.hours)
        for closed in self.closures:
            require(closed.first <= closed.last, _("a closure ends after it begins"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "name": self.name.as_dict(),
            "what": self.what,
            "organisation_id": self.organisation,
            "city": self.city,
            "time_zone": self.time_zone,
            "capacity": self.capacity,
            "hours": msgspec.to_builtins(self.hours),
            "closures": msgspec.to_builtins(self.closures),
            "holidays": self.holidays,
            "approval": self.approval,
            "accessibility": list(self.accessibility),
            "equipment": list(self.equipment),
            "access": self.access.as_dict(),
            "place": self.place.as_dict(),
            "photo": self.photo,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyStated(RowRecord):
    """A city states that one of its resources is taken; not by whom, not what for."""

    kind: ClassVar[str] = "directory.busy-stated"
    rows: ClassVar[type[Busy]] = Busy
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "network": frozenset({"uri", "resource", "start", "end"}),
    }

    uri: str
    resource: str
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse a word about another city's resource, and a time that is none."""
        own = Uri.parse(self.resource).origin == Uri.parse(self.uri).origin
        require(own, _("a city speaks of its own resources only"))
        require(is_span(self.start, self.end), _("it ends before it begins, or is out of range"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "resource_id": self.resource,
            "starts_at": self.start,
            "ends_at": self.end,
        }
