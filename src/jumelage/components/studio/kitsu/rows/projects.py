"""Productions as projects."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from jumelage.components.studio.kitsu.ids import day, moment, uid, word_id
from jumelage.components.studio.kitsu.words import EPOCH
from jumelage.components.studio.models import Production
from jumelage.components.studio.models.words import Family

Row = dict[str, Any]
STATES = {"open": "Open", "closed": "Closed"}
STATE = "project-status"
KINDS = {"short-film": "short", "class-exercise": "short", "vfx-show": "shots", "other": "short"}
"""Kitsu's `production_type` by ours."""
TEMPLATES = {"short": "short-film", "shots": "vfx-show", "featurefilm": "vfx-show"}
"""Our template by Kitsu's `production_type`; anything else begins as a short film."""
USED = {
    "asset_types": Family.ASSET_TYPE,
    "task_statuses": Family.STATUS,
    "task_types": Family.TASK_TYPE,
}
OWN = ("description", "data", "production_style")


def state_rows() -> list[Row]:
    """Return the states of a production."""
    return [
        {"id": word_id(STATE, slug), "name": name, "color": "#2f7d54", "created_at": EPOCH,
         "updated_at": EPOCH, "type": "ProjectStatus"}
        for slug, name in STATES.items()
    ]  # fmt: skip


def state_of(uuid: UUID) -> str | None:
    """Return the state *uuid* names, None when it names none."""
    return next((slug for slug in STATES if word_id(STATE, slug) == str(uuid)), None)


def project_row(production: Production, *, inside: bool = True) -> Row:
    """Return a production without its lists; who is not *inside* reads none of its free facts."""
    free = {k: v for k, v in production.data.items() if k != "kitsu"} if inside else {}
    return {
        "id": uid(production.uri), "name": production.name, "code": production.code or None,
        "description": production.description or None, "shotgun_id": None, "file_tree": None,
        "data": free or None, "has_avatar": False, "fps": production.rate,
        "ratio": _ratio(production.width, production.height),
        "resolution": f"{production.width}x{production.height}",
        "production_type": KINDS.get(production.type, "short"),
        "production_style": str(free.get("production_style") or "2d3d"),
        "start_date": day(production.starts), "end_date": day(production.ends),
        "man_days": None, "nb_episodes": 0, "episode_span": 0, "max_retakes": 0,
        "is_clients_isolated": False, "is_client_stats_visible": True,
        "is_client_task_list_visible": True, "is_client_task_panel_visible": True,
        "is_preview_download_allowed": True, "is_set_preview_automated": False,
        "homepage": "assets", "is_publish_default_for_artists": False,
        "is_bot_collaboration_enabled": False, "is_single_preview_per_revision": False,
        "is_frame_in_numbering": True, "revision_padding": 3, "hd_bitrate_compression": None,
        "ld_bitrate_compression": None, "project_status_id": word_id(STATE, production.state),
        "default_preview_background_file_id": None, "from_schedule_version_id": None,
        "created_at": moment(production.created_at), "updated_at": moment(production.recorded_at),
        "type": "Project",
    }  # fmt: skip


def _ratio(width: int, height: int) -> str:
    for name, value in (("16:9", 16 / 9), ("4:3", 4 / 3), ("2:1", 2.0), ("1:1", 1.0)):
        if abs(width / height - value) < 0.01:
            return name
    return f"{width}:{height}"


def used(production: Production) -> Mapping[str, list[str]]:
    """Return the identifiers of the words the production uses, under Kitsu's names."""
    found: dict[str, list[str]] = {name: [] for name in USED}
    for name, family in USED.items():
        found[name] = [
            word_id(family, word["slug"]) for word in production.words if word["family"] == family
        ]
    return found


def with_lists(production: Production, team: Collection[str], *, inside: bool = True) -> Row:
    """Return a production with its team and its words; *inside* as for `project_row`."""
    lists = used(production)
    priorities = {
        word_id(word["family"], word["slug"]): int(word.get("order") or 0)
        for word in production.words
        if word["family"] == Family.TASK_TYPE
    }
    return {
        **project_row(production, inside=inside), **lists, "team": list(team), "status_automations": [],
        "preview_background_files": [], "descriptors": [], "task_types_priority": priorities,
        "task_type_links": {
            each: {"priority": order, "hd_bitrate_compression": None,
                   "ld_bitrate_compression": None, "is_client_visible": True}
            for each, order in priorities.items()
        },
        "task_statuses_link": {
            each: {"priority": None, "roles_for_board": list(BOARD), "is_client_allowed": None}
            for each in lists["task_statuses"]
        },
    }  # fmt: skip


BOARD: Iterable[str] = ("admin", "manager", "supervisor", "user", "client")
