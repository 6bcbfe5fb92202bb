"""What a city states of a session that was held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.rooms.models import Session
from jumelage.components.rooms.records.base import RoomRecord, owner, require
from jumelage.directory.calendars.times import is_span
from jumelage.kit.uris import Uri

FEW = 5
"""Fewer people than this are not told."""
LONGEST_SESSION = timedelta(days=8)
MOST = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHeld(RoomRecord):
    """A city states what a session was like; nobody is named.

    `attendance` holds how many took part, by origin of their city: None where they were one to
    four. A city where nobody took part is left out, or 0.
    """

    kind: ClassVar[str] = "rooms.session-held"
    rows: ClassVar[type[Session]] = Session
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset(
            {
                "uri",
                "created_at",
                "session",
                "is_window",
                "began_at",
                "ended_at",
                "minutes",
                "calls",
                "attendance",
                "engine",
                "round_trip",
                "loss",
                "freezes",
                "interruptions",
            }
        )
    }

    uri: str
    created_at: datetime
    session: str
    began_at: datetime
    ended_at: datetime
    minutes: int
    is_window: bool = False
    calls: int = 1
    attendance: dict[str, int | None] = field(default_factory=dict)
    engine: Literal["", "mesh", "janus", "livekit"] = ""
    round_trip: int | None = None
    loss: int | None = None
    freezes: int | None = None
    interruptions: int | None = None

    def __post_init__(self) -> None:
        """Refuse what was not held, or tells of few people."""
        owner(self.session)
        held = is_span(self.began_at, self.ended_at)
        require(held and self.ended_at - self.began_at <= LONGEST_SESSION, _("it was not held"))
        longest = (self.ended_at - self.began_at) / timedelta(minutes=1) + 1
        require(0 <= self.minutes <= longest, _("it was not held"))
        told = (self.calls, self.round_trip, self.loss, self.freezes, self.interruptions)
        require(all(n is None or 0 <= n < MOST for n in told), _("a count is not negative"))
        require(len(self.attendance) <= FEW, _("too many cities"))
        for origin, people in self.attendance.items():
            Uri.parse(f"jumelage:{origin}:{'a' * 26}")
            few = people is not None and 0 < people < FEW
            require(not few and (people is None or 0 <= people < MOST), _("too few people"))

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row."""
        names = (
            "session",
            "is_window",
            "began_at",
            "ended_at",
            "minutes",
            "calls",
            "engine",
            "round_trip",
            "loss",
            "freezes",
            "interruptions",
        )
        return {name: getattr(self, name) for name in names} | {"attendance": {**self.attendance}}
