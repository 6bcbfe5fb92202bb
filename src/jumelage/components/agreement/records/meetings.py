"""What the agreement says about joint meetings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.agreement.models import Meeting
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.components.agreement.records.checks import everywhere, require
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values

_CALL_FIELDS = (
    "uri", "partnership", "title", "starts_local", "time_zone", "minutes_long", "place",
    "agenda",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """When and where, and the agenda; see `models.Meeting`."""

    uri: str
    partnership: str
    title: Bilingual
    starts_local: str
    time_zone: str
    minutes_long: int
    place: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    agenda: tuple[Bilingual, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an unknown zone and a start that is not a wall time to the minute."""
        require(self.time_zone in available_timezones(), f"no time zone {self.time_zone[:40]}")
        start = datetime.fromisoformat(self.starts_local)
        require(start.tzinfo is None, _("the start is a local wall time"))
        require(f"{start:%Y-%m-%dT%H:%M}" == self.starts_local, "the start is to the minute")
        require(0 < self.minutes_long <= 24 * 60, _("a meeting lasts at most a day"))

    @property
    def starts_at(self) -> datetime:
        """The start, timezone-aware."""
        return datetime.fromisoformat(self.starts_local).replace(tzinfo=ZoneInfo(self.time_zone))

    def _columns(self) -> dict[str, Any]:
        names = [name for name in _CALL_FIELDS if name not in {"uri", "partnership"}]
        return {
            **{name: getattr(self, name) for name in names},
            "partnership_id": self.partnership,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled(_Call, RowRecord):
    """A city calls a joint meeting; calling again under the same URI changes it."""

    kind: ClassVar[str] = "agreement.meeting-called"
    rows: ClassVar[type[Meeting]] = Meeting
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(*_CALL_FIELDS)

    def columns(self) -> Values:
        """Return the columns of the row."""
        blank = {"attendance": (), "decisions": (), "work": (), "minutes": None}
        return {**self._columns(), **blank, "held": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld(_Call, RowRecord):
    """A meeting took place: attendance counts, decisions, work items, minutes; no names."""

    kind: ClassVar[str] = "agreement.meeting-held"
    rows: ClassVar[type[Meeting]] = Meeting
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        *_CALL_FIELDS, "attendance", "decisions", "work", "minutes"
    )

    attendance: tuple[Attendance, ...] = ()
    decisions: tuple[Bilingual, ...] = ()
    work: tuple[WorkItem, ...] = ()
    minutes: Bilingual | None = None

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            **self._columns(),
            "held": True,
            "attendance": self.attendance,
            "decisions": self.decisions,
            "work": self.work,
            "minutes": self.minutes,
        }
