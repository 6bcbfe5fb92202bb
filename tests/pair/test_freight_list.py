"""A long packing list on a line where TCP starves, cut and killed in the middle, between two real nodes."""

import base64
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.freight.deliveries import kill_freight
from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce
from jumelage.bridge.freight.deliveries.listing.fetching import CONNECTIONS
from jumelage.bridge.freight.deliveries.listing.files import KEPT, NAMED
from jumelage.bridge.freight.deliveries.listing.parts import count

pytestmark = pytest.mark.promise("freight")

FILES = 5_500
STARVED = 40_000
"""Bytes a second of each connection."""
GIVEN = "GET /bridge/freight/lists/<str:delivery>: 200"


@pytest.fixture
def starved(tmp_path: Path) -> Iterator[tuple[Pair, Relays]]:
    """Return two running nodes over a line that gives each connection next to nothing."""
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    with Relays([paris.port, sf.port], one_way=0.03, rate=STARVED) as relays:
        paris.public_url, sf.public_url = relays.urls
        paris.init()
        sf.init()
        introduce(paris, sf)
        try:
            pair = Pair(paris, sf, "relay")
            pair.start()
            yield pair, relays
        finally:
            paris.stop()
            sf.stop()
            shutil.rmtree(tmp_path, ignore_errors=True)


def told(node: RealNode, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command answers
    """Return the JSON that `jumelage freight` answers on *node*."""
    done = node.command("freight", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def long_names(folder: Path) -> Path:
    """Write small files whose names make a list of some megabytes that nothing makes small."""
    for number in range(FILES):
        name = base64.b32encode(os.urandom(480)).decode().lower()
        place = folder / f"{number % 8}" / name[:250] / name[250:500] / name[500:750]
        place.parent.mkdir(parents=True)
        place.write_bytes(b"%d" % number)
    return folder


def kept(node: RealNode) -> int:
    """Return how many parts of a list on its way *node* has kept."""
    journals = list((node.folder / "freight" / "lists").glob("*.parts"))
    return max(0, journals[0].stat().st_size - NAMED.size) // KEPT.size if journals else 0


def test_a_packing_list_goes_on_after_a_cut_and_a_kill_from_its_last_part(
    starved: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    pair, relays = starved
    sent = told(
        pair.paris, "send", str(long_names(tmp_path / "long")), "--to", "sf-demo", "--title", "Long"
    )["id"]
    until(lambda: kept(pair.sf) >= 5, 120)
    relays.cut()
    kill_freight(pair.sf)
    before = kept(pair.sf)
    listed = pair.paris.folder / "freight" / "lists" / f"{sent}.list"
    parts = count(listed.stat().st_size)
    assert 5 <= before < parts
    said = pair.sf.command("freight", "status").stdout
    assert f"packing list: {int(before / parts * 100)}%" in said
    assert told(pair.sf, "status", sent)["list_share"] == before / parts
    caught = round(told(pair.paris, "status", sent)["list_share"] * parts) - before
    assert 0 <= caught <= CONNECTIONS
    relays.mend()

    until(lambda: told(pair.sf, "status", sent)["state"] in {"ready", "carrying", "delivered"}, 90)
    given = pair.paris.log.read_text().count(GIVEN)
    assert parts <= given <= parts + caught  # only what the cut caught on its way came twice
    until(lambda: told(pair.sf, "status", sent)["state"] == "delivered", 120)
    assert {one.name for one in (pair.sf.folder / "freight" / "lists").iterdir()} == {
        f"{sent}.list"
    }
