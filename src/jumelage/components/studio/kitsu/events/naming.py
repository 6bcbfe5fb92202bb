"""From records to events: which names a record gets, and what they say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from jumelage.bridge.api import Entry
from jumelage.components.studio.kitsu.ids import maybe, moment, uid, word_id
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.kitsu.rows.previews import WAITING, status_of
from jumelage.components.studio.kitsu.words import entity_type_id, words
from jumelage.components.studio.models import Comment, Entity, Task, Version
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.records import RECORDS

Told = tuple[str, dict[str, Any]]
PRODUCTION = "studio.production-opened"
ROWS = {record.kind: record.rows for record in RECORDS}
WITHDRAWN = ("withdraw", "erase")


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a feed."""

    kind: str
    uri: str
    rev: int
    op: str
    body: Mapping[str, Any]
    production: str

    @property
    def is_new(self) -> bool:
        """Tell whether it was said for the first time."""
        return self.rev == 1

    def before(self) -> Mapping[str, Any]:
        """Return what was said the time before, empty when nothing was."""
        earlier = Entry.objects.filter(uri=self.uri, rev__lt=self.rev, op="put", body__isnull=False)
        held = earlier.order_by("-rev").first()
        return orjson.loads(bytes(held.body)) if held else {}  # type: ignore[arg-type]  # it has one


def production_of(kind: str, uri: str) -> str:
    """Return the production of a record that was withdrawn, as long as its row is here."""
    if kind == PRODUCTION or kind not in NAMING:
        return uri
    rows: Any = ROWS[kind]
    held = rows.objects.filter(uri=uri).values_list("production_id", flat=True).first()
    return str(held or "")


def events_of(said: Said, crew: Crew) -> Iterator[Told]:
    """Yield names and data of the events that follow from *said*."""
    naming = NAMING.get(said.kind)
    if naming is None:
        return
    if said.op in WITHDRAWN:
        yield from _gone(said)
    elif said.op == "put":
        yield from naming(said, crew)


GONE = {
    "studio.task-set": ("task:delete", "task_id"),
    "studio.comment-made": ("comment:delete", "comment_id"),
    "studio.version-published": ("preview-file:delete", "preview_file_id"),
    "studio.annotation-drawn": ("preview-file:annotation-update", "annotation_id"),
    "studio.playlist-made": ("playlist:delete", "playlist_id"),
}


def _gone(said: Said) -> Iterator[Told]:
    if said.kind == "studio.entity-planned":
        kind = Entity.objects.filter(uri=said.uri).values_list("type", flat=True).first() or "shot"
        yield f"{kind}:delete", {f"{kind}_id": uid(said.uri)}
    elif said.kind in GONE:
        name, key = GONE[said.kind]
        yield name, {key: uid(said.uri)}
    else:
        yield "project:update", {}


def _production(said: Said, _crew: Crew) -> Iterator[Told]:
    yield ("project:new" if said.is_new else "project:update"), {}


def _seat(said: Said, crew: Crew) -> Iterator[Told]:
    yield "person:update", {"person_id": crew.id_of(said.uri)}
    yield "project:update", {}


def _entity(said: Said, _crew: Crew) -> Iterator[Told]:
    body, kind = said.body, str(said.body.get("type", "shot"))
    data: dict[str, Any] = {f"{kind}_id": uid(said.uri)}
    if said.is_new:
        if kind == "asset":
            data["asset_type"] = entity_type_id(kind, str(body.get("asset_type") or ""))
        elif kind == "shot":
            data["episode_id"] = None
        yield f"{kind}:new", data
        return
    before = said.before()
    yield f"{kind}:update", data
    yield from _casting(said, kind, body.get("cast") or {}, before.get("cast") or {})
    main = str(body.get("main_version") or "")
    if main and main != before.get("main_version"):
        shown = Version.objects.filter(uri=main).first()
        yield "preview-file:set-main", {
            "entity_id": uid(said.uri), "preview_file_id": uid(main),
            "preview_file_status": status_of(shown) if shown else "processing",
        }  # fmt: skip


def _casting(
    said: Said, kind: str, now: Mapping[str, int], before: Mapping[str, int]
) -> Iterator[Told]:
    if now == before:
        return
    for asset, times in now.items():
        if asset not in before:
            yield "entity-link:new", {
                "entity_link_id": uid(f"link/{said.uri}/{asset}"), "entity_in_id": uid(said.uri),
                "entity_out_id": uid(asset), "nb_occurences": times,
            }  # fmt: skip
    yield f"{kind}:casting-update", {
        f"{kind}_id": uid(said.uri), "nb_entities_out": len(now),
        "added_asset_ids": [uid(asset) for asset in now if asset not in before],
        "removed_asset_ids": [uid(asset) for asset in before if asset not in now],
    }  # fmt: skip


