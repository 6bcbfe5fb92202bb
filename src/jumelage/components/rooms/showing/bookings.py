"""Occurrences in words: when on both clocks, where, how they stand, what waits for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jumelage.bridge.api import me
from jumelage.components.rooms.calls.rules import LOBBY_OPENS
from jumelage.components.rooms.models import Booking, Invitation, Occurrence, OccurrenceRows, Pair
from jumelage.components.rooms.showing.places import Place, beside, place_of
from jumelage.components.rooms.showing.room import bookings_of
from jumelage.components.rooms.states import OVER, Reason, State, Word
from jumelage.directory.calendars.models import Resource
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.shell.look import times

MARKS = {
    State.ASKED: "waiting",
    State.HELD: "stated",
    State.CONFIRMED: "confirmed",
    State.REFUSED: "disputed",
    State.RELEASED: "ended",
}

MOST_GOING_ON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An occurrence as a page shows it."""

    occurrence: Occurrence
    title: str
    mark: str
    word: str
    here: Place
    there: Place

    @property
    def is_over(self) -> bool:
        """Whether both rooms were given back, or the time has passed."""
        return self.occurrence.state in OVER or self.is_past

    @property
    def is_past(self) -> bool:
        """Whether the time has passed."""
        return self.occurrence.ends_at <= clock.now()

    @property
    def is_on(self) -> bool:
        """Whether one may go in now."""
        begins = self.occurrence.starts_at - LOBBY_OPENS
        confirmed = self.occurrence.state == State.CONFIRMED
        return confirmed and begins <= clock.now() < self.occurrence.ends_at

    @property
    def rooms(self) -> list[tuple[Resource, Place]]:
        """The rooms it takes place in, this city's first."""
        found = [self.occurrence.room, self.occurrence.twin_room]
        placed = [(room, place_of(room)) for room in found if room is not None]
        listed = [(room, place) for room, place in placed if place is not None]
        return sorted(listed, key=lambda each: each[1].origin != self.here.origin)

    @property
    def clocks(self) -> tuple[tuple[times.LocalTime, times.LocalTime], ...]:
        """Begin and end on each wall clock, this city's first."""
        span = self.occurrence.starts_at, self.occurrence.ends_at
        first, last = (times.both(at, self.here, self.there) for at in span)
        return tuple(zip(first, last, strict=True))

    @property
    def day(self) -> str:
        """The day in this city."""
        return times.day(self.clocks[0][0].at, "EEE d MMM y")

    @property
    def unusual(self) -> str:
        """How far apart the clocks are, in the weeks when it is not as usual; else empty."""
        at = self.occurrence.starts_at
        odd = times.is_unusual(at, self.here, self.there)
        return times.hours(times.gap(at, self.here, self.there)) if odd else ""


def told(occurrences: Iterable[Occurrence], titles: Mapping[str, str]) -> list[Told]:
    """Return *occurrences* as pages show them; *titles* by series."""
    here = me().origin
    return [_told(each, titles.get(each.series, ""), here) for each in occurrences]


def _told(occurrence: Occurrence, title: str, here: str) -> Told:
    places = [place_of(occurrence.room), place_of(occurrence.twin_room)]
    known = sorted((p for p in places if p), key=lambda place: place.origin != here)
    first = known[0] if known else beside("")
    other = known[1] if len(known) > 1 else beside(first.origin)
    return Told(
        occurrence=occurrence,
        title=title,
        mark=MARKS[State(occurrence.state)],
        word=in_words(occurrence, here),
        here=first,
        there=other,
    )


def going_on() -> list[Told]:
    """Return what one may go into now in rooms of this city; without titles, which not all may read."""
    now, here = clock.now(), Q(room__origin=me().origin) | Q(twin_room__origin=me().origin)
    found = Occurrence.objects.confirmed().filter(
        here, starts_at__lte=now + LOBBY_OPENS, ends_at__gt=now
    )
    rows = found.select_related("room__node", "twin_room__node").order_by("starts_at", "uri")
    return told(rows[:MOST_GOING_ON], {})


