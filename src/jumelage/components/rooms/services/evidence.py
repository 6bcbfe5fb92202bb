"""State what a session was like."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from django.db import transaction

from jumelage.bridge.api import me, new_uri, publish
from jumelage.components.rooms.models import Session
from jumelage.components.rooms.records import SessionHeld
from jumelage.components.rooms.records.evidence import FEW
from jumelage.kit import clock


@transaction.atomic
def state_session(
    *,
    session: str,
    began_at: datetime,
    ended_at: datetime,
    minutes: int,
    people: Mapping[str, int],
    is_window: bool = False,
    calls: int = 1,
    engine: Literal["", "mesh", "janus", "livekit"] = "",
    round_trip: int | None = None,
    loss: int | None = None,
    freezes: int | None = None,
    interruptions: int | None = None,
) -> Session:
    """State that *session* (URI of an occurrence or a window) was held, by the node itself.

    *people* counts who took part by origin of their city; one to four are withheld. Said again
    for the same *session* and *began_at* it replaces what was said before. *round_trip* is the
    median in milliseconds, *loss* packets per thousand; None: not measured.
    """
    stated = Session.objects.of(me().origin).filter(session=session, began_at=began_at).first()
    record = SessionHeld(
        uri=stated.uri if stated else new_uri(),
        created_at=stated.created_at if stated else clock.now(),
        session=session,
        is_window=is_window,
        began_at=began_at,
        ended_at=ended_at,
        minutes=minutes,
        calls=calls,
        attendance={origin: withheld(count) for origin, count in people.items()},
        engine=engine,
        round_trip=round_trip,
        loss=loss,
        freezes=freezes,
        interruptions=interruptions,
    )
    publish(record)
    return Session.objects.get(uri=record.uri)


def withheld(count: int) -> int | None:
    """Return *count*, or None where so few would tell who it was."""
    return None if 0 < count < FEW else count
