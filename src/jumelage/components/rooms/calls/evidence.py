"""What a call that was held leaves behind: a record of the host city, without names."""

from collections.abc import Sequence
from datetime import datetime

from jumelage.bridge.api import live_log, me
from jumelage.components.rooms import services
from jumelage.components.rooms.calls import figures, standing, state
from jumelage.kit.live import Act, State


def state_session(uri: str) -> None:
    """State what the call *uri* was like, if people met in it; the host city does, once or again."""
    occurrence = standing.occurrence_by_uri(uri)
    if occurrence is None or standing.facts_of(occurrence).host != me().origin:
        return
    log = live_log(uri)
    came_to = folded(me().origin, log)
    if came_to["most"] < 2:
        return
    quality = figures.quality(uri)
    services.state_session(
        session=uri,
        began_at=datetime.fromisoformat(came_to["began"]),
        ended_at=max(act.at for act in log if act.origin == me().origin),
        minutes=round(came_to["seconds"] / 60),
        people=state.attendance(came_to),
        engine=came_to["engine"],
        round_trip=quality.round_trip,
        loss=quality.loss,
        freezes=quality.freezes if quality.measured else None,
        interruptions=came_to["interruptions"],
    )


def folded(host: str, log: Sequence[Act]) -> State:
    """Return what the acts of *log* come to."""
    came_to = state.begin(host)
    for act in log:
        came_to = state.fold(came_to, act)
    return came_to
