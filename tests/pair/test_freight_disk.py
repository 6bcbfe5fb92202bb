"""Full disks on both sides of a delivery between two real nodes: said in words, over by itself."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce

pytestmark = pytest.mark.promise("freight")

SIZE = 40_000_000
ROOMY = "1200m"
"""1 GB always stays free, so a disk with room for this delivery is larger than that."""


def disk(place: Path, size: str, *, new: bool = True) -> None:
    """Put a small disk at *place*, or change its size."""
    place.mkdir(exist_ok=True)
    how = ["-t", "tmpfs", "-o", f"size={size},mode=700"] if new else ["-o", f"remount,size={size}"]
    done = subprocess.run(["mount", *how, "tmpfs", str(place)], capture_output=True, check=False)
    if done.returncode and new:
        pytest.skip("no small disk can be made here: that takes root")
    assert done.returncode == 0, done.stderr


def fill(place: Path, left: int) -> None:
    """Leave *left* bytes of the disk at *place*."""
    disk(place, str(shutil.disk_usage(place).used + left), new=False)


@pytest.fixture
def tight(tmp_path: Path) -> Iterator[Pair]:
    """Return two running nodes whose folders of freight are small disks."""
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    places = [(paris.folder / "freight", "64m"), (sf.folder / "freight", ROOMY)]
    with Relays([paris.port, sf.port], one_way=0.03) as relays:
        paris.public_url, sf.public_url = relays.urls
        try:
            paris.init()
            sf.init()
            introduce(paris, sf)
            for place, size in places:
                disk(place, size)
            pair = Pair(paris, sf, "relay")
            pair.start()
            yield pair
        finally:
            paris.stop()
            sf.stop()
            for place, _size in places:
                subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)
            shutil.rmtree(tmp_path, ignore_errors=True)


def told(node: RealNode, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command answers
    """Return the JSON that `jumelage freight` answers on *node*."""
    done = node.command("freight", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def stuck(node: RealNode, delivery: str) -> str:
    """Return the code of what is stuck; empty when nothing is or it is not known there."""
    known = {one["id"]: one["stuck"] for one in told(node, "status")}
    return str(known.get(delivery, ""))


def words(node: RealNode, delivery: str, language: str) -> str:
    """Return what a person reads of *delivery*."""
    done = node.command("freight", "status", delivery, "--language", language)
    return done.stdout.replace("\u202f", " ").replace("\xa0", " ")


def test_full_disks_pause_a_delivery_and_say_so_until_there_is_room(
    tight: Pair, until: Callable[..., None], tmp_path: Path
) -> None:
    media = tmp_path / "plate.mov"
    media.write_bytes(os.urandom(SIZE))
    told(tight.paris, "limit", "40")
    fill(tight.paris.folder / "freight", 0)
    sent = told(tight.paris, "send", str(media), "--to", "sf-demo")["id"]

    until(lambda: stuck(tight.paris, sent) == "disk", 30)
    assert "the disk here is full" in words(tight.paris, sent, "en")
    assert "le disque d’ici est plein" in words(tight.paris, sent, "fr")
    disk(tight.paris.folder / "freight", "64m", new=False)

    until(lambda: any(one["bytes_verified"] > SIZE / 5 for one in told(tight.sf, "status")), 90)
    place = tight.sf.folder / "freight"
    fill(place, 2_000_000)
    until(lambda: stuck(tight.sf, sent) == "disk", 30)
    until(lambda: stuck(tight.paris, sent) == "disk-there", 30)
    assert "the disk of the other city is full" in words(tight.paris, sent, "en")
    assert "le disque de l’autre ville est plein" in words(tight.paris, sent, "fr")
    assert "le disque d’ici est plein" in words(tight.sf, sent, "fr")
    disk(place, ROOMY, new=False)

    until(lambda: told(tight.sf, "status", sent)["state"] == "delivered", 120)
    facts = told(tight.sf, "status", sent)
    assert (facts["bytes_verified"], facts["stuck"]) == (SIZE, "")
    assert facts["bytes_moved"] <= 1.05 * SIZE
    told(tight.sf, "receive", sent, str(tmp_path / "out"))
    assert (tmp_path / "out" / "plate.mov").read_bytes() == media.read_bytes()
    assert told(tight.sf, "fsck")["clean"] is True
