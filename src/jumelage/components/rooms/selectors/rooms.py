"""What rooms there are, and how their weeks look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Occurrence
from jumelage.directory.calendars import selectors as calendars
from jumelage.directory.calendars.opening import closed_days, open_spans
from jumelage.directory.calendars.times import Span, week_of
from jumelage.directory.models import Reservation, Resource
from jumelage.kit.i18n import Bilingual


def rooms(*, city: str = "", what: str = "", capacity: int = 0) -> Sequence[Resource]:
    """Return what can be booked in both cities: this city's first, then by name."""
    found = Resource.objects.live().select_related("node", "organisation")
    if city:
        found = found.filter(city=city)
    if what:
        found = found.filter(what=what)
    if capacity:
        found = found.filter(capacity__gte=capacity)
    here = me().origin
    return sorted(found, key=lambda each: (each.origin != here, str(each).casefold(), each.uri))


def room(uri: str) -> Resource | None:
    """Return the room *uri*, withdrawn or not."""
    return calendars.resource(uri)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a week of a room, in UTC: `open`, `busy`, `held`, `confirmed` or `closed`.

    `held` and `confirmed` only for rooms of this city; the other city's are `busy`. A `closed`
    stretch is a day, with the reason; `occurrence` names what this city's own room is taken for.
    """

    span: Span
    kind: str
    reason: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    occurrence: str = ""


def week(resource: Resource, monday: date) -> Sequence[Stretch]:
    """Return the week of *resource* that begins on *monday* of its own calendar, in order."""
    within = week_of(monday, resource.zone)
    found = [Stretch(span, "open") for span in open_spans(resource, within)]
    for closed in closed_days(resource, within):
        day = calendars.day_of(closed.day, resource.zone)
        found.append(Stretch(day, "closed", closed.reason))
    if resource.origin == me().origin:
        found += _own(resource, within)
    else:
        found += [Stretch(span, "busy") for span in calendars.busy(resource, within)]
    return sorted(found, key=lambda each: (each.span, each.kind))


def _own(resource: Resource, within: Span) -> list[Stretch]:
    kept = Reservation.objects.filter(
        resource=resource, starts_at__lt=within.end, ends_at__gt=within.start
    )
    uris = {each.for_uri for each in kept}
    known = set(Occurrence.objects.filter(uri__in=uris).values_list("uri", flat=True))
    return [
        Stretch(
            Span(each.starts_at, each.ends_at),
            each.state if each.for_uri in known else "busy",
            occurrence=each.for_uri if each.for_uri in known else "",
        )
        for each in kept
    ]
