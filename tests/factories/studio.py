"""Makes productions the way their members do: through services, and through the other city."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from jumelage.bridge.api import Node, open_kind
from jumelage.bridge.feeds.receive import receive
from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.records import RECORDS, CommentMade, SeatGiven
from jumelage.components.studio.services import entities, productions, seats, tasks
from jumelage.directory.models import Person
from jumelage.kit.component import Record
from tests.factories import directory
from tests.factories.bridge import Peer

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)
"""After every agreement of a test has come into force."""
_numbers = count(1)


def open_studio() -> None:
    """Let an agreement open every kind of the studio to the twin city."""
    for record in RECORDS:
        open_kind(kind=record.kind, audience="twin", article="annex", instrument="test")


def producer() -> Person:
    """Return somebody who may open productions."""
    return directory.person("officer")


def production(by: Person, template: str = "short-film", **facts: Any) -> Production:  # noqa: ANN401  # fields of the record
    """Open a production of this city; *by* coordinates it."""
    name = facts.pop("name", f"Film {next(_numbers)}")
    return productions.open_production(name=name, template=template, by=by, **facts)


def member(of: Production, role: str, by: Person) -> Person:
    """Return somebody with a seat in *of*."""
    person = directory.person()
    seats.give_seat(production=of, person=person, role=role, by=by)
    return person


def shots(of: Production, by: Person, many: int = 1) -> list[Entity]:
    """Plan a sequence with *many* shots."""
    number = next(_numbers)
    sequence = entities.plan_entity(
        production=of, plan=entities.Plan(type="sequence", name=f"sq{number:03d}"), by=by
    )
    plans = [
        entities.Plan(type="shot", name=f"sh{at:04d}", parent=sequence, frames=48)
        for at in range(10, 10 + 10 * many, 10)
    ]
    return entities.plan_entities(production=of, plans=plans, by=by)


def task(on: Entity, by: Person, task_type: str = "animation") -> Task:
    """Set a task on a shot."""
    return tasks.set_task(
        production=on.production, plan=tasks.Plan(entity=on, task_type=task_type), by=by
    )


def seat_there(there: Peer, of: Production, role: str = "supervisor", number: int = 1) -> SeatGiven:
    """Return the record of a seat of the other city."""
    return SeatGiven(
        uri=there.uri(),
        created_at=NOON,
        production=of.uri,
        role=role,  # type: ignore[arg-type]  # one of the roles
        number=number,
    )


def comment_there(
    there: Peer,
    on: Task,
    seat: SeatGiven,
    minutes: int = 0,
    **fields: Any,  # noqa: ANN401  # fields of the record
) -> CommentMade:
    """Return the record of a comment of the other city, said *minutes* after noon."""
    at = NOON + timedelta(minutes=minutes)
    return CommentMade(
        uri=there.uri(),
        created_at=at,
        production=on.production_id,
        task=on.uri,
        seat=seat.uri,
        **fields,
    )


def arrive(there: Peer, here: Node, *records: Record, rev: int = 1) -> Sequence[str]:
    """Receive *records* on the feed that the other city keeps for this one."""
    feed = f"twin:{here.origin}"
    lines = there.say(*records, feed=feed, rev=rev)
    receive(Node.objects.get(origin=there.origin), feed, lines, there.checkpoint(feed))
    return [record.uri for record in records]


def take_back_there(there: Peer, here: Node, record: Record, rev: int = 2) -> None:
    """Receive the withdrawal of *record*."""
    feed = f"twin:{here.origin}"
    line = there.say_bytes(
        record.kind, record.uri.rpartition(":")[2], b"{}", feed=feed, rev=rev, op="withdraw"
    )
    receive(Node.objects.get(origin=there.origin), feed, [line], there.checkpoint(feed))


def sits(person: Person, of: Production) -> Seat:
    """Return the seat of *person* in *of*."""
    return Seat.objects.get(memberships__person=person, production=of)
