"""Tasks: lists, one with everything around it, a new one, who works on it, time spent."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from msgspec import UNSET, Struct, UnsetType

from jumelage.components.studio.kitsu.change import asked_to_withdraw, changed, differing, told
from jumelage.components.studio.kitsu.endpoint import Asked, found
from jumelage.components.studio.kitsu.errors import UnknownThingError, WrongBodyError
from jumelage.components.studio.kitsu.ids import person_id
from jumelage.components.studio.kitsu.lists import Filter, by, filtered, listed, rounded
from jumelage.components.studio.kitsu.rows.entities import Names, entity_row
from jumelage.components.studio.kitsu.rows.projects import project_row
from jumelage.components.studio.kitsu.rows.tasks import (
    Facts,
    state_of,
    task_row,
    time_row,
    with_names,
    work_row,
)
from jumelage.components.studio.kitsu.words import entity_row as kind_row
from jumelage.components.studio.kitsu.words import entity_type_row as type_row
from jumelage.components.studio.kitsu.words import words
from jumelage.components.studio.models import (
    Comment,
    Entity,
    Membership,
    Production,
    Seat,
    Task,
    TimeSpent,
    Word,
)
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.services.tasks import Plan, assigned, set_task, withdraw_task
from jumelage.components.studio.services.time import spend_time
from jumelage.components.studio.services.words import use_words
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit.sql.among import Among

Row = dict[str, Any]


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise UnknownThingError from error


def _word(family: str, column: str) -> Filter:
    def keep(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
        word = words().named(family, _id(value))
        return rows.filter(**{column: word.slug}) if word else rows.none()

    return keep


def _entity(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    return rows.filter(entity_id=Entity.objects.filter(uuid=_id(value)).values("uri")[:1])


def _project(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    return rows.filter(production_id=Production.objects.filter(uuid=_id(value)).values("uri")[:1])


FILTERS: dict[str, Filter] = {
    "id": lambda rows, value: rows.filter(uuid=_id(value)),
    "name": by("name"),
    "project_id": _project,
    "entity_id": _entity,
    "task_type_id": _word(Family.TASK_TYPE, "task_type"),
}


class NewTask(Struct):
    """A task to be set."""

    entity_id: UUID
    task_type_id: UUID
    project_id: UUID | None = None
    task_status_id: UUID | None = None
    assignees: list[UUID] = []
    name: str = "main"
    estimation: float | None = None
    priority: int = 0
    due_date: date | None = None
    start_date: date | None = None


class Changes(Struct):
    """What of a task is to be said anew; its status changes by comments only."""

    name: str | UnsetType = UNSET
    assignees: list[UUID] | UnsetType = UNSET
    estimation: float | UnsetType | None = UNSET
    priority: int | UnsetType = UNSET
    due_date: str | UnsetType | None = UNSET
    start_date: str | UnsetType | None = UNSET


class Assigned(Struct):
    """Tasks that somebody is put on."""

    task_ids: list[UUID]


class Spent(Struct):
    """Minutes of one day."""

    duration: float


def rows_of(asked: Asked, tasks: Sequence[Task]) -> list[Row]:
    """Return *tasks* as generic lists have them."""
    facts = Facts.of(tasks, asked.scope.crew, words())
    return [task_row(task, facts) for task in tasks]


def tasks(asked: Asked) -> object:
    """List the tasks of the person's productions."""
    held = filtered(asked, asked.scope.rows(Task), FILTERS).prefetch_related("state")
    return listed(asked, held.order_by("created_at", "uri"), lambda found: rows_of(asked, found))


def of_project(asked: Asked, project: UUID) -> object:
    """List the tasks of one production."""
    production = asked.scope.worked_in(project)
    held = asked.scope.rows(Task).filter(production=production, entity__withdrawn_at=None)
    held = filtered(asked, held, FILTERS).select_related("state").order_by("created_at", "uri")
    return listed(asked, held, lambda found: rows_of(asked, found))


