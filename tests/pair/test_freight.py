"""A delivery between two real nodes: sent, killed on both sides, received, counted as evidence."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("freight")

SIZE = 60_000_000
FREIGHT = """
import os
from pathlib import Path
answer = 0
for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
    threads = [t.read_text().strip() for t in Path(f"/proc/{{child}}/task").glob("*/comm")]
    maps = Path(f"/proc/{{child}}/maps").read_text()
    answer = int(child) if "pyfastcdc" in maps else answer
"""
EVIDENCE = """
from jumelage.kit.clock import now
from jumelage.kit.component import indicators
from jumelage.kit.dates import Period
measure = indicators()["studio", "delivered-bytes"].measure
answer = int(measure(Period.year(now().year), None))
"""


def told(node: RealNode, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command answers
    """Return the JSON that `jumelage freight` answers on *node*."""
    done = node.command("freight", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def kill_freight(node: RealNode) -> None:
    """Kill the freight process of *node* as a power cut would."""
    assert node.process is not None
    pid: Any = node.python(FREIGHT.format(pid=node.process.pid))
    os.kill(pid, signal.SIGKILL)


def test_a_delivery_survives_kills_on_both_sides_and_is_counted_in_both_cities(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    pair, _relays = cities
    media = tmp_path / "odyssey"
    media.mkdir()
    (media / "plate.mov").write_bytes(os.urandom(SIZE))
    (media / "notes.txt").write_text("take two")
    told(pair.paris, "limit", "40")
    sent = told(pair.paris, "send", str(media), "--to", "sf-demo")["id"]

    def look(node: RealNode) -> Any:  # noqa: ANN401  # the facts of the delivery
        return told(node, "status", sent) if sent in str(told(node, "status")) else {}

    until(lambda: look(pair.sf).get("bytes_verified", 0) > SIZE / 8, 90)
    kill_freight(pair.paris)
    until(lambda: look(pair.sf).get("bytes_verified", 0) > SIZE / 3, 90)
    kill_freight(pair.sf)
    until(lambda: look(pair.sf).get("state") == "delivered", 120)
    until(lambda: look(pair.paris).get("state") == "delivered", 30)

    facts = look(pair.sf)
    whole = SIZE + len("take two")
    assert (facts["bytes"], facts["bytes_verified"], facts["files_verified"]) == (whole, whole, 2)
    assert facts["bytes_moved"] <= 1.05 * whole
    told(pair.sf, "receive", sent, str(tmp_path / "out"))
    for name in ("plate.mov", "notes.txt"):
        there = tmp_path / "out" / "odyssey" / name
        assert there.read_bytes() == (media / name).read_bytes()
    assert [node.python(EVIDENCE) for node in (pair.paris, pair.sf)] == [whole, whole]
    assert told(pair.sf, "fsck")["clean"] is True

    (media / "plate.mov").rename(media / "renamed.mov")
    again = told(pair.paris, "send", str(media), "--to", "sf-demo")["id"]
    until(lambda: told(pair.paris, "status", again)["state"] == "delivered", 60)
    assert told(pair.sf, "status", again)["bytes_moved"] == 0
