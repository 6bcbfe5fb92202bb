"""What a studio does with gazu, step by step; a program for an environment of its own.

    python workflow.py HOST EMAIL PASSWORD FOLDER

FOLDER holds `picture.png`, `movie.mp4` and `picture.exr`; it gets `calls.jsonl`: one line for
each request and for each event, in order, with what was answered. Written anew after the list
of calls in docs/protocol/kitsu.md; gazu is used as anybody would use it.
"""

import json
import re
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import gazu

HOST, EMAIL, PASSWORD = sys.argv[1:4]
FOLDER = Path(sys.argv[4])
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TAG = str(time.time())
STATUSES = ("todo", "ready", "wip", "wfa", "retake", "done", "todo", "wip")

lines = (FOLDER / "calls.jsonl").open("w", encoding="utf-8", buffering=1)
client = gazu.client.default_client
current = [""]


def keep(**told):
    """Write one line."""
    lines.write(json.dumps(told) + "\n")


def heard(response, **_):
    """Write what was asked and answered."""
    parts = urlsplit(response.url)
    path = parts.path.removeprefix(urlsplit(HOST).path)
    kind = response.headers.get("Content-Type", "")
    reply = response.json() if kind.startswith("application/json") and response.content else None
    keep(
        fn=current[0],
        method=response.request.method,
        path=UUID.sub("{id}", path),
        query=parts.query,
        status=response.status_code,
        kind=kind,
        reply=reply,
    )


def step(name, function, *given, **named):
    """Do one thing under the name it has in the recording."""
    current[0] = name
    return function(*given, **named)


def refused(name, function, *given, **named):
    """Do one thing that may fail."""
    try:
        return step(name, function, *given, **named)
    except Exception as error:  # noqa: BLE001  # whatever gazu makes of it
        return error


client.session.hooks["response"].append(heard)
gazu.set_host(HOST)
gazu.client.set_event_host(HOST)


def sign_in():
    step("client.host_is_up", gazu.client.host_is_up)
    step("client.host_is_valid", gazu.client.host_is_valid)
    step("client.get_api_version", gazu.client.get_api_version)
    step("log_in", gazu.log_in, EMAIL, PASSWORD)
    me = step("client.get_current_user", gazu.client.get_current_user)
    step("user.is_authenticated", gazu.user.is_authenticated)
    step("refresh_access_token", gazu.refresh_access_token)
    return me


def listen():
    """Hear every event of the server."""
    events = gazu.events.init()
    for name in (FOLDER / "events.txt").read_text("utf-8").split():
        gazu.events.add_listener(
            events, name, lambda data, name=name: keep(event=name, data=data, at=time.time())
        )
    return events


def make_project(me):
    step("user.get_context", gazu.user.get_context)
    step("project.all_project_status", gazu.project.all_project_status)
    step("project.all_projects", gazu.project.all_projects)
    step("project.all_open_projects", gazu.project.all_open_projects)
    project = step("project.new_project", gazu.project.new_project, f"WF {TAG}")
    step("project.get_project", gazu.project.get_project, project["id"])
    step("project.get_project_by_name", gazu.project.get_project_by_name, f"WF {TAG}")
    step("project.update_project", gazu.project.update_project, {"id": project["id"], "fps": "25"})
    kind = step("asset.new_asset_type", gazu.asset.new_asset_type, f"AT{TAG}")
    step("project.add_asset_type", gazu.project.add_asset_type, project, kind)
    step("asset.all_asset_types", gazu.asset.all_asset_types)
    step("asset.get_asset_type_by_name", gazu.asset.get_asset_type_by_name, f"AT{TAG}")
    types = step("task.all_task_types", gazu.task.all_task_types)
    statuses = step("task.all_task_statuses", gazu.task.all_task_statuses)
    animation = step("task.get_task_type_by_name", gazu.task.get_task_type_by_name, "Animation")
    modeling = next(each for each in types if each["for_entity"] == "Asset")
    for number, each in enumerate((animation, modeling), 1):
        step("project.add_task_type", gazu.project.add_task_type, project, each, number)
    for each in statuses:
        step("project.add_task_status", gazu.project.add_task_status, project, each)
    step("project.add_person_to_team", gazu.project.add_person_to_team, project, me)
    step("project.get_team", gazu.project.get_team, project)
    return project, kind, animation, modeling


