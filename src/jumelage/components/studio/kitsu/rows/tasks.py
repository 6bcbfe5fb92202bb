"""Tasks, where they stand, and time spent on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, Sum

from jumelage.components.studio.kitsu.ids import (
    city_id,
    day,
    maybe,
    maybe_moment,
    moment,
    person_id,
    uid,
    word_id,
)
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.kitsu.rows.entities import Names, data_of, type_name
from jumelage.components.studio.kitsu.words import Words
from jumelage.components.studio.models import Comment, Task, TaskState, TimeSpent
from jumelage.components.studio.models.words import Family
from jumelage.kit.sql.among import Among

Row = dict[str, Any]
NO_STATE = TaskState()


def state_of(task: Task) -> TaskState:
    """Return where *task* stands; nothing was said of it when it has no row."""
    return getattr(task, "state", None) or NO_STATE


@dataclass(frozen=True)
class Facts:
    """What several tasks need besides their rows: who, which words, and what took how long."""

    crew: Crew
    words: Words
    minutes: Mapping[str, int] = field(default_factory=dict)
    begun: Mapping[str, datetime] = field(default_factory=dict)
    """When the first comment with a status was made."""

    @classmethod
    def of(cls, tasks: Iterable[Task], crew: Crew, words: Words) -> "Facts":
        """Read the facts of *tasks*; nothing is asked when nobody said anything of them."""
        productions = {task.uri: task.production_id for task in tasks}
        spoken = [task.uri for task in tasks if state_of(task).comments]
        walled = [uri for uri, production in productions.items() if crew.hides(production)]
        minutes = minutes_of(list(productions), walled=walled, own=crew.own)
        return cls(crew, words, minutes, begun_of(spoken) if spoken else {})


def minutes_of(
    uris: Sequence[str], *, walled: Sequence[str] = (), own: int | None = None
) -> Mapping[str, int]:
    """Return the minutes spent on each of the tasks *uris*.

    Of those that are *walled*, what the person *own* (a number) spent alone.
    """
    if not uris:
        return {}
    spent = TimeSpent.objects.filter(Among("task_id", uris))
    if walled:
        spent = spent.filter(~Q(Among("task_id", walled)) | Q(person=own))
    summed = spent.values("task_id").annotate(total=Sum("minutes"))
    return dict(summed.values_list("task_id", "total"))


def begun_of(uris: list[str]) -> Mapping[str, datetime]:
    """Return when each of the tasks *uris* first got a status by a comment."""
    said = Comment.objects.live().filter(Among("task_id", uris)).exclude(status="")
    first = said.values("task_id").annotate(first=Min("created_at"))
    return dict(first.values_list("task_id", "first"))


def task_row(task: Task, facts: Facts) -> Row:
    """Return a task as generic lists have it."""
    state, words = state_of(task), facts.words
    standing = state.status or task.status
    ended = standing in words.slugs("feedback") or standing in words.slugs("done")
    done = standing in words.slugs("done")
    return {
        "id": uid(task.uri), "name": task.name, "description": None, "priority": task.priority,
        "difficulty": 3, "duration": float(facts.minutes.get(task.uri, 0)),
        "estimation": float(task.estimate or 0), "completion_rate": 100 if done else 0,
        "retake_count": state.retakes, "sort_order": 0, "start_date": day(task.starts),
        "due_date": day(task.due),
        "real_start_date": maybe_moment(facts.begun.get(task.uri)),
        "end_date": maybe_moment(state.changed_at if ended else None),
        "done_date": maybe_moment(state.changed_at if done else None),
        "last_comment_date": maybe_moment(state.last_at), "nb_assets_ready": 0, "data": None,
        "nb_drawings": 0, "shotgun_id": None, "last_preview_file_id": maybe(state.last_version),
        "project_id": uid(task.production_id),
        "task_type_id": word_id(Family.TASK_TYPE, task.task_type),
        "task_status_id": word_id(Family.STATUS, standing), "entity_id": uid(task.entity_id),
        "assigner_id": city_id(task.origin) if task.assignees else None,
        "assignees": facts.crew.ids_of(task.assignees) if task.assignees else [],
        "created_at": moment(task.created_at), "updated_at": moment(task.recorded_at),
        "type": "Task",
    }  # fmt: skip


def with_names(task: Task, facts: Facts, project: str) -> Row:
    """Return a task with the names of what it is about; needs its entity."""
    words = facts.words
    return {
        **task_row(task, facts), "project_name": project,
        "task_type_name": words.task_type(task.task_type)["name"],
        "task_status_name": words.status(state_of(task).status or task.status)["name"],
        "entity_type_name": entity_type_name(task, words), "entity_name": task.entity.name,
    }  # fmt: skip


def entity_type_name(task: Task, words: Words) -> str:
    """Return the type of the entity of *task* in words."""
    entity = task.entity
    if entity.type == "asset":
        return str(words.asset_type(entity.asset_type)["name"])
    return type_name(entity)


def work_row(task: Task, facts: Facts, names: Names, last: Mapping[str, Comment]) -> Row:
    """Return a task as somebody's own list has it; needs its entity."""
    entity, words = task.entity, facts.words
    kind = words.task_type(task.task_type)
    status = words.status(state_of(task).status or task.status)
    episode = names.episode_of(entity)
    row = with_names(task, facts, names.project)
    return {
        **row, "project_has_avatar": False, "entity_description": entity.description or None,
        "entity_data": data_of(entity), "entity_preview_file_id": maybe(entity.main_version) or "",
        "entity_source_id": maybe(episode) or "", "entity_canceled": entity.canceled,
        "sequence_name": names.of(entity.parent_id), "episode_id": maybe(episode) or "",
        "episode_name": names.of(episode) or None, "task_type_for_entity": kind["for_entity"],
        "task_estimation": row["estimation"], "task_duration": row["duration"],
        "task_start_date": row["start_date"], "task_due_date": row["due_date"],
        "task_type_color": kind["color"], "task_status_color": status["color"],
        "task_status_short_name": status["short_name"],
        "last_comment": _last(last.get(task.uri), facts),
    }  # fmt: skip


def _last(comment: Comment | None, facts: Facts) -> Row:
    if comment is None:
        return {}
    return {
        "text": comment.text, "date": moment(comment.created_at),
        "person_id": facts.crew.id_of(comment.seat_id),
    }  # fmt: skip


def time_row(spent: TimeSpent, here: str) -> Row:
    """Return time somebody spent on one day."""
    at = f"{spent.day.isoformat()}T00:00:00"
    return {
        "id": uid(f"time/{here}/{spent.pk}"), "duration": float(spent.minutes),
        "date": spent.day.isoformat(), "task_id": uid(spent.task_id),
        "person_id": person_id(spent.person_id, here), "created_at": at, "updated_at": at,
        "type": "TimeSpent",
    }  # fmt: skip