def of_entity(asked: Asked, entity: UUID) -> list[Row]:
    """List the tasks of one shot, asset or sequence."""
    held = asked.scope.entity(entity)
    found = list(asked.scope.rows(Task).filter(entity=held).select_related("state", "entity"))
    facts = Facts.of(found, asked.scope.crew, words())
    return [with_names(task, facts, held.production.name) for task in found]


def task(asked: Asked, task: UUID) -> Row:
    """Return one task."""
    return rows_of(asked, [asked.scope.task(task)])[0]


def full(asked: Asked, task: UUID) -> Row:
    """Return one task and everything around it."""
    held, scope, known = asked.scope.task(task), asked.scope, words()
    entity, production = scope.entities([held.entity])[0], held.production
    row = task_row(held, Facts.of([held], scope.crew, known))
    people = scope.crew.rows(mail=scope.managed, only=production.uri)
    row |= {
        "entity": entity_row(entity), "entity_type": _kind(entity), "is_subscribed": False,
        "persons": [each for each in people if each["id"] in row["assignees"]],
        "project": project_row(production, inside=production.uri in scope.inside),
        "task_status": known.status(state_of(held).status or held.status),
        "task_type": known.task_type(held.task_type),
    }  # fmt: skip
    if entity.parent is not None:
        row[entity.parent.type] = entity_row(scope.entities([entity.parent])[0])
    return row


def _kind(entity: Entity) -> Row:
    if entity.type != "asset":
        return kind_row(entity.type)
    word = words().by_slug.get((Family.ASSET_TYPE, entity.asset_type))
    return type_row(word or Word(family=Family.ASSET_TYPE, slug=entity.asset_type))


def new(asked: Asked) -> Row:
    """Set a task; its type becomes one of the production's when it is not yet."""
    wanted, known = asked.body(NewTask), words()
    entity = asked.scope.entity(wanted.entity_id)
    kind = found(known.named(Family.TASK_TYPE, wanted.task_type_id))
    status = (
        found(known.named(Family.STATUS, wanted.task_status_id)).slug
        if wanted.task_status_id
        else known.default_status
    )
    production = _using(entity.production, (kind.slug, status), asked.person)
    plan = Plan(
        entity=entity,
        task_type=kind.slug,
        name=wanted.name,
        status=status,
        assignees=tuple(_seats(asked, production.uri, wanted.assignees)),
        estimate=_minutes(wanted.estimation),
        starts=wanted.start_date,
        due=wanted.due_date,
        priority=wanted.priority,
    )
    made = set_task(production=production, plan=plan, by=asked.person)
    made.mark_new()
    return task_row(made, Facts(asked.scope.crew, known))


def _using(production: Production, slugs: tuple[str, str], by: Person) -> Production:
    """Let *production* use the words of a task, if somebody asks who may say so."""
    wanted = set(zip((Family.TASK_TYPE, Family.STATUS), slugs, strict=True))
    missing = wanted - {(word["family"], word["slug"]) for word in production.words}
    if not missing or not may(by, "studio.change-production", production):
        return production
    known = words().by_slug
    return use_words(production=production, words=[known[each] for each in missing], by=by)


def _minutes(estimation: float | None) -> int | None:
    return None if estimation is None else rounded(estimation, "estimation")


def _seats(asked: Asked, production: str, persons: Sequence[UUID]) -> list[Seat]:
    """Return the seats of *persons* in *production*."""
    uris = [asked.scope.crew.seat_of(production, str(each)) for each in persons]
    held = Seat.objects.in_bulk([found(uri) for uri in uris])
    return [held[uri] for uri in uris if uri]


def change(asked: Asked, task: UUID) -> object:
    """Say a task anew, or ask the city that owns it to."""
    held, wanted = asked.scope.task(task), asked.body(Changes)
    given: Row = {
        name: getattr(wanted, name)
        for name in ("name", "priority")
        if getattr(wanted, name) is not UNSET
    }
    if wanted.estimation is not UNSET:
        given["estimate"] = _minutes(wanted.estimation)
    for ours, theirs in (("starts", wanted.start_date), ("due", wanted.due_date)):
        if theirs is not UNSET:
            given[ours] = _day(theirs)
    if wanted.assignees is not UNSET:
        seats = _seats(asked, held.production_id, wanted.assignees)
        given["assignees"] = [seat.uri for seat in seats]
    request = changed(row=held, changes=differing(held, given), by=asked.person)
    return told(rows_of(asked, [held])[0], request)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise WrongBodyError(field="due_date", reason="it is no date") from error


