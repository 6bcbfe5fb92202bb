"""What stands on every page: this city, its peers, the lines to them, the navigation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse, translate_url
from django.utils.translation import get_language, gettext

from jumelage.bridge import api as bridge
from jumelage.kit import clock
from jumelage.kit.component import Page, components
from jumelage.shell.look import times

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
"""Each language in its own words, for people who do not read the other one."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu; `current` is the value of `aria-current`, or empty."""

    label: str
    url: str
    current: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The bridge line to one peer as the worker last saw it."""

    here: bridge.Node
    there: bridge.Node

    @property
    def is_up(self) -> bool:
        """Whether the stream to the peer is open."""
        contact = getattr(self.there, "contact", None)
        return bool(contact and contact.line_up)

    @property
    def age(self) -> float | None:
        """Seconds since the last word; None before the first."""
        contact = getattr(self.there, "contact", None)
        heard: datetime | None = contact.last_word_at if contact else None
        return max(0.0, (clock.now() - heard).total_seconds()) if heard else None

    @property
    def phrases(self) -> dict[str, str]:
        """The sentences of the line, with `{ago}` for the age."""
        city = {"city": self.there}
        return {
            "up": gettext("last word {ago}"),
            "down": gettext("line down · last word {ago}"),
            "never": gettext("no word from %(city)s yet") % city,
        }

    @property
    def word(self) -> str:
        """The sentence of the line now."""
        if self.age is None:
            return self.phrases["never"]
        return self.phrases["up" if self.is_up else "down"].format(ago=times.age(self.age))

    @property
    def times(self) -> tuple[times.LocalTime, times.LocalTime]:
        """The time in both cities now."""
        return times.both(clock.now(), self.here, self.there)

    @property
    def usual(self) -> timedelta:
        """The usual distance of both wall clocks."""
        return times.usual_gap(clock.now().year, self.here, self.there)

    @property
    def usual_minutes(self) -> int:
        """The usual distance in minutes, for the clock island."""
        return int(self.usual.total_seconds()) // 60

    @property
    def is_unusual(self) -> bool:
        """Whether the cities are nearer or further than usual today."""
        return times.is_unusual(clock.now(), self.here, self.there)

    @property
    def unusual(self) -> str:
        """The sentence shown in the weeks when the distance differs from the usual one."""
        gap = times.gap(clock.now(), self.here, self.there)
        facts = {"now": times.hours(gap), "usual": times.hours(self.usual)}
        return gettext("%(now)s apart, not %(usual)s, these weeks") % facts


class Frame:
    """Answers the base template's questions, each at most once per request."""

    def __init__(self, request: HttpRequest) -> None:
        """Keep *request*; nothing is read until a template asks."""
        self.request = request

    @cached_property
    def here(self) -> bridge.Node | None:
        """This node; None before `jumelage init`."""
        try:
            return bridge.me()
        except bridge.NoIdentityError:
            return None

    @cached_property
    def peers(self) -> list[bridge.Node]:
        """The paired nodes, oldest pairing first."""
        return list(bridge.peers())

    @cached_property
    def lines(self) -> list[Line]:
        """One line per paired node."""
        return [Line(self.here, peer) for peer in self.peers] if self.here else []

    @property
    def now(self) -> times.LocalTime | None:
        """The time here, for a node without a peer."""
        return times.both(clock.now(), self.here, self.here)[0] if self.here else None

    @property
    def demonstration(self) -> bool:
        """Whether every activity shown is invented."""
        return settings.NODE.demonstration

    @property
    def age_phrases(self) -> dict[str, str]:
        """The phrases of ages, for the line island."""
        return times.age_phrases()

    @cached_property
    def navigation(self) -> list[Link]:
        """The pages of the components, in their order."""
        pages = sorted(_pages(), key=lambda page: page.order)
        return [self._link(page) for page in pages]

    def _link(self, page: Page) -> Link:
        url, path = reverse(page.url_name), self.request.path
        inside = "true" if path.startswith(url) else ""
        return Link(str(page.label), url, "page" if path == url else inside)

    @property
    def languages(self) -> list[Link]:
        """This same page in the other languages."""
        full = self.request.get_full_path()
        return [
            Link(LANGUAGE_NAMES[code], _in_language(full, code), language=code)
            for code, _name in settings.LANGUAGES
            if code != (get_language() or "")[:2]
        ]


def _pages() -> list[Page]:
    """Return the declared pages whose address exists in this installation."""
    found = []
    for page in (page for component in components() for page in component.pages):
        try:
            reverse(page.url_name)
        except NoReverseMatch:
            continue
        found.append(page)
    return found


def _in_language(path: str, code: str) -> str:
    """Return the address of *path* in the language *code*; the home page when it has none."""
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return f"/{code}/"
    translated = translate_url(path, code)
    return f"/{code}/" if translated == path else translated


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give templates `shell`: one `Frame` per request (context processor)."""
    held = getattr(request, "_shell_frame", None)
    if held is None:
        held = request._shell_frame = Frame(request)  # type: ignore[attr-defined]  # noqa: SLF001  # cache on the request
    return {"shell": held}
