"""The list of rooms: what is asked, who answers, and how each room stands now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from jumelage.bridge.api import me
from jumelage.components.rooms.photos import keeping
from jumelage.directory.calendars.models import Busy, Reservation, Resource
from jumelage.directory.calendars.opening import closed_on, is_open, open_spans
from jumelage.directory.calendars.times import Span
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual

FREE_FOR = timedelta(hours=1)
"""How long a room must be free to answer “free at”."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reader of the list wants; empty values ask for nothing."""

    text: str = ""
    origin: str = ""
    what: str = ""
    people: int = 1
    equipment: str = ""
    accessibility: str = ""
    free_at: datetime | None = None
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Standing:
    """A room and how it stands now: a shape and a word."""

    room: Resource
    mark: str
    word: str

    @property
    def has_photo(self) -> bool:
        """Whether its photo is at this node; that of another city's room may still be on its way."""
        return keeping.is_here(self.room.photo)


def rooms(question: Question) -> list[Resource]:
    """Return the rooms that answer *question*, in its order; their names are short lists."""
    found = Resource.objects.live().filter(capacity__gte=question.people)
    if question.origin:
        found = found.filter(origin=question.origin)
    if question.what:
        found = found.filter(what=question.what)
    listed = [room for room in found.select_related("node", "organisation") if _has(room, question)]
    if question.free_at:
        listed = _free(listed, Span(question.free_at, question.free_at + FREE_FOR))
    order = SORTS.get(question.sort, SORTS["name"])
    return sorted(listed, key=lambda room: (order(room), str(room).casefold(), room.uri))


SORTS: Mapping[str, Callable[[Resource], str | int]] = {
    "name": lambda room: str(room).casefold(),
    "city": lambda room: str(room.node),
    "people": lambda room: -room.capacity,
}


def _has(room: Resource, question: Question) -> bool:
    texts = (room.title, room.address, room.organisation.name if room.organisation else "")
    words = " ".join(_words(text) for text in texts).casefold()
    return (
        all(word in words for word in question.text.casefold().split())
        and (not question.equipment or question.equipment in room.equipment)
        and (not question.accessibility or question.accessibility in room.accessibility)
    )


def _words(text: object) -> str:
    return f"{text.fr} {text.en}" if isinstance(text, Bilingual) else str(text)


def taken_at(rooms: Sequence[Resource], span: Span) -> dict[str, datetime]:
    """Return until when those of *rooms* are taken that have no whole *span* free.

    Two queries, however many there are: reservations here, and what other cities stated.
    """
    here, names = me().origin, [room.uri for room in rooms]
    meets = {"resource__in": names, "starts_at__lt": span.end, "ends_at__gt": span.start}
    own = Reservation.objects.filter(**meets).values_list("resource_id", "ends_at")
    stated = Busy.objects.live().exclude(origin=here).filter(**meets)
    until: dict[str, datetime] = {}
    for name, end in [*own, *stated.values_list("resource_id", "ends_at")]:
        until[str(name)] = max(end, until.get(str(name), end))
    return until


def _free(rooms: Sequence[Resource], span: Span) -> list[Resource]:
    taken = taken_at(rooms, span)
    return [room for room in rooms if room.uri not in taken and is_open(room, span)]


def standings(rooms: Sequence[Resource]) -> list[Standing]:
    """Return how each of *rooms* stands at this moment."""
    at = clock.now()
    span = Span(at, at + timedelta(minutes=1))
    taken = taken_at(rooms, span)
    return [Standing(room, *_now(room, span, taken.get(room.uri))) for room in rooms]


def _now(room: Resource, span: Span, taken_until: datetime | None) -> tuple[str, str]:
    if taken_until:
        return "overdue", _("taken until {hour}").format(hour=_hour(room, taken_until))
    spans = open_spans(room, Span(span.start, span.start + A_DAY))
    if spans and spans[0] == Span(span.start, span.start + A_DAY):
        return "active", _("open day and night")
    if spans and spans[0].start <= span.start:
        return "active", _("open until {hour}").format(hour=_hour(room, spans[0].end))
    closed = closed_on(room, span.start.astimezone(room.zone).date())
    if closed and closed.reason:
        return "ended", _("closed: {reason}").format(reason=closed.reason)
    if spans:
        return "ended", _("closed, opens at {hour}").format(hour=_hour(room, spans[0].start))
    return "ended", _("closed today")


def _hour(room: Resource, instant: datetime) -> str:
    return instant.astimezone(room.zone).strftime("%H:%M")
