"""What a city says of reviews held together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import ReviewSession, SessionHeld
from jumelage.components.studio.records.base import (
    StudioRecord,
    at_most,
    one_city,
    require,
    to_the_twin,
)
from jumelage.components.studio.records.usage import FEW

LONGEST = 80
MOST_CITIES = 8
YEAR = 366 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCalled(StudioRecord):
    """Somebody calls both cities to look at versions together; the city that says so hosts it."""

    kind: ClassVar[str] = "studio.session-called"
    rows: ClassVar[type[ReviewSession]] = ReviewSession
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "seat", "name", "items", "playlist", "begins", "closed_at"
    )

    uri: str
    created_at: datetime
    production: str
    seat: str
    name: str
    begins: datetime
    items: tuple[str, ...] = ()
    playlist: str = ""
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a seat of another city, what has no name, and lists without end."""
        one_city(self.uri, [self.seat])
        require(bool(self.name), _("a session has a name"))
        at_most(1000, self.items, _("too many versions in one session"))
        require(all(len(uri) <= LONGEST for uri in self.items), _("this names no version"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWasHeld(StudioRecord):
    """The host of a session states that it was held: counts only, nothing of what was shown."""

    kind: ClassVar[str] = "studio.session-held"
    rows: ClassVar[type[SessionHeld]] = SessionHeld
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "created_at", "held_on", "minutes", "cities", "people", "said"})
    }

    uri: str
    created_at: datetime
    held_on: date
    minutes: int
    cities: tuple[str, ...]
    people: dict[str, int | None] = field(default_factory=dict)
    """By city; None where they were one to four."""
    said: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that are none, and what tells of few people."""
        require(0 <= self.minutes <= YEAR, _("a count is not negative"))
        require(0 <= self.said < 2**31, _("a count is not negative"))
        at_most(MOST_CITIES, self.cities, _("too many cities"))
        require(set(self.people) <= set(self.cities), _("this city was not there"))
        for number in self.people.values():
            require(number is None or FEW <= number < 2**31, _("too few people"))
