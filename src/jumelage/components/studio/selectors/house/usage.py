"""How the studio of this city was used in a month, and what the cities stated of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q

from jumelage.components.studio.models import Comment, Membership, Usage, Version, View
from jumelage.components.studio.selectors.house.access import category_of, category_of_role
from jumelage.kit.dates import Period

PAUSE = timedelta(minutes=30)
"""Between two sessions of one viewer."""


@dataclass(slots=True)
class Counted:
    """What one category of users did in a month."""

    people: set[str] = field(default_factory=set)
    sessions: int = 0
    minutes: int = 0
    versions: int = 0
    notes: int = 0


def counted(month: Period, here: str) -> Mapping[str, Counted]:
    """Return the use of the studio of the node *here* in *month*, by category of user."""
    found: dict[str, Counted] = defaultdict(Counted)
    first, last = _instants(month)
    for (category, viewer), views in _by_viewer(first, last).items():
        one = found[category]
        one.people.add(viewer)
        for minutes in _sessions(views):
            one.sessions += 1
            one.minutes += minutes
    for name, rows in (("versions", Version), ("notes", Comment)):
        said = rows.objects.live().filter(origin=here, created_at__gte=first, created_at__lt=last)
        for seat, category, who in _authors(said.values_list("seat_id", "seat__role")):
            del seat
            found[category].people.add(who)
            setattr(found[category], name, getattr(found[category], name) + 1)
    return dict(found)


def _instants(month: Period) -> tuple[datetime, datetime]:
    first, last = (datetime.combine(day, time.min, UTC) for day in (month.start, month.end))
    return first, last


def _by_viewer(first: datetime, last: datetime) -> Mapping[tuple[str, str], list[View]]:
    """Return the views of each viewer, in order; those whose viewer has left count as one each."""
    found: dict[tuple[str, str], list[View]] = defaultdict(list)
    views = View.objects.filter(first_at__gte=first, first_at__lt=last).order_by("first_at", "pk")
    for view in views:
        who = f"person {view.person_id}" if view.person_id else f"guest {view.guest_id}"
        gone = view.person_id is None and view.guest_id is None
        found[view.category, f"view {view.pk}" if gone else who].append(view)
    return found


def _sessions(views: Sequence[View]) -> Iterable[int]:
    """Yield the minutes of each session, begun ones counted whole."""
    begin = end = None
    for view in views:
        if begin is None or end is None or view.first_at - end > PAUSE:
            if begin is not None and end is not None:
                yield _minutes(end - begin)
            begin, end = view.first_at, view.last_at
        end = max(end, view.last_at)
    if begin is not None and end is not None:
        yield _minutes(end - begin)


def _minutes(length: timedelta) -> int:
    return max(1, -(-int(length.total_seconds()) // 60))


def _authors(said: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str, str]]:
    """Yield seat, category and a name for the author of everything *said*."""
    people: dict[str, tuple[str, str]] = {}
    for seat, role in said:
        if seat not in people:
            held = Membership.objects.filter(seat=seat).select_related("person").first()
            people[seat] = (
                (category_of(held.person), f"person {held.person_id}")
                if held
                else (category_of_role(role or ""), f"seat {seat}")
            )
        yield seat, *people[seat]


def stated(here: str | None = None) -> Sequence[Usage]:
    """Return what the cities (or *here*) stated, the newest month first."""
    found = Usage.objects.live().of(here).select_related("node")
    return list(found.order_by("-month", "origin"))


def count_sessions(period: Period, origin: str | None) -> Decimal:
    """Count the sessions stated for the months of *period*; withheld ones do not count."""
    return _sum("sessions", period, origin)


def count_minutes(period: Period, origin: str | None) -> Decimal:
    """Count the minutes stated for the months of *period*; withheld ones do not count."""
    return _sum("minutes", period, origin)


def _sum(name: str, period: Period, origin: str | None) -> Decimal:
    months = [f"{month.start:%Y-%m}" for month in period.months()]
    rows = Usage.objects.live().of(origin).filter(Q(month__in=months))
    told = (one.get(name) for row in rows for one in row.figures.values())
    return Decimal(sum(figure for figure in told if figure is not None))
