"""Versions as preview files, drawings as annotations, playlists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jumelage.components.studio.kitsu.ids import city_id, maybe, moment, uid
from jumelage.components.studio.models import Annotation, Playlist, Version

Row = dict[str, Any]
PROCESSING, READY, BROKEN = "processing", "ready", "broken"
WAITING = "png"
"""The extension of a version before its file is there."""
VALIDATION = {"approved": "validated", "retake": "rejected"}


def status_of(version: Version) -> str:
    """Return `processing`, `ready` or `broken`."""
    if version.trouble:
        return BROKEN
    return READY if version.media else PROCESSING


def extension_of(version: Version) -> str:
    """Return the extension clients ask the file with: movies are served as MP4."""
    kind = (version.media or {}).get("kind")
    if kind in {"movie", "sequence"} or (kind is None and version.extension in MOVIES):
        return "mp4"
    return version.extension or WAITING


MOVIES = frozenset({"avi", "m4v", "mkv", "mov", "mp4", "mxf", "webm", "wmv"})


def preview_row(
    version: Version,
    person: str,
    decided: Mapping[str, str] | None = None,
    drawn: Sequence[Row] | None = None,
) -> Row:
    """Return a version as a preview file.

    *decided* are the decisions of the comments (by URI) that the reader reads; None: of none yet.
    """
    media, said = version.media or {}, version.comment
    decision = (decided or {}).get(said, "")
    original = media.get("original") or {}
    extension = extension_of(version)
    return {
        "id": uid(version.uri), "name": version.name or f"v{version.revision:03d}",
        "original_name": version.name.rpartition(".")[0] or version.name or None,
        "revision": version.revision, "position": version.position, "extension": extension,
        "description": version.trouble or None, "path": None, "source": "webgui",
        "file_size": int(original.get("size") or 0), "status": status_of(version),
        "validation_status": VALIDATION.get(decision, "neutral"), "annotations": drawn,
        "width": int(media.get("width") or 0), "height": int(media.get("height") or 0),
        "duration": float(media.get("seconds") or 0.0), "data": _facts(media, original),
        "token_in": None, "token_out": None, "task_id": uid(version.task_id),
        "person_id": person, "source_file_id": None, "shotgun_id": None,
        "is_movie": extension == "mp4", "url": None, "uploaded_movie_url": None,
        "uploaded_movie_name": None, "comments": [uid(said)] if said and (decided is None or said in decided) else [],
        "created_at": moment(version.created_at), "updated_at": moment(version.recorded_at),
        "type": "PreviewFile",
    }  # fmt: skip


def _facts(media: Mapping[str, Any], original: Mapping[str, Any]) -> Row | None:
    if not media:
        return None
    return {
        "movie_prefixes": [name for name in ("hd", "light") if name in media["renditions"]],
        "original_width": int(media["width"]), "original_height": int(media["height"]),
        "original_duration": float(media["seconds"]), "original_file_size": int(original["size"]),
        "frames": media["frames"], "rate": media["rate"], "first_frame": media["first_frame"],
        "timecode": media["timecode"], "colour": media["colour"], "hash": original["hash"],
    }  # fmt: skip


def drawn_on(annotations: Iterable[Annotation], rate: float) -> Mapping[str, list[Row]]:
    """Return the drawings of versions as Kitsu writes them: by seconds from the first frame."""
    found: dict[str, list[Row]] = defaultdict(list)
    for one in annotations:
        media = one.version.media or {}
        first = int(media.get("first_frame") or 0)
        seconds = round((one.first_frame - first) / rate, 6) if rate else 0
        found[one.version_id].append({
            "id": uid(one.uri), "time": seconds, "frame": one.first_frame - first,
            "drawing": {"objects": [_object(stroke, media) for stroke in one.drawing]},
        })  # fmt: skip
    return found


def _object(stroke: Mapping[str, Any], media: Mapping[str, Any]) -> Row:
    """Return a stroke with its points in the picture's own pixels."""
    width, height = int(media.get("width") or 1), int(media.get("height") or 1)
    points = [[round(x * width, 2), round(y * height, 2)] for x, y in stroke["points"]]
    return {
        "type": stroke["tool"], "stroke": stroke["colour"],
        "strokeWidth": round(stroke["width"] * width, 2), "text": stroke["text"],
        "canvasWidth": width, "canvasHeight": height, "points": points,
    }  # fmt: skip


def playlist_row(playlist: Playlist, person: str, items: Sequence[Mapping[str, Any]]) -> Row:
    """Return a playlist with its places, *items* as they are told to the reader."""
    places = [
        {"entity_id": uid(item["entity"]), "preview_file_id": maybe(item.get("version"))}
        for item in items
    ]
    return {
        "id": uid(playlist.uri), "name": playlist.name, "shots": places or None,
        "project_id": uid(playlist.production_id), "episode_id": None, "task_type_id": None,
        "for_client": playlist.for_client, "for_entity": playlist.for_entity, "is_for_all": False,
        "build_jobs": [], "created_by": person or city_id(playlist.origin),
        "created_at": moment(playlist.created_at), "updated_at": moment(playlist.recorded_at),
        "type": "Playlist",
    }  # fmt: skip


def playlist_in_list(playlist: Playlist, person: str, items: Sequence[Mapping[str, Any]]) -> Row:
    """Return a playlist as the list of a production has it; *items* as for `playlist_row`."""
    row = playlist_row(playlist, person, items)
    shown = [item.get("version") for item in items if item.get("version")]
    row["first_preview_file_id"] = maybe(shown[0]) if shown else None
    del row["shots"]
    return row
