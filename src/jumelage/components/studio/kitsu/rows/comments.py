"""Comments, with who made them, the status they gave and what was published with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from jumelage.components.studio.kitsu.ids import moment, plain, uid, word_id
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.kitsu.words import Words
from jumelage.components.studio.models import Attachment, Comment, Task, Version
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.models.words import Family
from jumelage.kit.sql.among import Among

Row = dict[str, Any]
FEW_OF_PERSON = ("first_name", "last_name", "full_name", "has_avatar", "role", "id")
FEW_OF_STATUS = ("name", "short_name", "color", "id")


def comment_row(comment: Comment, status: str, person: str) -> Row:
    """Return a comment; *status* is the one it gave, or in which it found the task."""
    made = moment(comment.created_at)
    return {
        "id": uid(comment.uri), "shotgun_id": None, "object_id": uid(comment.task_id),
        "object_type": "Task", "text": comment.text, "data": None, "replies": [],
        "checklist": [{"text": i["text"], "checked": i["checked"]} for i in comment.checklist],
        "pinned": comment.pinned or None, "for_client": comment.for_client, "links": [],
        "task_status_id": word_id(Family.STATUS, status), "person_id": person, "editor_id": None,
        "preview_file_id": None, "previews": [], "created_at": made,
        "updated_at": moment(comment.recorded_at), "type": "Comment", "mentions": [],
        "department_mentions": [], "acknowledgements": [], "attachment_files": [],
    }  # fmt: skip


def attachment_row(file: Attachment) -> Row:
    """Return a file beside a comment."""
    return {
        "id": plain(file.uuid), "name": file.name, "extension": file.name.rpartition(".")[2],
        "size": file.size,
    }  # fmt: skip


def preview_of_comment(version: Version) -> Row:
    """Return the little of a version that stands with its comment."""
    return {
        "id": uid(version.uri), "task_id": uid(version.task_id), "revision": version.revision,
        "position": version.position, "extension": version.extension,
        "original_name": version.name, "created_at": moment(version.created_at),
    }  # fmt: skip


def comments_of(
    task: Task,
    comments: Sequence[Comment],
    crew: Crew,
    words: Words,
    persons: Mapping[str, Row],
    *,
    versions: StudioRows[Version],
) -> list[Row]:
    """Return the *comments* of one task (oldest first), newest first, answers within them.

    Of what was published with them, those of *versions* are named.
    """
    found: dict[str, Row] = {}
    status, previews, files = task.status, _previews(comments, versions), _files(comments)
    for comment in comments:
        status = comment.status or status
        person = crew.id_of(comment.seat_id)
        row = comment_row(comment, status, person)
        row["person"] = few(persons.get(person, {"id": person}), FEW_OF_PERSON)
        row["task_status"] = few(words.status(status), FEW_OF_STATUS)
        row["previews"] = previews[comment.uri]
        row["attachment_files"] = files[comment.uri]
        parent = found.get(comment.reply_to_id or "")
        if parent is None:
            found[comment.uri] = row
        else:
            parent["replies"].append(_reply(row))
    return list(found.values())[::-1]


def _reply(row: Row) -> Row:
    return {key: row[key] for key in ("id", "text", "person_id")} | {"date": row["created_at"]}


def few(row: Row, keys: Sequence[str]) -> Row:
    """Return the few *keys* of a row; what is not there is empty."""
    return {key: row.get(key, False if key == "has_avatar" else "") for key in keys}


def _previews(
    comments: Sequence[Comment], versions: StudioRows[Version]
) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    made = versions.filter(Among("comment", [c.uri for c in comments]))
    for version in made.order_by("revision", "position", "created_at"):
        found[version.comment].append(preview_of_comment(version))
    return found


def _files(comments: Sequence[Comment]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    files = Attachment.objects.filter(Among("comment_id", [c.uri for c in comments]))
    for file in files.order_by("pk"):
        found[file.comment_id].append(attachment_row(file))
    return found
