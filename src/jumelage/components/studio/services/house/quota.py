"""How much members and their organisations may upload into a production, and what is taken of it.

The limits are facts of the production, in gigabytes of 10^9 bytes; each city holds its own members
to them. What counts is the originals of versions and the files beside comments: what was taken
back gives its room back.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.functional import lazy

from jumelage.components.studio.errors import OverMemberQuotaError, OverOrganisationQuotaError
from jumelage.components.studio.models import Attachment, Preparation, Production, Seat
from jumelage.kit.errors import JumelageError
from jumelage.kit.sql.among import Among
from jumelage.shell.templatetags.bridge_words import size

MEMBER, ORGANISATION = "member_quota", "organisation_quota"
FACTS = (MEMBER, ORGANISATION)
"""The facts of a production that say the limits; 0 or none: no limit."""
LARGEST = 100_000
"""Gigabytes a limit may say."""
GIGABYTE = 10**9
REFUSALS = {MEMBER: OverMemberQuotaError, ORGANISATION: OverOrganisationQuotaError}

_written = lazy(size, str)
"""A refusal is read in languages that are not known when it is made."""


@dataclass(frozen=True, slots=True)
class Room:
    """One limit that holds for a seat, and what is taken of it, in bytes."""

    limit: str
    """One of `FACTS`."""
    most: int
    taken: int

    @property
    def left(self) -> int:
        """The bytes that may still be uploaded."""
        return max(0, self.most - self.taken)


def most(production: Production, limit: str) -> int:
    """Return the bytes that *limit* allows in *production*; 0: it says none."""
    said = production.data.get(limit)
    held = isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LARGEST
    return said * GIGABYTE if held else 0


def rooms(production: Production, seat: Seat, *, without: str = "") -> list[Room]:
    """Return the limits that hold for *seat*; the version *without* is not counted."""
    held = {limit: allowed for limit in FACTS if (allowed := most(production, limit))}
    seats = {limit: _together(production, seat, limit) for limit in held}
    everybody = {uri for some in seats.values() for uri in some}
    taken = taken_in(production, everybody, without=without) if everybody else {}
    return [
        Room(limit, held[limit], sum(taken[uri] for uri in some))
        for limit, some in seats.items()
        if some
    ]


def told(production: Production, seat: Seat) -> list[tuple[int, str]]:
    """Return for each limit of *seat* the bytes left, and what is said of more.

    `{size}` stands in the sentence where the size of what comes belongs.
    """
    return [(room.left, _refusal(room, "{size}").message) for room in rooms(production, seat)]


def _refusal(room: Room, coming: object) -> JumelageError:
    return REFUSALS[room.limit](size=coming, most=_written(room.most), taken=_written(room.taken))


def _together(production: Production, seat: Seat, limit: str) -> list[str]:
    """Return the seats that share *limit* with *seat*."""
    if limit == MEMBER:
        return [seat.uri]
    if seat.organisation_id is None:
        return []
    shared = Seat.objects.filter(production=production, organisation_id=seat.organisation_id)
    return list(shared.values_list("uri", flat=True))


def taken_in(
    production: Production, seats: Collection[str] | None = None, *, without: str = ""
) -> Mapping[str, int]:
    """Return the bytes of originals and files in *production*, by seat; 0 for any other.

    With *seats*, only theirs are counted.
    """
    originals = Preparation.objects.filter(
        version__production=production, version__withdrawn_at=None
    ).exclude(version=without)
    beside = Attachment.objects.filter(comment__production=production, comment__withdrawn_at=None)
    taken = Counter(_summed(originals, "version__seat_id", "bytes", seats))
    taken.update(_summed(beside, "comment__seat_id", "size", seats))
    return taken


def _summed(
    rows: QuerySet[Any], seat: str, size: str, seats: Collection[str] | None
) -> dict[str, int]:
    """Return the sum of the column *size* by the column *seat*, for *seats* or for all."""
    counted = rows if seats is None else rows.filter(Among(seat, seats))
    return dict(counted.values(seat).annotate(taken=Sum(size)).values_list(seat, "taken"))


def demand(*, production: Production, seat: Seat, coming: int, without: str = "") -> None:
    """Refuse *coming* bytes from *seat* where a limit leaves no room for them.

    *without* is a version whose file they replace.

    Raises:
        OverMemberQuotaError, OverOrganisationQuotaError: they are too many.
    """
    for room in rooms(production, seat, without=without):
        if coming > room.left:
            raise _refusal(room, _written(coming))


def take(*, production: Production, seat: Seat, coming: int, without: str = "") -> None:
    """Demand the room once more, at the beginning of the transaction that takes it.

    What came while *coming* bytes were kept is counted then, and until the transaction ends
    nobody else takes room in *production*.

    Raises:
        As `demand`.
    """
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:  # the row is locked after the feed elsewhere
            cursor.execute(_ALONE, [f"studio-quota {production.pk}"])
    demand(production=production, seat=seat, coming=coming, without=without)


_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
