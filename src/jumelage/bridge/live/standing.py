"""What the rest of the product may ask about live sessions: the log, who is in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.live.log import store
from jumelage.bridge.models import LiveSession
from jumelage.kit.live import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a session stands, as this node's log says.

    `present` counts connections by the origin of their city, those at the door included.
    """

    began_at: datetime
    ended_at: datetime | None
    present: Mapping[str, int]
    is_shared: bool
    """Whether the other cities hold everything that was logged here."""


def live_log(uri: str) -> Sequence[Act]:
    """Return the acts of the session *uri* in order; empty when nothing happened or it is forgotten."""
    return store.acts_of(uri)


def live_standing(uri: str) -> Standing | None:
    """Return how the session *uri* stands; None when nobody of this node was ever in it."""
    row = LiveSession.objects.filter(uri=uri).first()
    if row is None:
        return None
    return Standing(
        began_at=row.began_at,
        ended_at=row.ended_at,
        present=Counter(city for city, *_ in row.present.values()),
        is_shared=row.is_shared,
    )


def open_sessions() -> Mapping[str, Mapping[str, int]]:
    """Return the sessions somebody is in, by URI, with how many of each city."""
    rows = LiveSession.objects.filter(ended_at=None).exclude(present={})
    return {row.uri: Counter(city for city, *_ in row.present.values()) for row in rows}
