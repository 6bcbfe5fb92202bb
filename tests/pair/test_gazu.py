"""The studio through unmodified gazu, on two real nodes."""

import time
from pathlib import Path

import pytest

from benchmarks.lines import Pair, Relays
from tests.components.studio.kitsu.nodes import EMAIL, OPEN_ACCOUNT, gazu, workflow
from tests.components.studio.kitsu.surface import compared, events_compared

pytestmark = pytest.mark.promise("gazu")
JOIN = f"""
from jumelage.bridge.api import peers
from jumelage.components.studio.services.productions import open_production, open_to
from jumelage.directory.models import Person
by = Person.objects.get(user__email={EMAIL!r})
made = open_production(name="Two bridges", template="short-film", by=by)
open_to(production=made, city=peers()[0], by=by)
answer = made.uri
"""
COORDINATE = f"""
import time
from jumelage.components.studio.models import Production
from jumelage.components.studio.services.seats import name_coordinator
from jumelage.directory.models import Person
by = Person.objects.get(user__email={EMAIL!r})
for _ in range(200):
    held = Production.objects.filter(name="Two bridges").first()
    if held:
        break
    time.sleep(0.1)
name_coordinator(production=held, person=by, by=by)
answer = True
"""
CREATE = """
import time
project = gazu.project.get_project_by_name("Two bridges")
sequence = gazu.shot.new_sequence(project, "SQ01")
shot = gazu.shot.new_shot(project, sequence, "SH010", nb_frames=48)
answer = {"id": shot["id"], "at": time.time()}
"""
READ = """
import time
project, deadline = gazu.project.get_project_by_name("Two bridges"), time.time() + 30
answer = {"ready": time.time()}
print("ready", flush=True)
while time.time() < deadline:
    shots = gazu.shot.all_shots_for_project(project)
    if shots:
        answer = {"id": shots[0]["id"], "at": time.time()}
        break
    time.sleep(0.01)
"""
CHANGE = """
project = gazu.project.get_project_by_name("Two bridges")
[shot] = gazu.shot.all_shots_for_project(project)
changed = gazu.client.put(f"data/entities/{shot['id']}", {"nb_frames": 60})
answer = {"frames": changed["nb_frames"], "asked": "change_request_id" in changed}
"""


def test_recorded_surface_is_served_by_both_nodes_and_one_city_reads_the_other(
    cities: tuple[Pair, Relays], tmp_path: Path
) -> None:
    pair, _ = cities
    for node in (pair.paris, pair.sf):
        node.python(OPEN_ACCOUNT)
        lines = workflow(node, tmp_path / f"work-{node.slug}")
        assert compared(lines) == []
        assert events_compared(lines) == []
    pair.paris.python(JOIN)
    pair.sf.python(COORDINATE)
    reads_within_a_second(pair)
    asks_for_what_the_other_city_owns(pair)


def reads_within_a_second(pair: Pair) -> None:
    """See a shot of Paris in San Francisco, under the same identifier."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only here

    with ThreadPoolExecutor(1) as apart:
        reading = apart.submit(gazu, pair.sf, READ)
        time.sleep(3)
        made = gazu(pair.paris, CREATE)
        read = reading.result(60)
    assert read["id"] == made["id"]
    assert read["at"] - made["at"] < 1.0


def asks_for_what_the_other_city_owns(pair: Pair) -> None:
    """Change a shot of Paris from San Francisco: asked for there, done by Paris."""
    assert gazu(pair.sf, CHANGE) == {"frames": 48, "asked": True}
    for _ in range(50):
        [shot] = gazu(pair.paris, "answer = gazu.shot.all_shots_for_project("
                      "gazu.project.get_project_by_name('Two bridges'))")  # fmt: skip
        if shot["nb_frames"] == 60:
            return
        time.sleep(0.2)
    raise AssertionError(shot)
