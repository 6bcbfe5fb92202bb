"""What goes first and how fast, on real deliveries between two real nodes."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("freight")

MEGABYTE = 1_000_000
NOW = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from jumelage.bridge.api import me
from jumelage.kit import clock
here = clock.now().astimezone(ZoneInfo(me().time_zone))
answer = [f"{here + timedelta(hours=shift):%H:%M}" for shift in (-2, 2, 4)]
"""


def told(node: RealNode, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command answers
    """Return the JSON that `jumelage freight` answers on *node*."""
    done = node.command("freight", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def media(folder: Path, name: str, megabytes: int) -> str:
    """Write a file that nothing makes smaller."""
    (folder / name).write_bytes(os.urandom(megabytes * MEGABYTE))
    return str(folder / name)


def by_title(node: RealNode) -> dict[str, Any]:
    """Return what `status` says of each delivery."""
    return {one["title"]: one for one in told(node, "status")}


def delivered(node: RealNode, *titles: str) -> Callable[[], bool]:
    """Return whether all of *titles* are there."""

    def look() -> bool:
        seen = by_title(node)
        return all(seen.get(title, {}).get("state") == "delivered" for title in titles)

    return look


def test_urgent_overtakes_and_proxies_go_before_originals(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    paris, sf = cities[0].paris, cities[0].sf
    told(paris, "limit", "4")
    original = media(tmp_path, "original", 24)
    told(paris, "send", original, "--to", "sf-demo")
    until(lambda: by_title(sf).get("original", {}).get("bytes_verified", 0) > MEGABYTE, 60)
    told(paris, "limit", "1")  # a command may take ten seconds where much else runs
    told(paris, "send", media(tmp_path, "later", 1), "--to", "sf-demo")
    told(paris, "send", media(tmp_path, "proxy", 9), "--to", "sf-demo", "--priority", "proxy")
    told(paris, "send", media(tmp_path, "shot", 3), "--to", "sf-demo", "--priority", "urgent")
    until(lambda: by_title(sf).get("shot", {}).get("state") == "carrying", 60)
    told(paris, "limit", "40")

    until(delivered(sf, "original", "later", "proxy", "shot"), 120)
    seen = by_title(sf)
    assert sorted(seen, key=lambda title: seen[title]["ended_at"]) == [
        "shot", "proxy", "original", "later",
    ]  # fmt: skip
    assert seen["original"]["bytes_moved"] <= 1.05 * 24 * MEGABYTE


def test_limits_hold_for_a_peer_a_production_and_hours(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    paris, sf = cities[0].paris, cities[0].sf
    clocks: Any = paris.python(NOW)
    before, after, later = clocks
    told(paris, "limit", "16", "--production", "odyssey", "--hours", f"{before}-{after}")
    told(paris, "limit", "0", "--to", "sf-demo", "--hours", f"{after}-{later}")

    def seconds(name: str, *more: str) -> float:
        told(paris, "send", media(tmp_path, name, 12), "--to", "sf-demo", *more)
        until(delivered(sf, name), 90)
        return float(by_title(sf)[name]["seconds"])

    limited, free = seconds("limited", "--production", "odyssey"), seconds("free")
    assert limited >= 0.85 * 12 * 8 / 16
    assert free < limited

    told(paris, "limit", "0", "--to", "sf-demo")
    told(paris, "send", media(tmp_path, "held", 1), "--to", "sf-demo")
    until(lambda: "limit" in by_title(paris).get("held", {}).get("why", ""), 60)
    assert by_title(paris)["held"]["state"] in {"ready", "carrying"}
    everybody = next(one for one in told(paris, "limit") if not one["hours"])
    told(paris, "limit", "--lift", str(everybody["number"]))
    until(delivered(sf, "held"), 90)


def test_the_receiving_city_limits_what_comes_in_and_changes_it_on_the_way(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    paris, sf = cities[0].paris, cities[0].sf
    told(sf, "limit", "0", "--incoming", "--city", "paris-demo")
    told(paris, "send", media(tmp_path, "in", 24), "--to", "sf-demo")
    until(lambda: by_title(paris).get("in", {}).get("stuck") == "limit-there", 60)
    told(sf, "limit", "8", "--incoming", "--city", "paris-demo")
    until(lambda: by_title(paris)["in"]["bytes_verified"] > MEGABYTE, 90)
    seen = by_title(paris)["in"]
    assert (seen["limited_there"], seen["limit"]) == (True, 1_000_000)
    assert seen["rate"] <= 1_400_000

    number = told(sf, "limit")[0]["number"]
    told(sf, "limit", "--lift", str(number))
    until(lambda: by_title(paris)["in"]["limit"] is None, 15)
    until(delivered(sf, "in"), 30)


def test_the_limit_of_a_production_does_not_hold_another_one_up(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    paris, sf = cities[0].paris, cities[0].sf
    told(paris, "limit", "1", "--production", "odyssey")
    slow = media(tmp_path, "slow", 24)
    told(paris, "send", slow, "--to", "sf-demo", "--production", "odyssey")
    until(lambda: by_title(sf).get("slow", {}).get("bytes_verified", 0) > 0, 60)
    told(paris, "send", media(tmp_path, "other", 6), "--to", "sf-demo", "--production", "iliad")

    until(delivered(sf, "other"), 60)
    seen = by_title(sf)
    assert (seen["slow"]["state"], seen["slow"]["bytes_verified"] < 24 * MEGABYTE) == (
        "carrying", True,
    )  # fmt: skip
    told(paris, "limit", "0", "--production", "odyssey")
    until(lambda: "limit" in by_title(paris)["slow"]["why"], 30)
    until(lambda: by_title(paris)["slow"]["state"] == "ready", 30)
