"""Windows as pages show them: both sides, whether they are open, hours, and the screen's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jumelage.bridge.api import me
from jumelage.components.rooms.models import OpenDay, Screen, Window
from jumelage.components.rooms.selectors.windows import Pane, is_quiet, own, windows
from jumelage.components.rooms.showing.places import Place, place_of
from jumelage.directory.models import Resource
from jumelage.kit import clock
from jumelage.shell.look import times

AWAY = timedelta(seconds=60)
"""A screen that said nothing for so long is off."""
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a window is: the mark of a state and its word."""

    mark: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One room of a window, its city, and when it is quiet, day by day."""

    room: Resource | None
    place: Place | None
    window: Window | None

    @property
    def quiet(self) -> Sequence[tuple[int, str]]:
        """The quiet hours of each day that has some."""
        days: dict[int, list[str]] = {}
        for hours in self.window.quiet if self.window else ():
            days.setdefault(hours["day"], []).append(f"{hours['opens']}–{hours['closes']}")
        return [(day, ", ".join(spans)) for day, spans in sorted(days.items())]


def sides(pane: Pane) -> Sequence[Side]:
    """Return both rooms, this city's first."""
    first = Side(room=pane.first.room, place=place_of(pane.first.room), window=pane.first)
    twin = pane.first.twin_room
    second = Side(room=twin, place=place_of(twin), window=pane.second)
    return (first, second) if pane.first.origin == me().origin else (second, first)


def state(pane: Pane) -> State:
    """Return how the window is now, as this city sees it."""
    if not pane.is_agreed:
        asked_here = pane.first.origin == me().origin
        word = _("the other city is asked") if asked_here else _("waits for this city")
        return State(mark="waiting", word=word)
    if pane.quiet_at(clock.now()):
        return State(mark="paused", word=_("quiet hours"))
    screens = Screen.objects.valid().filter(window=pane.first.uri)
    if not screens.exists():
        return State(mark="waiting", word=_("no screen here yet"))
    if screens.filter(seen_at__gt=clock.now() - AWAY).exists():
        return State(mark="active", word=pgettext("a window", "open"))
    return State(mark="overdue", word=_("the screen here is off"))


def rows() -> Sequence[tuple[Pane, Sequence[Side], State, Window | None]]:
    """Return every window with both sides, its state, and what this city said of it."""
    return [(pane, sides(pane), state(pane), own(pane)) for pane in windows()]


def hours_open(pane: Pane) -> float | None:
    """Return the hours this city's screen saw the other room in the last 30 days; None: never."""
    days = OpenDay.objects.filter(window=pane.first.uri, last_at__gt=clock.now() - MONTH)
    seconds = days.aggregate(all=Sum("seconds"))["all"]
    return None if seconds is None else round(seconds / 3600, 1)


def now(pane: Pane, at: datetime) -> dict[str, Any]:
    """Return what a screen is told each time it says that it lives."""
    return {
        "agreed": pane.is_agreed,
        "quiet": pane.quiet_at(at),
        "opens": _opens(pane, at),
        "time": int(at.timestamp() * 1000),
    }


def _opens(pane: Pane, at: datetime) -> str | None:
    """Return when the quiet hours end (ISO 8601, UTC), looking a week ahead; None: not quiet."""
    both = [window for window in (pane.first, pane.second) if window]
    if not any(is_quiet(window, at) for window in both):
        return None
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    for steps in range(1, 7 * 24 * 4):
        later = quarter + timedelta(minutes=15 * steps)
        if not any(is_quiet(window, later) for window in both):
            return later.isoformat()
    return None


def screen(screen: Screen, pane: Pane) -> dict[str, Any]:
    """Return what the page of a screen is drawn from."""
    here, there = sides(pane)
    names = {"here": str(here.place or ""), "there": str(there.place or "")}
    told = {
        **names,
        "uri": pane.first.uri,
        "ticket": reverse("rooms:screen-ticket"),
        "beat": reverse("rooms:screen-beat"),
        "devices": {"microphone": screen.microphone, "camera": screen.camera},
        **now(pane, clock.now()),
    }
    at = clock.now()
    clocks = times.both(at, here.place, there.place) if here.place and there.place else ()
    return {
        "screen": screen,
        "here": here,
        "there": there,
        "told": told,
        "words": screen_words(**names),
        "clocks": clocks,
    }


def screen_words(*, here: str, there: str) -> dict[str, str]:
    """Return the sentences of the screen, which its program chooses among."""
    names = {"here": here, "there": there}
    return {
        "seen-and-heard": _("%(there)s sees and hears you.") % names,
        "seen": _("%(there)s sees you and does not hear you.") % names,
        "heard": _("%(there)s hears you and does not see you.") % names,
        "unseen": _("%(there)s neither sees nor hears you.") % names,
        "alone": _("Nobody sees you: the other screen is not there.") % names,
        "connecting": _("Nobody sees you: the window is being opened.") % names,
        "cut": _("Nobody sees you: the line to %(there)s is cut. It comes back by itself.") % names,
        "node": _("Nobody sees you: this city’s node does not answer. It comes back by itself."),
        "quiet": _("Quiet hours. Nobody sees you."),
        "gone": _("This screen was taken away. Nobody sees you."),
        "closed": _("The window was closed. Nobody sees you."),
        "device": _("The camera or the microphone does not answer. It is tried again."),
        "sound-only": _("The line is weak: sound only for now."),
        "somebody": _("Somebody is in front of the screen in %(there)s.") % names,
        "nobody": _("Nobody is in front of the screen in %(there)s.") % names,
        "their-curtain": _("%(there)s has drawn its curtain.") % names,
        "touch": _("Touch the screen to hear %(there)s.") % names,
        "opens": _("It opens again at"),
        "draw": _("Draw the curtain"),
        "open": _("Open the curtain"),
        "mute": _("Switch the microphone off"),
        "unmute": _("Switch the microphone on"),
    }
