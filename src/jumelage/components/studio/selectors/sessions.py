"""Questions about review sessions: which there are, what they show, where its pictures are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.db.models import QuerySet

from jumelage.components.studio.models import (
    Holding,
    Playlist,
    Production,
    ReviewSession,
    SessionHeld,
    Version,
)
from jumelage.components.studio.models.values import Media
from jumelage.components.studio.review.places import versions as seen_in
from jumelage.components.studio.selectors.holdings import where
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.live import Facts
from jumelage.kit.sql.among import Among

KIND = "review"
PROXIES = ("hd", "light", "picture")
"""Renditions that a browser plays or shows; one of them is enough."""
FIXED_SORTS = {"begins": "-begins", "-begins": "begins", "name": "name", "-name": "-name"}
SOON = timedelta(days=7)
Copy = Literal["here", "on-its-way", "missing", "none"]
"""What one city has of a version: a picture, one on its way, nothing; or nobody has one."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a session: the version, and what each city has of it."""

    index: int
    version: Version
    copies: Mapping[str, Copy]


def session_by_uri(uri: str) -> ReviewSession | None:
    """Return the live session *uri* of a production that stands."""
    found = ReviewSession.objects.live().filter(uri=uri, production__withdrawn_at=None)
    return found.select_related("production", "seat__node", "node").first()


def sessions_of(
    production: Production, *, state: str = "", text: str = "", sort: str = ""
) -> QuerySet[ReviewSession]:
    """Return the sessions of *production* that are `open` or `closed` (empty: all), in order."""
    found = ReviewSession.objects.live().filter(production=production)
    if state in {"open", "closed"}:
        found = found.filter(closed_at__isnull=state == "open")
    if text:
        found = found.filter(name__icontains=text)
    found = found.select_related("seat__node", "node", "production")
    return found.order_by(FIXED_SORTS.get(sort, "-begins"), "uri")


def versions_of(session: ReviewSession) -> Sequence[Version]:
    """Return the versions *session* shows, in its order; only what belongs to its production.

    A playlist names shots: without a version of its own, a place is the newest of its shot.
    """
    known = Version.objects.live().filter(production=session.production_id)
    known = known.select_related("task__entity__parent", "production", "node")
    if not session.playlist:
        found = {version.uri: version for version in known.filter(Among("uri", session.items))}
        return [found[uri] for uri in session.items if uri in found]
    of_it = Playlist.objects.live().filter(production=session.production_id)
    playlist = of_it.filter(uri=session.playlist).first()
    return seen_in(playlist) if playlist else []


def places(session: ReviewSession) -> Sequence[Place]:
    """Return the places of *session* with what each city has of them."""
    versions = versions_of(session)
    held: dict[tuple[str, str], set[str]] = {}
    rows = Holding.objects.live().filter(Among("version_id", [one.uri for one in versions]))
    for version, origin, names in rows.values_list("version_id", "origin", "renditions"):
        held.setdefault((version, origin), set()).update(names)
    cities = session.production.cities
    return [
        Place(index, version, {city: _copy(version, city, held) for city in cities})
        for index, version in enumerate(versions)
    ]


def _copy(version: Version, city: str, held: Mapping[tuple[str, str], set[str]]) -> Copy:
    made = set((version.media or {}).get("renditions", {})) & set(PROXIES)
    if not made:
        return "none"
    if made & held.get((version.uri, city), set()):
        return "here"
    found = where(version)
    return "on-its-way" if any(found.get(name) == "on-its-way" for name in made) else "missing"


def facts_of(session: ReviewSession) -> Facts:
    """Return what the machinery of live sessions has to know of *session*."""
    return Facts(
        uri=session.uri,
        kind=KIND,
        host=session.origin,
        cities=tuple(session.production.cities),
        begins=session.begins,
        ends=session.closed_at,
        title="",
        more={"items": [item_of(version) for version in versions_of(session)]},
    )


def item_of(version: Version) -> Mapping[str, object]:
    """Return what a clock has to know of *version* to move through it by frames."""
    media: Media | None = version.facts
    rate = Fraction((media and media.rate) or version.production.rate)
    return {
        "version": version.uri,
        "hash": media.original.hash if media else "",
        "first": (media.first_frame if media else 0) or version.production.start_frame,
        "frames": max(1, media.frames) if media else 1,
        "rate": [rate.numerator, rate.denominator],
    }


def near_sessions(now: datetime | None = None) -> QuerySet[ReviewSession]:
    """Return the open sessions of joint productions that begin within a week, or began."""
    soon = (now or clock.now()) + SOON
    found = ReviewSession.objects.live().filter(closed_at=None, begins__lte=soon)
    found = found.filter(production__withdrawn_at=None).exclude(production__opened_to="")
    return found.select_related("production").order_by("begins", "uri")


def held_by_both(period: Period, origin: str | None) -> QuerySet[SessionHeld]:
    """Return the sessions stated for the days of *period* at which people of both cities were."""
    held = SessionHeld.objects.live().of(origin)
    held = held.filter(held_on__gte=period.start, held_on__lt=period.end)
    return held.filter(minutes__gt=0)


def count_reviews(period: Period, origin: str | None) -> Decimal:
    """Count the review sessions that both cities held in *period*."""
    return Decimal(held_by_both(period, origin).count())


def count_review_minutes(period: Period, origin: str | None) -> Decimal:
    """Count the minutes that both cities reviewed together in *period*."""
    return Decimal(sum(held_by_both(period, origin).values_list("minutes", flat=True)))