def make_entities(project, kind):
    asset = step(
        "asset.new_asset", gazu.asset.new_asset, project, kind, "Tree", description="A tree"
    )
    step("asset.all_assets_for_project", gazu.asset.all_assets_for_project, project)
    step("asset.get_asset", gazu.asset.get_asset, asset["id"])
    step("asset.get_asset_by_name", gazu.asset.get_asset_by_name, project, "Tree")
    sequence = step("shot.new_sequence", gazu.shot.new_sequence, project, "SQ01")
    shot = step(
        "shot.new_shot", gazu.shot.new_shot, project, sequence, "SH010",
        nb_frames=48, frame_in=1001, frame_out=1048,
    )  # fmt: skip
    step("shot.all_sequences_for_project", gazu.shot.all_sequences_for_project, project)
    step("shot.all_shots_for_project", gazu.shot.all_shots_for_project, project)
    step("shot.all_shots_for_sequence", gazu.shot.all_shots_for_sequence, sequence)
    step("shot.get_shot", gazu.shot.get_shot, shot["id"])
    step("shot.get_shot_by_name", gazu.shot.get_shot_by_name, sequence, "SH010")
    step("shot.get_sequence_by_name", gazu.shot.get_sequence_by_name, project, "SQ01")
    step("shot.update_shot", gazu.shot.update_shot, {"id": shot["id"], "nb_frames": 50})
    step("shot.new_episode", gazu.shot.new_episode, project, "E01")
    casting = [{"asset_id": asset["id"], "nb_occurences": 2}]
    step("casting.update_shot_casting", gazu.casting.update_shot_casting, project, shot, casting)
    step("casting.get_shot_casting", gazu.casting.get_shot_casting, shot)
    return asset, shot


def make_tasks(me, project, asset, shot, animation, modeling):
    task = step("task.new_task", gazu.task.new_task, shot, animation, assignees=[me])
    step("task.new_task(asset)", gazu.task.new_task, asset, modeling)
    step("task.get_task", gazu.task.get_task, task["id"])
    step("task.all_tasks_for_shot", gazu.task.all_tasks_for_shot, shot)
    step("task.all_tasks_for_asset", gazu.task.all_tasks_for_asset, asset)
    step("task.all_tasks_for_project", gazu.task.all_tasks_for_project, project)
    step("task.assign_task", gazu.task.assign_task, task, me)
    step("task.start_task", gazu.task.start_task, task)
    step("task.get_task_by_entity", gazu.task.get_task_by_entity, shot, animation)
    step("task.all_tasks_for_person", gazu.task.all_tasks_for_person, me)
    step("user.all_tasks_to_do", gazu.user.all_tasks_to_do)
    step("user.all_open_projects", gazu.user.all_open_projects)
    step("task.set_time_spent", gazu.task.set_time_spent, task, me, "2026-11-20", 120)
    step("task.get_time_spent", gazu.task.get_time_spent, task)
    wfa = step("task.get_task_status_by_short_name", gazu.task.get_task_status_by_short_name, "wfa")
    return task, wfa


def publish(task, wfa):
    comment = step("task.add_comment", gazu.task.add_comment, task, wfa, "Have a look")
    step("task.all_comments_for_task", gazu.task.all_comments_for_task, task)
    step(
        "task.add_comment(with attachment)", gazu.task.add_comment, task, wfa, "With a file",
        attachments=[str(FOLDER / "picture.png")],
    )  # fmt: skip
    picture = step(
        "task.add_preview(picture)", gazu.task.add_preview, task, comment,
        str(FOLDER / "picture.png"),
    )  # fmt: skip
    step("task.set_main_preview", gazu.task.set_main_preview, picture)
    _, movie = step(
        "task.publish_preview(movie)", gazu.task.publish_preview, task, wfa, comment="A movie",
        preview_file_path=str(FOLDER / "movie.mp4"), set_thumbnail=True,
    )  # fmt: skip
    step("files.get_preview_file", gazu.files.get_preview_file, movie["id"])
    step(
        "files.wait_for_preview_file", gazu.files.wait_for_preview_file, movie,
        timeout=120, poll_interval=0.5,
    )  # fmt: skip
    step("task.all_previews_for_task", gazu.task.all_previews_for_task, task)
    return picture, movie


