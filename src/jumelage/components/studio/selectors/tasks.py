"""Questions about tasks: one with all that was said of it, and what somebody has to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from jumelage.components.studio.models import (
    Attachment,
    Comment,
    Production,
    Seat,
    Task,
    Version,
)
from jumelage.components.studio.models.values import WordDefinition
from jumelage.components.studio.selectors.seats import seats_of
from jumelage.components.studio.selectors.words import used_by
from jumelage.directory.models import Person

ORDERS = {
    "due": (F("due").asc(nulls_last=True), F("priority").desc()),
    "production": (F("production__name").asc(), F("entity__name").asc()),
    "status": (F("standing_now").asc(), F("entity__name").asc()),
    "changed": (F("state__changed_at").desc(nulls_last=True),),
}


def with_standing(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Add `standing_now`, the status each task has."""
    return tasks.annotate(standing_now=Coalesce(NullIf("state__status", Value("")), "status"))


def assigned_to(seats: Sequence[str]) -> QuerySet[Task]:
    """Return the live tasks with one of *seats* on them."""
    on = Q(pk__in=[])
    for seat in seats:
        on |= Q(assignees__icontains=seat)
    live = Task.objects.live().filter(entity__withdrawn_at=None, entity__canceled=False)
    return live.filter(on)


def my_tasks(person: Person, *, finished: bool = False, sort: str = "due") -> QuerySet[Task]:
    """Return what *person* has to do in all productions that go on, the most urgent first."""
    seats = seats_of(person).values()
    held = [seat for seat in seats if seat.is_open and not seat.is_client]
    productions = Production.objects.in_bulk([seat.production for seat in held])
    found = assigned_to([seat.seat for seat in held]).filter(production__in=productions)
    return listed(found, productions, finished=finished, sort=sort)


def listed(
    tasks: QuerySet[Task],
    productions: Mapping[str, Production],
    *,
    finished: bool = False,
    sort: str = "",
) -> QuerySet[Task]:
    """Return *tasks* of *productions* (by URI) as lists show them, the most urgent first.

    Those that are finished are left out unless *finished*; *sort* is one of `ORDERS`.
    """
    found = with_standing(tasks).select_related("production", "entity", "entity__parent", "state")
    if not finished:
        found = found.exclude(finished_in(productions))
    return found.order_by(*ORDERS.get(sort, ORDERS["due"]), "uri")


def finished_in(productions: Mapping[str, Production]) -> Q:
    """Return the condition of tasks that are finished by the words of their production."""
    done = Q(pk__in=[])
    for uri, production in productions.items():
        slugs = [word.slug for word in used_by(production, "status") if word.facts.get("done")]
        done |= Q(production=uri, standing_now__in=slugs)
    return done


@dataclass(frozen=True, slots=True)
class Talk:
    """A task with what was said and made, the newest first."""

    task: Task
    comments: Sequence[Comment]
    versions: Sequence[Version]
    assignees: Sequence[Seat]
    status: WordDefinition | None


def task_by_uri(uri: str) -> Task | None:
    """Return the live task *uri* with what it is about."""
    found = Task.objects.live().filter(uri=uri, entity__withdrawn_at=None)
    return found.select_related("production", "entity", "entity__parent", "state", "node").first()


def head_of(comment: Comment) -> Comment:
    """Return the comment that *comment* answers, if it stands; else *comment* itself."""
    return Comment.objects.live().filter(uri=comment.reply_to_id or "").first() or comment


def talk(task: Task) -> Talk:
    """Return everything both cities said of *task* and made for it.

    What answers a comment that was taken back, or one of another task, stands alone.
    """
    said_by = ("seat", "seat__node", "seat__organisation", "node")
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    comments = Comment.objects.live().select_related(*said_by).prefetch_related(files)
    replies = Prefetch("replies", comments.filter(task=task).order_by("created_at", "uri"))
    alone = Q(reply_to=None) | Q(reply_to__withdrawn_at__isnull=False) | ~Q(reply_to__task=task)
    top = comments.filter(alone, task=task).prefetch_related(replies)
    versions = Version.objects.live().filter(task=task).select_related(*said_by)
    seats = Seat.objects.filter(uri__in=task.assignees).select_related("node", "organisation")
    known = {word.slug: word for word in used_by(task.production, "status")}
    return Talk(
        task,
        list(top.order_by("-pinned", "-created_at", "uri")),
        list(versions.order_by("-revision", "-created_at", "position", "uri")),
        sorted(seats, key=lambda seat: task.assignees.index(seat.uri)),
        known.get(task.standing),
    )


def late(tasks: Sequence[Task], on: date) -> int:
    """Count those of *tasks* whose day has passed."""
    return sum(task.is_late(on) for task in tasks)
