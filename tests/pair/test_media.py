"""A version made in one city is watched in the other: proxies first, the original when wanted."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from tools import environments

pytestmark = pytest.mark.promise("studio-media")

OPEN = """
from tests.factories.studio import open_studio
open_studio()
answer = True
"""
MAKE = """
from pathlib import Path
from jumelage.bridge.api import peers
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.productions import open_to
from tests.components.studio.media import made
from tests.factories import studio
producer = studio.producer()
film = studio.production(producer)
open_to(production=film, city=peers()[0], by=producer)
film.refresh_from_db()
task = studio.task(studio.shots(film, producer)[0], producer)
version = versions.publish_version(task=task, by=producer)
file = made.movie(Path({folder!r}) / "take.mp4", frames={frames}, size=(1280, 720), sound=True)
attach(version=version, by=producer, file=file)
answer = version.uri
"""
LOOK = """
from jumelage.components.studio.models import Preparation, Version
from jumelage.components.studio.selectors import holdings
version = Version.objects.select_related("production").filter(uri={uri!r}).first()
held = Preparation.objects.filter(version={uri!r}).first()
answer = {{
    "where": dict(holdings.where(version)) if version else {{}},
    "frames": version.facts.frames if version and version.facts else 0,
    "state": held.state if held else "",
    "worker": held.worker if held else "",
    "tries": held.tries if held else 0,
    "done": held.done if held else 0,
}}
"""
WANT = """
from jumelage.components.studio.models import Version
from jumelage.components.studio.services.media.crossing import say_held
say_held(Version.objects.get(uri={uri!r}), wanted=["original"])
answer = True
"""
NUMBERS = """
from jumelage.components.studio.models import Version
from jumelage.components.studio.selectors.media import rendition
from jumelage.components.studio.services.media import path_of
from tests.components.studio.media import made
answer = made.numbers_in(path_of(rendition(Version.objects.get(uri={uri!r}), "light").hash))
"""
ORIGINAL = """
from jumelage.bridge.api import freight
answer = freight.Delivery.objects.get(files=1).uri
"""
FRAMES = 240


def look(node: RealNode, uri: str) -> Any:  # noqa: ANN401  # facts by name
    """Return what *node* knows of the version."""
    return node.python(LOOK.format(uri=uri))


def test_version_crosses_though_its_worker_is_killed(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    pair, _relays = cities
    for node in (pair.paris, pair.sf):
        node.python(OPEN)
    uri = str(pair.paris.python(MAKE.format(folder=str(tmp_path), frames=FRAMES)))

    until(lambda: _kill_its_worker(pair.paris, uri), 60)
    until(lambda: look(pair.paris, uri)["state"] == "ready", 300)
    assert look(pair.paris, uri)["tries"] == 2

    until(lambda: look(pair.sf, uri)["where"].get("hd") == "both", 180)
    there = look(pair.sf, uri)
    assert (there["frames"], there["where"]["original"]) == (FRAMES, "there")
    assert pair.sf.python(NUMBERS.format(uri=uri)) == list(range(FRAMES))

    pair.sf.python(WANT.format(uri=uri))
    until(lambda: look(pair.paris, uri)["where"]["original"] == "both", 180)
    _verify_by_the_reference_tool(pair.sf, tmp_path)


def _kill_its_worker(node: RealNode, uri: str) -> bool:
    """Kill the process that prepares the version as a power cut would; False: none does yet."""
    told = look(node, uri)
    if told["state"] != "working":
        return False
    os.kill(int(told["worker"].rpartition(":")[2]), signal.SIGKILL)
    return True


def _verify_by_the_reference_tool(node: RealNode, folder: Path) -> None:
    """Write the original out of *node* with its manifest, and let `ascmhl` verify it."""
    out = folder / "out"
    done = node.command("freight", "receive", str(node.python(ORIGINAL)), str(out), "--json")
    assert done.returncode == 0, done.stderr
    try:
        program = environments.program("ascmhl-debug", of="media")
    except subprocess.CalledProcessError:
        pytest.skip("the reference tool ascmhl cannot be installed here")
    verified = subprocess.run(
        [program, "verify", str(out)], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    shutil.rmtree(out)