def fetch(picture, movie):
    to = FOLDER / "got"
    to.mkdir(exist_ok=True)
    get = gazu.files
    step("files.download_preview_file(movie)", get.download_preview_file, movie, to / "movie.mp4")
    step("files.download_preview_file(picture)", get.download_preview_file, picture, to / "p.png")
    step(
        "files.download_preview_file_thumbnail", get.download_preview_file_thumbnail, picture,
        to / "thumbnail.png",
    )  # fmt: skip
    step(
        "files.download_preview_lowdef_movie", get.download_preview_lowdef_movie, movie,
        to / "low.mp4",
    )  # fmt: skip
    line = {"type": "line", "points": [[10, 10], [100, 50]], "stroke": "#00ff00"}
    drawn = [{"time": 0, "drawing": {"objects": [line]}}]
    step("files.update_preview_annotations", get.update_preview_annotations, movie, additions=drawn)
    step(
        "files.extract_frame_from_preview", get.extract_frame_from_preview, movie, 3,
        to / "frame.png",
    )  # fmt: skip


def arrange(project, shot, movie):
    playlist = step("playlist.new_playlist", gazu.playlist.new_playlist, project, "dailies")
    step("playlist.get_playlist", gazu.playlist.get_playlist, playlist["id"])
    step(
        "playlist.add_entity_to_playlist", gazu.playlist.add_entity_to_playlist, playlist, shot,
        preview_file=movie,
    )  # fmt: skip
    step("playlist.all_playlists_for_project", gazu.playlist.all_playlists_for_project, project)
    step("person.all_persons", gazu.person.all_persons)
    step("person.get_person_by_email", gazu.person.get_person_by_email, EMAIL)
    step("sync.get_last_events", gazu.sync.get_last_events, limit=5)


def keep_files(task, project):
    step("files.all_output_types", gazu.files.all_output_types)
    software = step("files.new_software", gazu.files.new_software, f"Blender{TAG}", "bl", "blend")
    refused("files.new_working_file", gazu.files.new_working_file, task, software=software)
    refused("search.search_entities", gazu.search.search_entities, "SH010")
    step(
        "client.fetch_all(paginated)", gazu.client.fetch_all, "tasks",
        {"project_id": project["id"]}, paginated=True,
    )  # fmt: skip
    of = {"project_id": project["id"]}
    step("grid(shots)", gazu.client.get, "data/shots/with-tasks", params=of)
    step("grid(assets)", gazu.client.get, "data/assets/with-tasks", params=of)


def part_of(movie):
    current[0] = "range(movie)"
    headers = {**gazu.client.make_auth_header(), "Range": "bytes=0-99"}
    got = client.session.get(
        f"{HOST}/movies/originals/preview-files/{movie['id']}.mp4", headers=headers
    )
    keep(fn="range(movie) bytes", bytes=len(got.content), range=got.headers.get("Content-Range"))


def publish_exr(task, wfa):
    _, exr = step(
        "task.publish_preview(exr)", gazu.task.publish_preview, task, wfa, comment="An EXR",
        preview_file_path=str(FOLDER / "picture.exr"),
    )  # fmt: skip
    step("wait(exr)", gazu.files.wait_for_preview_file, exr, timeout=120, poll_interval=0.5)
    refused(
        "thumbnail(exr)", gazu.files.download_preview_file_thumbnail, exr,
        FOLDER / "got" / "exr.png",
    )  # fmt: skip


def put_away(project, shot):
    step("shot.remove_shot", gazu.shot.remove_shot, shot)
    whole = step("project.get_project", gazu.project.get_project, project["id"])
    step("project.close_project", gazu.project.close_project, whole)
    time.sleep(2)
    step("log_out", gazu.log_out)


def main():
    """Do everything once."""
    me = sign_in()
    events = listen()
    project, kind, animation, modeling = make_project(me)
    asset, shot = make_entities(project, kind)
    task, wfa = make_tasks(me, project, asset, shot, animation, modeling)
    picture, movie = publish(task, wfa)
    fetch(picture, movie)
    arrange(project, shot, movie)
    keep_files(task, project)
    part_of(movie)
    publish_exr(task, wfa)
    put_away(project, shot)
    events.disconnect()


main()
