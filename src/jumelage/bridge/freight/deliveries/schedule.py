"""Which deliveries may use the line now: one to a city at a time, the most pressing first.

Deliveries to one city share its line anyway, so they go one after the other: the first is there
sooner and the last no later. A more pressing one overtakes: what is carried is halted at its last
acknowledged parcel and goes on afterwards, without sending anything twice.

A limit of one production leaves the rest of the line to the others: while it holds the first
delivery back, the next one that it does not fit is carried beside it. What a limit lets not move
at all waits without holding anybody up.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.freight.deliveries.limits import Limits, Rule
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


def plan(
    waiting: Iterable[Delivery], carried: Collection[str], now: datetime, limits: Limits
) -> Plan:
    """Return what to do now with the outgoing deliveries *waiting* (ready or carrying).

    *carried* are those whose bytes this process moves. One that waits for its next try, or that
    *limits* let not move at all, does not hold up the others.
    """
    begin: list[str] = []
    halt: list[str] = []
    by_peer: dict[str, list[Delivery]] = {}
    for delivery in sorted(waiting, key=place):
        by_peer.setdefault(delivery.peer_id, []).append(delivery)
    for queue in by_peer.values():
        free = [one for one in queue if limits.rate(one.peer_id, one.production) != 0]
        running = [one for one in free if one.uri in carried]
        due = [one for one in free if _is_due(one, now)]
        chosen = {one.uri for one in _chosen(running, due, limits)}
        begin += [one.uri for one in due if one.uri in chosen - set(carried)]
        halt += [one.uri for one in queue if one.uri in carried and one.uri not in chosen]
    return Plan(begin, halt)


def _chosen(
    running: Sequence[Delivery], due: Sequence[Delivery], limits: Limits
) -> Sequence[Delivery]:
    """Return who of one city's queue moves now: one, or two of which a limit holds the first."""
    first = _first(running, due)
    if first is None:
        return ()

    def beside(other: Delivery) -> bool:
        ahead, behind = sorted((first, other), key=place)
        return other is not first and _leaves_room(ahead, behind, limits)

    second = _first(list(filter(beside, running)), list(filter(beside, due)))
    return (first,) if second is None else (first, second)


def _first(running: Sequence[Delivery], due: Sequence[Delivery]) -> Delivery | None:
    """Return who moves: what is carried, unless one that is due is of a higher priority.

    Who came first only matters while waiting.
    """
    if not running or (due and _overtakes(due[0], running[0])):
        return due[0] if due else None
    return running[0]


def _is_due(delivery: Delivery, now: datetime) -> bool:
    moving = delivery.state in {State.READY, State.CARRYING}
    return moving and (delivery.retry_at is None or delivery.retry_at <= now)


def _overtakes(first: Delivery, running: Delivery) -> bool:
    return ORDER[Priority(first.priority)] < ORDER[Priority(running.priority)]


def _leaves_room(ahead: Delivery, behind: Delivery, limits: Limits) -> bool:
    """Tell whether a limit of its production holds *ahead*, but not *behind*."""
    rules = limits.fitting(ahead.peer_id, ahead.production)
    if not rules:
        return False
    lowest = min(rules, key=_rate)
    return bool(lowest.production) and lowest.production != behind.production


def _rate(rule: Rule) -> tuple[int, bool]:
    """Return what the limits are sorted by: of two alike the one for more deliveries first."""
    return rule.rate, bool(rule.production)
