"""The log in the database: sessions, their acts, and what the other nodes hold of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.db import connections, transaction
from django.db.models import Max, Min, Q

from jumelage.bridge.live.minutes import store as minutes
from jumelage.bridge.models import LiveAct, LiveSession
from jumelage.kit import clock
from jumelage.kit.component import session_kinds
from jumelage.kit.live import Act, Facts, SessionKind

BATCH = 500
Present = Mapping[str, Sequence[str]]
"""Who came and has not left: the id of each participant; their city, role and person."""


@dataclass(frozen=True, slots=True)
class Written:
    """An act as it is stored: with the wish it fulfils, and who is in after it."""

    act: Act
    asked: str = ""
    present: Present | None = None


@dataclass(frozen=True, slots=True)
class Unshared:
    """A session that needs a line although nobody of this node need be in it."""

    uri: str
    kind: str
    host: str
    cities: tuple[str, ...]
    has_ended: bool = True

    @classmethod
    def of(cls, facts: Facts) -> "Unshared":
        """Return what is needed of *facts*."""
        return cls(facts.uri, facts.kind, facts.host, facts.cities)


def acts_of(uri: str) -> list[Act]:
    """Return the acts of the session *uri*, in order."""
    rows = LiveAct.objects.filter(session=uri).order_by("stamp", "origin", "number")
    return [_act(row) for row in rows.iterator()]


def wishes_of(uri: str) -> dict[tuple[str, str, str], tuple[str, int]]:
    """Return which act each wish became: `(city, by, asked)` to `(origin, number)`."""
    rows = LiveAct.objects.filter(session=uri).exclude(asked="")
    found = rows.values_list("city", "by", "asked", "origin", "number")
    return {(city, by, asked): (origin, number) for city, by, asked, origin, number in found}


@transaction.atomic
def open_session(facts: Facts) -> LiveSession:
    """Return the row of the session, made when there is none; it has not ended (any more)."""
    made = {"kind": facts.kind, "host": facts.host, "began_at": clock.now(), "is_shared": True}
    changed = {"cities": list(facts.cities), "ended_at": None}
    row, _ = LiveSession.objects.update_or_create(
        uri=facts.uri, defaults=changed, create_defaults=made | changed
    )
    return row


@transaction.atomic
def append(batch: Sequence[Written]) -> None:
    """Write *batch* in one commit, all of it or nothing."""
    LiveAct.objects.bulk_create([_row(one) for one in batch], batch_size=BATCH)
    present = {one.act.session: one.present for one in batch if one.present is not None}
    for uri, people in present.items():
        LiveSession.objects.filter(uri=uri).update(present=people)
    sessions = {one.act.session for one in batch}
    LiveSession.objects.filter(uri__in=sessions, is_shared=True).update(is_shared=False)


def hold(uri: str, held: Mapping[str, Mapping[str, int]], *, is_shared: bool) -> None:
    """Note what the other nodes said they hold."""
    LiveSession.objects.filter(uri=uri).update(held=held, is_shared=is_shared)


def end(uri: str) -> None:
    """Note that the last one has left the session *uri*."""
    LiveSession.objects.filter(uri=uri).update(ended_at=clock.now(), present={})


def unfinished() -> list[Unshared]:
    """Return the sessions that have not ended, or whose log or text another node lacks part of."""
    texts = [uri for _, uri in minutes.unshared()]
    wanted = Q(ended_at=None) | Q(is_shared=False) | Q(uri__in=texts)
    rows = LiveSession.objects.filter(wanted)
    return [
        Unshared(row.uri, row.kind, row.host, tuple(row.cities), has_ended=row.ended_at is not None)
        for row in rows.order_by("began_at")
    ]


def disconnect() -> None:
    """Close this thread's connections."""
    connections.close_all()


def forget() -> int:
    """Delete the logs of sessions that ended longer ago than their kind keeps them; return how many.

    A session of a kind that this release does not know is kept as long as any other kind's.
    """
    kinds: Mapping[str, SessionKind] = session_kinds()
    longest = max((kind.days_kept for kind in kinds.values()), default=30)
    gone = 0
    ended = LiveSession.objects.exclude(ended_at=None)
    for name in ended.order_by().values_list("kind", flat=True).distinct():
        days = kinds[name].days_kept if name in kinds else longest
        before = clock.now() - timedelta(days=days)
        gone += _delete(list(ended.filter(kind=name, ended_at__lt=before)[:BATCH]))
    return gone


def times_of(uri: str) -> tuple[datetime | None, datetime | None]:
    """Return when the first and the last act of the session *uri* were logged."""
    found = LiveAct.objects.filter(session=uri).aggregate(first=Min("at"), last=Max("at"))
    return found["first"], found["last"]


def _delete(sessions: Sequence[LiveSession]) -> int:
    for session in sessions:
        session.delete()
    return len(sessions)


def _row(written: Written) -> LiveAct:
    act = written.act
    return LiveAct(
        session_id=act.session,
        origin=act.origin,
        number=act.number,
        stamp=act.stamp,
        at=act.at,
        by=act.by,
        city=act.city,
        kind=act.kind,
        body=orjson.dumps(act.body).decode(),
        asked=written.asked,
    )


def _act(row: LiveAct) -> Act:
    return Act(
        session=row.session_id,
        origin=row.origin,
        number=row.number,
        stamp=row.stamp,
        at=row.at,
        by=row.by,
        city=row.city,
        kind=row.kind,
        body=orjson.loads(row.body),
    )