def _task(said: Said, crew: Crew) -> Iterator[Told]:
    task = {"task_id": uid(said.uri)}
    yield ("task:new" if said.is_new else "task:update"), dict(task)
    now = list(said.body.get("assignees") or [])
    held = [] if said.is_new else list(said.before().get("assignees") or [])
    for name, seats, others in (("assign", now, held), ("unassign", held, now)):
        for seat in seats:
            if seat not in others:
                yield f"task:{name}", {**task, "person_id": crew.id_of(seat)}


def _comment(said: Said, crew: Crew) -> Iterator[Told]:
    body = said.body
    task = Task.objects.filter(uri=body["task"]).first()
    before = _status_before(said, task)
    status = str(body.get("status") or before)
    common: dict[str, Any] = {
        "task_id": uid(str(body["task"])), "person_id": crew.id_of(str(body["seat"])),
        "for_client": bool(body.get("for_client")),
    }  # fmt: skip
    data = {"comment_id": uid(said.uri), **common}
    if not said.is_new:
        yield "comment:update", data
        return
    status_id = word_id(Family.STATUS, status)
    yield "comment:new", {**data, "task_status_id": status_id}
    yield "task:update", {"task_id": common["task_id"]}
    yield "news:new", {
        "news_id": uid(f"news/{said.uri}"), "task_status_id": status_id,
        "task_type_id": word_id(Family.TASK_TYPE, task.task_type if task else ""),
    }  # fmt: skip
    if status != before:
        yield from _moved(said, common, status, before)


def _moved(said: Said, common: Mapping[str, Any], status: str, before: str) -> Iterator[Told]:
    moved = {
        "task_id": common["task_id"], "new_task_status_id": word_id(Family.STATUS, status),
        "previous_task_status_id": word_id(Family.STATUS, before),
        "person_id": common["person_id"],
    }  # fmt: skip
    yield "task:status-changed", moved
    if status in words().slugs("feedback"):
        yield "task:to-review", {**moved, "comment_id": uid(said.uri)}


def _status_before(said: Said, task: Task | None) -> str:
    """Return where the task stood before the comment *said*."""
    this = Comment.objects.filter(uri=said.uri).values_list("created_at", flat=True).first()
    if task is None or this is None:
        return "todo"
    earlier = (
        Comment.objects.live()
        .filter(task=task)
        .exclude(status="")
        .filter(Q(created_at__lt=this) | Q(created_at=this, uri__lt=said.uri))
    )
    held = earlier.order_by("-created_at", "-uri").values_list("status", flat=True).first()
    return held or task.status


def _version(said: Said, crew: Crew) -> Iterator[Told]:
    body = said.body
    media, comment = body.get("media"), maybe(body.get("comment") or None)
    status = "broken" if body.get("trouble") else "ready" if media else "processing"
    preview = {"preview_file_id": uid(said.uri)}
    about = {
        "comment_id": comment, "task_id": uid(str(body["task"])),
        "person_id": crew.id_of(str(body["seat"])), "for_client": False,
    }  # fmt: skip
    if said.is_new:
        yield "preview-file:new", {**preview, "comment_id": comment}
    elif body.get("name") and not said.before().get("name"):
        yield "preview-file:add-file", {
            **preview, "comment_id": comment, "task_id": about["task_id"],
            "revision": int(body["revision"]), "extension": body.get("extension") or WAITING,
            "status": status,
        }  # fmt: skip
    else:
        yield "preview-file:update", {**preview, "status": status}
    if comment:
        yield "comment:update", about
    yield "task:update", {"task_id": about["task_id"]}


def _annotation(said: Said, crew: Crew) -> Iterator[Told]:
    held = Version.objects.filter(uri=said.body["version"]).first()
    yield "preview-file:annotation-update", {
        "preview_file_id": uid(str(said.body["version"])),
        "person_id": crew.id_of(str(said.body["seat"])),
        "updated_at": moment(held.recorded_at) if held else "",
    }  # fmt: skip


def _playlist(said: Said, _crew: Crew) -> Iterator[Told]:
    data = {"playlist_id": uid(said.uri)}
    if said.is_new:
        yield "playlist:new", data
        return
    held = {each["entity"]: each.get("version") for each in said.before().get("items") or []}
    for each in said.body.get("items") or []:
        if each["entity"] not in held:
            yield "playlist:add_entity", {
                **data, "entity_id": uid(each["entity"]),
                "preview_file_id": maybe(each.get("version")),
            }  # fmt: skip
    yield "playlist:update", data


NAMING: Mapping[str, Callable[[Said, Crew], Iterator[Told]]] = {
    PRODUCTION: _production,
    "studio.seat-given": _seat,
    "studio.entity-planned": _entity,
    "studio.task-set": _task,
    "studio.comment-made": _comment,
    "studio.version-published": _version,
    "studio.annotation-drawn": _annotation,
    "studio.playlist-made": _playlist,
}