def in_words(occurrence: Occurrence, here: str) -> str:
    """Return where *occurrence* stands, in a sentence of the city *here*."""
    state = State(occurrence.state)
    if state == State.CONFIRMED:
        return _("booked in both cities") if occurrence.twin_room_id else _("booked")
    if state in OVER:
        return _over(occurrence, state)
    if state == State.HELD:
        asker = place_of(occurrence.room)
        if asker is None or asker.origin == here:
            return _("held in both cities, being confirmed")
        return _("held in both cities, waiting for {city} to confirm").format(city=asker)
    return _asked(occurrence, here)


def _over(occurrence: Occurrence, state: State) -> str:
    reason = Reason(occurrence.reason).label if occurrence.reason else ""
    if state == State.REFUSED:
        refused = occurrence.room if occurrence.word == Word.REFUSED else occurrence.twin_room
        place = place_of(refused)
        word = _("refused in {city}").format(city=place) if place else _("refused")
    else:
        word = _("given back in both cities") if occurrence.twin_room_id else _("given back")
    return _("{what}: {why}").format(what=word, why=reason) if reason else word


def _asked(occurrence: Occurrence, here: str) -> str:
    """Say who holds and who is waited for."""
    if not occurrence.twin_room_id:
        return _("held, waiting for who decides over the room")
    sides = [(occurrence.room, occurrence.word), (occurrence.twin_room, occurrence.twin_word)]
    own = next((word for room, word in sides if room and room.origin == here), "")
    other = next(((room, word) for room, word in sides if room and room.origin != here), None)
    city = place_of(other[0]) if other else ""
    if own == Word.HELD:
        return _("held here, waiting for {city}").format(city=city)
    if other and other[1] == Word.HELD:
        return _("held in {city}, waiting for this city").format(city=city)
    return _("asked, no city has answered yet")


def titles(series: Sequence[str]) -> dict[str, str]:
    """Return what each of *series* is called here: by its booking, else by what was asked."""
    asked = {pair.uri: str(pair) for pair in Pair.objects.filter(uri__in=series)}
    own = {booking.uri: str(booking) for booking in Booking.objects.filter(uri__in=series)}
    return {**asked, **own}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which of one's bookings: those to come, those that have passed, or all."""

    text: str = ""
    when: str = "coming"
    state: str = ""


def own(person: Person, question: Question) -> tuple[OccurrenceRows, dict[str, str]]:
    """Return the occurrences of *person* that answer *question*, and the titles by series."""
    mine = dict(bookings_of(person))
    wanted = question.text.casefold()
    names = {uri: title for uri, title in mine.items() if wanted in title.casefold()}
    found = Occurrence.objects.filter(series__in=names)
    found = found.select_related("room__node", "twin_room__node")
    if question.state:
        found = found.filter(state=question.state)
    if question.when == "coming":
        found = found.filter(ends_at__gt=clock.now())
    elif question.when == "past":
        found = found.filter(ends_at__lte=clock.now()).order_by("-starts_at", "uri")
    return found, names


def series(thing: Booking | Pair, rows: Sequence[Told]) -> dict[str, Any]:
    """Return the facts of a series beside its times."""
    booking = thing if isinstance(thing, Booking) else None
    pair = thing if isinstance(thing, Pair) else Pair.objects.filter(uri=thing.uri).first()
    return {
        "booking": thing,
        "mine": booking,
        "title": str(thing),
        "rows": rows,
        "places": rows[0].rooms if rows else [],
        "repeated": repetition(thing.rule, _clock(thing.zone, rows)),
        "invited": [each.person for each in _invited(booking)] if booking else [],
        "opened": bool(pair and pair.title),
        "is_pair": pair is not None,
    }


def _invited(booking: Booking) -> Iterable[Invitation]:
    return booking.invitations.select_related("person").order_by("pk")


def _clock(zone: str, rows: Sequence[Told]) -> str:
    """Return the city whose clock *zone* is; the zone itself where no city here keeps it."""
    known = [place for row in rows[:1] for place in (row.here, row.there)]
    return next((str(place) for place in known if place.time_zone == zone), zone)


def repetition(rule: str, zone: str) -> str:
    """Write a repetition in words; empty: once."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";")) if rule else {}
    if parts.get("FREQ") != "WEEKLY":
        return rule
    weeks = {"1": _("every week"), "2": _("every other week")}
    often = weeks.get(parts.get("INTERVAL", "1"), rule)
    return _("{often}, on the clock of {zone}").format(often=often, zone=zone)
