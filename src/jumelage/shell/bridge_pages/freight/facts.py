"""What the freight pages show, gathered once for the page and for its JSON twin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext

from jumelage.bridge import api as bridge

freight = bridge.freight
State, Event = freight.State, freight.Event

MARKS: Mapping[str, str] = {
    State.DELIVERED: "confirmed",
    State.CARRYING: "active",
    State.REFUSED: "disputed",
    State.CANCELLED: "withdrawn",
    State.FAILED: "disputed",
    State.PAUSED: "quiet",
}
"""The shape of each state; the others wait."""
SORTED = ("title", "bytes", "done", "created_at", "ended_at")
SORTS = frozenset({*SORTED, *(f"-{name}" for name in SORTED)})
FILE_SORTED = ("path", "size", "verified_at")
FILE_SORTS = frozenset({*FILE_SORTED, *(f"-{name}" for name in FILE_SORTED)})


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person may do with a delivery now; *asks* for a confirmation first."""

    name: str
    label: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What was ever delivered in one direction."""

    direction: str
    deliveries: int
    bytes: int
    moved: int


def mark(state: str) -> str:
    """Return the shape of a delivery's *state*."""
    return MARKS.get(state, "waiting")


def actions(delivery: bridge.freight.Delivery) -> Sequence[Action]:
    """Return what a person may do with *delivery* now."""
    state, found = delivery.state, []
    if state == State.ASKING:
        found.append(Action("accept", gettext("Accept")))
    if freight.allows(state, Event.PAUSE) and state != State.PAUSED:
        found.append(Action("pause", gettext("Pause")))
    if freight.allows(state, Event.RESUME):
        found.append(Action("resume", gettext("Go on")))
    if not delivery.sends and freight.allows(state, Event.REFUSED):
        found.append(Action("refuse", gettext("Refuse"), asks=True))
    if delivery.sends and freight.allows(state, Event.CANCEL):
        found.append(Action("cancel", gettext("Give it up"), asks=True))
    if not delivery.sends and state == State.DELIVERED and delivery.released_at is None:
        found.append(Action("release", gettext("Give up its contents"), asks=True))
    return found


def files(
    delivery: bridge.freight.Delivery, asked: Mapping[str, str], sort: str
) -> QuerySet[bridge.freight.DeliveryFile]:
    """Return the files of *delivery* that are *asked* for, in the order of the list or as *sort*."""
    found = freight.files(delivery, state=asked.get("state", ""), text=asked.get("text", ""))
    return found.order_by(sort, "number") if sort in FILE_SORTS else found


def asleep(found: Iterable[bridge.freight.Progress]) -> bool:
    """Tell whether something of *found* waits for a freight process that does not run."""
    waits = (one.is_active and one.delivery.state != State.GATHERING for one in found)
    return any(waits) and not freight.awake()


def standing(one: bridge.freight.Progress) -> Mapping[str, object]:
    """Return where a delivery stands, for its page; `parts` only where it was split."""
    whole = one.delivery.whole
    return {
        "one": one,
        "parts": freight.parts_of([whole]) if whole else (),
        "asleep": asleep([one]),
        "mark": mark(one.delivery.state),
    }


def totals() -> Sequence[Totals]:
    """Return what was delivered, sent and received."""
    rows = []
    for direction in freight.Delivery.Direction.values:
        held = freight.deliveries(state=State.DELIVERED, direction=direction)
        sums = held.order_by().aggregate(bytes=Sum("bytes"), moved=Sum("moved"))
        rows.append(Totals(direction, held.count(), sums["bytes"] or 0, sums["moved"] or 0))
    return rows


def plain(progress: bridge.freight.Progress) -> Mapping[str, object]:
    """Return a delivery for the JSON twin; bytes, seconds, UTC."""
    delivery, receipt = progress.delivery, progress.receipt
    return {
        "uri": delivery.uri,
        "direction": delivery.direction,
        "city": delivery.peer_id,
        "state": delivery.state,
        "title": delivery.title,
        "whole": delivery.whole,
        "part": delivery.part,
        "parts": delivery.parts,
        "production": delivery.production,
        "priority": delivery.priority,
        "files": delivery.files,
        "files_verified": delivery.files_done,
        "bytes": delivery.bytes,
        "list_share": progress.listed,
        "bytes_verified": delivery.done,
        "bytes_moved": delivery.moved,
        "bytes_held": delivery.held,
        "rate": delivery.rate,
        "line": progress.line,
        "line_share": progress.line_share,
        "carrier": delivery.carrier,
        "carrier_why": delivery.carrier_why,
        "limit": progress.limit,
        "limited_there": progress.limited_there,
        "seconds": progress.seconds,
        "ends_at": progress.ends_at,
        "why": progress.why,
        "stuck": delivery.stuck,
        "stuck_since": delivery.stuck_since,
        "created_at": delivery.created_at,
        "ended_at": delivery.ended_at,
        "received_at": receipt.received_at if receipt else None,
        "released_at": delivery.released_at,
    }


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit, the city it is for (None: every one), its hours (empty: the whole day)."""

    limit: bridge.freight.FreightLimit
    city: bridge.Node | None
    hours: str
    mbits: float


def limits() -> Sequence[LimitRow]:
    """Return the limits that people set."""
    cities = {node.origin: node for node in bridge.met_nodes()}
    return [
        LimitRow(one, cities.get(one.peer), _hours(one), one.rate * 8 / 1_000_000)
        for one in freight.standing_limits()
    ]


def limit(pk: int) -> bridge.freight.FreightLimit | None:
    """Return the limit with the number *pk*."""
    return next((one for one in freight.standing_limits() if one.pk == pk), None)


def _hours(limit: bridge.freight.FreightLimit) -> str:
    if limit.begins == limit.ends:
        return ""
    ends = [f"{minute // 60:02}:{minute % 60:02}" for minute in (limit.begins, limit.ends)]
    return "–".join(ends)
