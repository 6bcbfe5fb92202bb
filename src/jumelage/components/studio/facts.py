"""The JSON twins of the pages: the same facts, for programs; no names of people."""

from collections.abc import Mapping, Sequence

from jumelage.components.studio.models import Comment, Production, Seat, Task, Version
from jumelage.components.studio.selectors.grid import Row
from jumelage.components.studio.selectors.progress import CityShare, Strip
from jumelage.components.studio.selectors.tasks import Talk

Facts = dict[str, object]


def production(told: Production, done: tuple[int, int] | None) -> Facts:
    """Return the facts of a production; *done*: finished tasks, and all; None: not for the reader."""
    counted = dict(zip(("tasks_done", "tasks"), done, strict=True)) if done else {}
    return {
        "uri": told.uri,
        "city": told.origin,
        "opened_to": told.opened_to,
        "name": told.name,
        "code": told.code,
        "type": told.type,
        "state": told.state,
        "rate": told.rate,
        "width": told.width,
        "height": told.height,
        "start_frame": told.start_frame,
        **counted,
    }


def progress(strips: Sequence[Strip], shares: Sequence[CityShare]) -> Facts:
    """Return how far a production is, and what each city brings."""
    return {
        "progress": {
            strip.task_type.slug: {part.status.slug: part.count for part in strip.parts}
            for strip in strips
        },
        "cities": [
            {
                "city": share.origin,
                "seats": share.roles,
                "entities": share.entities,
                "versions": share.versions,
            }
            for share in shares
        ],
    }


def grid_row(row: Row, parents: Mapping[str, str]) -> Facts:
    """Return a row of the grid."""
    return {
        "uri": row.uri,
        "name": row.name,
        "parent": parents.get(row.parent, ""),
        "frames": row.frames,
        "city": row.origin,
        "tasks": [
            {
                "uri": cell.uri,
                "task_type": cell.task_type,
                "status": cell.status,
                "assignees": cell.assignees,
                "due": cell.due,
                "retakes": cell.retakes,
                "revision": cell.revision,
            }
            for cells in row.cells.values()
            for cell in cells
        ],
    }


def seat(told: Seat) -> Facts:
    """Return a seat; who sits there is known to its city only."""
    return {"uri": told.uri, "city": told.origin, "role": told.role, "number": told.number}


def talk(told: Talk) -> Facts:
    """Return a task with what both cities said of it."""
    task = told.task
    return {
        "uri": task.uri,
        "production": task.production_id,
        "entity": task.entity_id,
        "task_type": task.task_type,
        "status": task.standing,
        "due": task.due,
        "assignees": [seat(each) for each in told.assignees],
        "comments": [_comment(each) for each in told.comments],
        "versions": [_version(each) for each in told.versions],
    }


def own_task(told: Task) -> Facts:
    """Return a task of the reader’s list."""
    return {
        "uri": told.uri,
        "production": told.production_id,
        "entity": told.entity.name,
        "task_type": told.task_type,
        "status": told.standing,
        "due": told.due,
    }


def _comment(told: Comment) -> Facts:
    return {
        "uri": told.uri,
        "city": told.origin,
        "seat": told.seat_id,
        "said_at": told.created_at,
        "text": told.text,
        "status": told.status,
        "decision": told.decision,
        "files": [{"name": file.name, "size": file.size} for file in told.attachments.all()],
        "replies": [reply.uri for reply in told.replies.all()],
    }


def _version(told: Version) -> Facts:
    return {
        "uri": told.uri,
        "city": told.origin,
        "revision": told.revision,
        "name": told.name,
        "said_at": told.created_at,
        "media": told.media,
        "trouble": told.trouble,
    }
