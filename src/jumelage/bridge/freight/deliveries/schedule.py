"""Which deliveries may use the line now: one to a city at a time, the most pressing first.

Deliveries to one city share its line anyway, so they go one after the other: the first is there
sooner and the last no later. A more pressing one overtakes: what is carried is halted at its last
acknowledged parcel and goes on afterwards, without sending anything twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.freight.deliveries.states import State
from jumelage.bridge.models import Delivery, Priority

ORDER = {priority: place for place, priority in enumerate(Priority.values)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to begin and what to halt, by URI."""

    begin: Sequence[str]
    halt: Sequence[str]


def place(delivery: Delivery) -> tuple[int, datetime]:
    """Return what the queue is sorted by: priority, then who came first."""
    return ORDER[Priority(delivery.priority)], delivery.created_at


def plan(waiting: Iterable[Delivery], carried: Collection[str], now: datetime) -> Plan:
    """Return what to do now with the outgoing deliveries *waiting* (ready or carrying).

    *carried* are those whose bytes this process moves. One that waits for its next try does not
    hold up the others.
    """
    begin, halt = [], []
    by_peer: dict[str, list[Delivery]] = {}
    for delivery in sorted(waiting, key=place):
        by_peer.setdefault(delivery.peer_id, []).append(delivery)
    for queue in by_peer.values():
        running = [one for one in queue if one.uri in carried]
        due = [one for one in queue if _is_due(one, now)]
        first = due[0] if due else None
        halt += [one.uri for one in running if one is not first and _overtakes(first, one)]
        kept = [one for one in running if one.uri not in halt]
        if first is not None and not kept and first.uri not in carried:
            begin.append(first.uri)
    return Plan(begin, halt)


def _is_due(delivery: Delivery, now: datetime) -> bool:
    moving = delivery.state in {State.READY, State.CARRYING}
    return moving and (delivery.retry_at is None or delivery.retry_at <= now)


def _overtakes(first: Delivery | None, running: Delivery) -> bool:
    """Tell whether *first* is of a higher priority; who came first only matters while waiting."""
    if first is None:
        return False
    return ORDER[Priority(first.priority)] < ORDER[Priority(running.priority)]
