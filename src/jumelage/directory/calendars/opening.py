"""When a resource is open: its weekly hours, less its closures and its public holidays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.times import Span, at_local, minutes_of
from jumelage.kit.i18n import Bilingual

DAY = timedelta(days=1)
FRENCH = {
    "New Year's Day": "Jour de l’an",
    "Martin Luther King Jr. Day": "Journée Martin Luther King",
    "Washington's Birthday": "Anniversaire de Washington",
    "Presidents' Day": "Journée des présidents",
    "Cesar Chavez Day": "Journée César Chávez",
    "Memorial Day": "Jour du souvenir",
    "Juneteenth National Independence Day": "Fin de l’esclavage (19 juin)",
    "Independence Day": "Fête de l’indépendance",
    "Labor Day": "Fête du travail",
    "Columbus Day": "Journée de Christophe Colomb",
    "Veterans Day": "Jour des anciens combattants",
    "Thanksgiving Day": "Action de grâce",
    "Thanksgiving": "Action de grâce",
    "Day After Thanksgiving": "Lendemain de l’Action de grâce",
    "Christmas Day": "Noël",
    "Diwali": "Divali",
    "Susan B. Anthony Day": "Journée Susan B. Anthony",
}
"""What the holidays of the United States are called in French; the package does not know it."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A day on which a resource is closed although its hours would let it be open."""

    day: date
    reason: Bilingual
    is_holiday: bool


@cache
def _year(code: str, year: int, language: str) -> Mapping[date, str]:
    country, _, region = code.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=region or None, years=year, language=language
        )
    except NotImplementedError:
        return {}
    return dict(found.items())


@cache
def known_holidays() -> frozenset[str]:
    """Return every code of a country or a region whose public holidays are known."""
    listed = holidays.list_supported_countries()
    regions = (f"{country}-{region}" for country, all_ in listed.items() for region in all_)
    return frozenset(listed) | frozenset(regions)


@cache
def holidays_of(code: str, year: int) -> Mapping[date, Bilingual]:
    """Return the public holidays of *code* (`FR`, `US-CA`) in *year*, in both languages."""
    if code not in known_holidays():
        return {}
    in_french, in_english = _year(code, year, "fr"), _year(code, year, "en_US")
    return {
        day: Bilingual(fr=_french(in_french.get(day, name)), en=name)
        for day, name in in_english.items()
    }


def _french(name: str) -> str:
    """Return *name* in French where the package knows English only; observed days say so."""
    plain = name.removesuffix(" (observed)")
    suffix = " (jour de report)" if plain != name else ""
    return f"{FRENCH[plain]}{suffix}" if plain in FRENCH else name


def closed_on(resource: Resource, day: date) -> Closed | None:
    """Return why *resource* is closed on *day* (its own calendar); None: it is not."""
    for closure in resource.closures:
        if closure["first"] <= day.isoformat() <= closure["last"]:
            return Closed(day, Bilingual.of(closure.get("reason")), is_holiday=False)
    name = holidays_of(resource.holidays, day.year).get(day)
    return Closed(day, name, is_holiday=True) if name else None


def open_spans(resource: Resource, within: Span) -> Sequence[Span]:
    """Return when *resource* is open *within* that time, in order, joined where they touch."""
    first = within.start.astimezone(resource.zone).date() - DAY
    last = within.end.astimezone(resource.zone).date()
    found: list[Span] = []
    for span in sorted(_open(resource, first, last)):
        start, end = max(span.start, within.start), min(span.end, within.end)
        if start >= end:
            continue
        if found and found[-1].end >= start:
            found[-1] = Span(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Span(start, end))
    return found


def _open(resource: Resource, first: date, last: date) -> Iterator[Span]:
    day = first
    while day <= last:
        if closed_on(resource, day) is None:
            for hours in resource.hours:
                if hours["day"] == day.weekday():
                    opens, closes = (minutes_of(hours[name]) for name in ("opens", "closes"))
                    zone = resource.zone
                    yield Span(at_local(day, opens, zone), at_local(day, closes, zone))
        day += DAY


def is_open(resource: Resource, span: Span) -> bool:
    """Tell whether *resource* is open from the beginning to the end of *span*."""
    return any(
        one.start <= span.start and span.end <= one.end for one in open_spans(resource, span)
    )


def closed_days(resource: Resource, within: Span) -> Sequence[Closed]:
    """Return the days *within* that time on which *resource* is closed, in order."""
    first = within.start.astimezone(resource.zone).date()
    last = (within.end - timedelta(microseconds=1)).astimezone(resource.zone).date()
    days = [first + number * DAY for number in range((last - first).days + 1)]
    return [closed for day in days if (closed := closed_on(resource, day))]
