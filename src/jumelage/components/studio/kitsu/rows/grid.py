"""Rows of the grid, made of plain values: no model is built for a thousand shots."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from jumelage.components.studio.kitsu.ids import day, maybe, maybe_moment, uid, word_id
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.kitsu.rows.entities import Names
from jumelage.components.studio.kitsu.rows.tasks import begun_of, minutes_of
from jumelage.components.studio.kitsu.words import Words, entity_type_id, words
from jumelage.components.studio.models import Entity, Production, Task
from jumelage.components.studio.models.words import Family

Row = dict[str, Any]


def _text(column: str) -> Cast:
    """Ask for the JSON *column* as text, which orjson reads: Django would convert each value."""
    return Cast(column, TextField())


ENTITY = (
    "uri", "name", "description", "parent_id", "asset_type", "frames", "frame_in", "frame_out",
    _text("cast"), "canceled", "main_version", _text("data"),
)  # fmt: skip
TASK = (
    "uri", "entity_id", "task_type", "status", _text("assignees"), "estimate", "starts", "due",
    "priority", "state__status", "state__changed_at", "state__last_at", "state__retakes",
    "state__comments", "state__last_version",
)  # fmt: skip


def rows(production: Production, kind: str, crew: Crew) -> list[Row]:
    """Return the shots or assets of *production*, each with its tasks."""
    known = words()
    tasks = _tasks(production, kind, crew, known)
    found = Entity.objects.live().filter(production=production, type=kind)
    values = found.order_by("name", "uri").values_list(*ENTITY)
    if kind == "asset":
        names = {word.slug: word.name for word in known.of(Family.ASSET_TYPE)}
        return [_asset(each, tasks, names) for each in values]
    names_of = Names.in_production(production.uri, production.name)
    project = uid(production.uri)
    return [_shot(each, tasks, names_of, project) for each in values]


def _shot(each: tuple[Any, ...], tasks: Mapping[str, list[Row]], names: Names, project: str) -> Row:
    uri, name, description, parent, _, frames, first, last, cast, canceled, main, data = each
    episode = names.parent_of(parent)
    data, told = orjson.loads(data), Row()
    if first is not None:
        told["frame_in"] = first
    if last is not None:
        told["frame_out"] = last
    return {
        "id": uid(uri), "name": name, "description": description or None, "canceled": canceled,
        "data": told | data, "entity_type_id": entity_type_id("shot", ""),
        "episode_id": maybe(episode), "episode_name": names.of(episode), "fps": data.get("fps"),
        "frame_in": first, "frame_out": last, "nb_frames": frames, "parent_id": maybe(parent),
        "preview_file_id": maybe(main), "project_id": project, "project_name": names.project,
        "sequence_id": maybe(parent), "sequence_name": names.of(parent), "source_id": None,
        "nb_entities_out": len(orjson.loads(cast)), "is_casting_standby": False, "tasks": tasks[uri],
        "type": "Shot",
    }  # fmt: skip


def _asset(each: tuple[Any, ...], tasks: Mapping[str, list[Row]], names: Mapping[str, str]) -> Row:
    uri, name, description, parent, slug, _, _, _, _, canceled, main, text = each
    data = orjson.loads(text)
    return {
        "id": uid(uri), "name": name, "preview_file_id": maybe(main), "description": description,
        "asset_type_name": names.get(slug, slug), "asset_type_id": entity_type_id("asset", slug),
        "canceled": canceled, "ready_for": data.get("ready_for"), "episode_id": maybe(parent),
        "casting_episode_ids": [], "is_casting_standby": False, "is_shared": False, "data": data,
        "tasks": tasks[uri],
    }  # fmt: skip


def _tasks(
    production: Production, kind: str, crew: Crew, known: Words
) -> defaultdict[str, list[Row]]:
    """Return the tasks of *production* by the URI of their entity."""
    held = Task.objects.live().filter(production=production, entity__type=kind)
    values = list(held.order_by("created_at", "uri").values_list(*TASK))
    spoken = [each[0] for each in values if each[13]]
    minutes = minutes_of([each[0] for each in values])
    begun = begun_of(spoken) if spoken else {}
    done, ended = known.slugs("done"), known.slugs("done") | known.slugs("feedback")
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for each in values:
        (uri, entity, task_type, status, assignees, estimate, starts, due, priority, standing,
         changed, last, retakes, _comments, version) = each  # fmt: skip
        now = standing or status
        found[entity].append({
            "id": uid(uri), "duration": float(minutes.get(uri, 0)), "due_date": day(due),
            "end_date": maybe_moment(changed) if now in ended else None,
            "done_date": maybe_moment(changed) if now in done else None, "entity_id": uid(entity),
            "estimation": float(estimate or 0), "is_subscribed": False,
            "last_comment_date": maybe_moment(last), "last_preview_file_id": maybe(version),
            "nb_assets_ready": 0, "priority": priority,
            "real_start_date": maybe_moment(begun.get(uri)), "retake_count": retakes or 0,
            "start_date": day(starts), "difficulty": 3, "nb_drawings": 0,
            "task_status_id": word_id(Family.STATUS, now),
            "task_type_id": word_id(Family.TASK_TYPE, task_type),
            "assignees": crew.ids_of(orjson.loads(assignees)), "data": None,
        })  # fmt: skip
    return found
