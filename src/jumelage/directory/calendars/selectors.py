"""Questions about calendars: what there is to book, when it is open, when it is taken."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from jumelage.bridge.api import me
from jumelage.directory.calendars.models import Busy, Reservation, Resource
from jumelage.directory.calendars.opening import is_open, open_spans
from jumelage.directory.calendars.times import Span, at_local


def resource(uri: str) -> Resource | None:
    """Return the resource *uri*, withdrawn or not."""
    return Resource.objects.select_related("node", "organisation").filter(uri=uri).first()


def busy(resource: Resource, within: Span) -> Sequence[Span]:
    """Return when *resource* is taken *within* that time, in order, joined where they touch.

    For a resource of this city its own reservations, for another's what that city stated.
    """
    overlapping = {"starts_at__lt": within.end, "ends_at__gt": within.start}
    if resource.origin == me().origin:
        rows = Reservation.objects.filter(resource=resource, **overlapping)
    else:
        rows = Busy.objects.live().of(resource.origin).filter(resource=resource, **overlapping)  # type: ignore[assignment]  # both have beginnings and ends
    times = rows.values_list("starts_at", "ends_at").order_by("starts_at")
    return joined([Span(start, end) for start, end in times])


def joined(spans: Sequence[Span]) -> Sequence[Span]:
    """Return *spans* in order, those that touch as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and found[-1].end >= span.start:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> Sequence[Span]:
    """Return what is left of *spans* when *taken* is cut out."""
    left = list(spans)
    for each in taken:
        rest: list[Span] = []
        for span in left:
            if not span.meets(each):
                rest.append(span)
                continue
            if span.start < each.start:
                rest.append(Span(span.start, each.start))
            if each.end < span.end:
                rest.append(Span(each.end, span.end))
        left = rest
    return left


def free(resource: Resource, within: Span) -> Sequence[Span]:
    """Return when *resource* is open and nobody has it, *within* that time, in order."""
    return without(open_spans(resource, within), busy(resource, within))


def is_free(resource: Resource, span: Span) -> bool:
    """Tell whether *resource* is open and nobody has it, as far as this node knows."""
    return is_open(resource, span) and not busy(resource, span)


def day_of(day: date, zone: ZoneInfo) -> Span:
    """Return *day* on the wall clocks of *zone*: 23, 24 or 25 hours."""
    return Span(at_local(day, 0, zone), at_local(day + timedelta(days=1), 0, zone))
