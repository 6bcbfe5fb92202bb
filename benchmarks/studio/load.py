"""What a client does to a server that speaks Kitsu's dialect; run by the Python that has gazu.

    python load.py HOST EVENT_HOST EMAIL PASSWORD

Reads one JSON list a line from standard input, `[step, arguments...]`, and answers each with one
JSON line. The same steps are done to both servers, with the unmodified client.
"""

import json
import statistics
import sys
import threading
import time

import gazu

host, event_host, email, password = sys.argv[1:5]
gazu.set_host(host)
gazu.client.set_event_host(event_host)
gazu.log_in(email, password)
client = gazu.client.default_client
heard = threading.Event()
held = {}


def prepare(name):
    """Make a production, with somebody to assign nothing to, and remember the words."""
    held["project"] = gazu.project.new_project(name)
    types = {each["name"]: each for each in gazu.task.all_task_types()}
    shots = [each for each in types.values() if each["for_entity"] == "Shot"][:2]
    for number, each in enumerate(shots):
        gazu.project.add_task_type(held["project"], each, number + 1)
    held["types"] = shots
    held["number"] = 0
    return True


def join(name):
    """Wait until a production of the other city is all here; return how many shots it has."""
    rows, before = 0, -1
    while rows == 0 or rows != before:
        time.sleep(2)
        held["project"] = gazu.project.get_project_by_name(name)
        before, rows = rows, len(gazu.shot.all_shots_for_project(held["project"]))
    types = gazu.task.all_task_types()
    held["types"] = [each for each in types if each["for_entity"] == "Shot"][:2]
    held["number"] = 900
    return rows


def create(sequences, shots):
    """Make sequences, shots and two tasks for each; return how many things were made."""
    made = 0
    for _ in range(sequences):
        held["number"] += 1
        sequence = gazu.shot.new_sequence(held["project"], f"SQ{held['number']:03d}")
        made += 1
        for at in range(shots):
            shot = gazu.shot.new_shot(
                held["project"], sequence, f"SH{at:03d}", nb_frames=48, frame_in=1001,
                frame_out=1048,
            )  # fmt: skip
            tasks = [gazu.task.new_task(shot, each) for each in held["types"]]
            held["task"] = tasks[0]
            made += 1 + len(tasks)
    return made


def grid(times):
    """Fetch the grid; return the median of the times in ms, the bytes sent, and the rows."""
    took, size, rows = [], 0, 0
    for _ in range(times):
        _touch()
        begun = time.perf_counter()
        response = client.session.get(
            f"{host}/data/shots/with-tasks?project_id={held['project']['id']}",
            headers=client.make_auth_header(), stream=True,
        )  # fmt: skip
        body = response.raw.read(decode_content=False)
        took.append((time.perf_counter() - begun) * 1000)
        size = len(body)
        held["etag"] = response.headers.get("ETag")
    rows = len(gazu.client.get(f"data/shots/with-tasks?project_id={held['project']['id']}"))
    return {"ms": statistics.median(took), "bytes": size, "rows": rows}


def _touch():
    """Change something in the production, so that no server answers from what it remembers."""
    gazu.shot.update_shot({"id": held["task"]["entity_id"], "nb_frames": 40 + held["number"] % 9})
    held["number"] += 1


def again(times):
    """Ask for the grid that one holds; return the median of the times in ms, and the status."""
    took, status = [], 0
    url = f"{host}/data/shots/with-tasks?project_id={held['project']['id']}"
    for _ in range(times):
        headers = {**client.make_auth_header(), "If-None-Match": held["etag"] or ""}
        begun = time.perf_counter()
        status = client.session.get(url, headers=headers).status_code
        took.append((time.perf_counter() - begun) * 1000)
    return {"ms": statistics.median(took), "status": status}


def comment(times):
    """Comment on a task; return the median of the times in ms."""
    status, took = gazu.task.get_task_status_by_short_name("wip"), []
    for number in range(times):
        begun = time.perf_counter()
        gazu.task.add_comment(held["task"], status, f"Comment {number}")
        took.append((time.perf_counter() - begun) * 1000)
    return {"ms": statistics.median(took)}


def event(times):
    """Comment and wait for the event; return the median of the times in ms, and the misses."""
    try:
        events = gazu.events.init()
    except Exception as error:  # noqa: BLE001  # said in the result
        return {"ms": float("inf"), "missed": times, "error": str(error)}
    gazu.events.add_listener(events, "comment:new", lambda _data: heard.set())
    time.sleep(1)
    status, took, missed = gazu.task.get_task_status_by_short_name("wip"), [], 0
    for number in range(times):
        heard.clear()
        begun = time.perf_counter()
        gazu.task.add_comment(held["task"], status, f"Event {number}")
        if heard.wait(5):
            took.append((time.perf_counter() - begun) * 1000)
        else:
            missed += 1
        time.sleep(0.05)
    events.disconnect()
    return {"ms": statistics.median(took) if took else -1, "missed": missed}


def movie(path):
    """Publish a movie and wait until it can be watched; return ms, its state and its identifier."""
    status = gazu.task.get_task_status_by_short_name("wip")
    begun = time.perf_counter()
    said = gazu.task.add_comment(held["task"], status, "Movie")
    made = gazu.task.add_preview(held["task"], said, path)
    while made["status"] == "processing" and time.perf_counter() - begun < 300:
        time.sleep(0.2)
        made = gazu.client.get(f"data/preview-files/{made['id']}")
    return {
        "ms": (time.perf_counter() - begun) * 1000, "status": made["status"], "id": made["id"],
    }  # fmt: skip


def fetch(identifier, word, path):
    """Keep the movie that people watch under *path*."""
    url = f"{host}/movies/{word}/preview-files/{identifier}.mp4"
    response = client.session.get(url, headers=client.make_auth_header())
    with open(path, "wb") as file:  # noqa: PTH123  # an old Python reads this too
        file.write(response.content)
    return response.status_code


STEPS = {
    each.__name__: each
    for each in (prepare, join, create, grid, again, comment, event, movie, fetch)
}
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    step, *arguments = json.loads(line)
    print(json.dumps(STEPS[step](*arguments)), flush=True)