def remove(asked: Asked, task: UUID) -> None:
    """Take a task back, or ask the city that owns it to."""
    held = asked.scope.task(task)
    if held.origin == asked.scope.here:
        withdraw_task(task=held, by=asked.person)
    else:
        asked_to_withdraw(row=held, by=asked.person)


def assign(asked: Asked, person: UUID) -> list[Row]:
    """Put somebody on tasks; for those of the other city it is asked for."""
    changed_tasks = []
    for task in asked.body(Assigned).task_ids:
        held = asked.scope.task(task)
        put = _seats(asked, held.production_id, [person])
        wanted = {"assignees": assigned(held, put, ())}
        changed(row=held, changes=differing(held, wanted), by=asked.person)
        changed_tasks.append(held)
    return rows_of(asked, changed_tasks)


def of_person(asked: Asked, person: UUID) -> list[Row]:
    """List the tasks of one person in the productions both sit in."""
    theirs = Seat.objects.live().filter(uuid=person, production_id__in=list(asked.scope.inside))
    seats = asked.scope.crew.seats_of(str(person))
    return work(asked, {*seats, *theirs.values_list("uri", flat=True)})


def own(asked: Asked) -> list[Row]:
    """List the person's own tasks."""
    return work(asked, {held.seat for held in asked.scope.held.values()})


def work(asked: Asked, seats: set[str]) -> list[Row]:
    """Return the open tasks of *seats*, with all names and the last comment."""
    rows = asked.scope.rows(Task).exclude(assignees=[]).select_related("state", "entity")
    rows = rows.filter(entity__withdrawn_at=None, production__state=Production.State.OPEN)
    held = [task for task in rows.order_by("created_at", "uri") if seats & set(task.assignees)]
    for task, entity in zip(held, asked.scope.entities(task.entity for task in held), strict=True):
        task.entity = entity
    last = _last(held)
    facts = Facts.of(held, asked.scope.crew, words())
    projects = Production.objects.in_bulk({task.production_id for task in held})
    names = {uri: Names.in_production(uri, each.name) for uri, each in projects.items()}
    return [work_row(task, facts, names[task.production_id], last) for task in held]


def _last(held: Sequence[Task]) -> dict[str, Comment]:
    uris = [state_of(task).last_comment for task in held]
    found: QuerySet[Comment] = Comment.objects.filter(Among("uri", [uri for uri in uris if uri]))
    return {comment.task_id: comment for comment in found}


def spend(asked: Asked, task: UUID, day: str, person: UUID) -> Row:
    """Say how many minutes somebody worked on a task on one day."""
    held, minutes = asked.scope.task(task), rounded(asked.body(Spent).duration, "duration")
    on = found(_day(day))
    worker = _worker(asked, held.production_id, str(person))
    spent = spend_time(task=held, day=on, minutes=minutes, by=asked.person, person=worker)
    return time_row(spent, asked.scope.here)


def _worker(asked: Asked, production: str, wanted: str) -> Person:
    if wanted == asked.scope.person_id:
        return asked.person
    seat = asked.scope.crew.seat_of(production, wanted)
    member = Membership.objects.select_related("person").filter(seat_id=seat, until=None).first()
    return found(member).person


def time_spent(asked: Asked, task: UUID, day: str = "") -> Row:
    """Return the time spent on a task, by person: everybody's for who leads, else one's own."""
    held = asked.scope.task(task)
    spent = TimeSpent.objects.filter(task=held).order_by("day", "pk")
    if day:
        spent = spent.filter(day=found(_day(day)))
    if not may(asked.person, "studio.read-time", held):
        spent = spent.filter(person=asked.person)
    answer: Row = {"total": float(sum(each.minutes for each in spent))}
    for each in spent:
        answer.setdefault(person_id(each.person_id, asked.scope.here), []).append(
            time_row(each, asked.scope.here)
        )
    return answer
