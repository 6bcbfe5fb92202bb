"""The kind of live session a window is: two screens that belong to nobody, always in a call."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jumelage.components.rooms.calls import rules
from jumelage.components.rooms.errors import ScreensOnlyError, WindowQuietError
from jumelage.components.rooms.models import Screen, Window
from jumelage.components.rooms.selectors.windows import pane
from jumelage.components.rooms.sessions import Call
from jumelage.directory.calendars.times import minutes_of
from jumelage.kit.i18n import Bilingual
from jumelage.kit.live import Body, Facts, Participant, SessionKind, State

KIOSK = "kiosk"
SCREENS = 4
"""One in each room, and one that was just started again while the old one is not forgotten."""


class WindowSession(Call, SessionKind):
    """A call of screens: nobody knocks, nobody is host, nothing is said or recorded."""

    name = "window"
    shared = frozenset[str]()
    hosted = frozenset({"carried"})
    passing = rules.PASSING | {"presence"}
    outside = frozenset[str]()
    notes = False
    days_kept = 7

    def facts(self, uri: str) -> Facts | None:
        """Return what the tables say of the window, once both cities have opened it."""
        found = pane(uri)
        if found is None or found.second is None:
            return None
        rooms = [window.room for window in (found.first, found.second)]
        return Facts(
            uri=uri,
            kind=self.name,
            host=found.first.origin,
            cities=(found.first.origin, found.second.origin),
            capacity=SCREENS,
            title=" · ".join(str(Bilingual.of(room.name)) for room in rooms if room),
            more={"quiet": [_quiet(found.first), _quiet(found.second)]},
        )

    def roles(self, uri: str, bearers: Collection[str]) -> Mapping[str, str]:
        """Return which of the screens with the cookies *bearers* are still those of the window."""
        known = Screen.objects.valid().filter(window=uri, cookie_digest__in=bearers)
        return dict.fromkeys(known.values_list("cookie_digest", flat=True), KIOSK)

    def admit(
        self,
        so_far: State,
        present: Sequence[Participant],
        by: Participant,
        facts: Facts,
        now: datetime,
    ) -> Participant:
        """Return *by* as they come in: a screen, outside of the quiet hours of both rooms.

        Raises:
            ScreensOnlyError, WindowQuietError, CallFullError: they do not.
        """
        if by.role != KIOSK:
            raise ScreensOnlyError
        if any(is_quiet_there(told, now) for told in facts.more["quiet"]):
            raise WindowQuietError
        return rules.admit(so_far, present, by, facts, now, most=SCREENS)

    def ended(self, uri: str) -> None:
        """Do nothing: what a window was open is stated each day, from what its screen told."""


def _quiet(window: Window) -> Body:
    return {
        "zone": window.room.time_zone if window.room else "UTC",
        "hours": list(window.quiet),
        "here": window.origin,
    }


def is_quiet_there(told: Body, at: datetime) -> bool:
    """Tell whether *at* is within the quiet hours *told* in the facts: no database is asked."""
    there = at.astimezone(ZoneInfo(told["zone"]))
    minute = there.hour * 60 + there.minute
    return any(
        hours["day"] == there.weekday()
        and minutes_of(hours["opens"]) <= minute < minutes_of(hours["closes"])
        for hours in told["hours"]
    )
