"""Two browsers, one in each city, call each other through their own nodes over 150 ms.

Each browser and each node lives in the network namespace of its city; between them is the
emulated line. The camera is a drawn picture that carries the time as 24 blocks, so that what the
other browser shows tells how old it is (both share this machine's clock); the microphone beeps.
Measured from the click on Enter of the second one. Where namespaces cannot be made, all is on
loopback, the line is not cut, and the result says so.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.call_cities import City, cities
from benchmarks.call_pages import FLOW, STAMPS, WATCH
from benchmarks.lines import Pair, long_line
from benchmarks.result import Result, say

PROMISE = "call"
RUNS = 30
PATH_MS = 75.0
FRAMES, WITHIN_SECONDS = 20, 10
BAR_FIRST_MS, BAR_GLASS_MS = 2500.0, PATH_MS + 60
CUTS = {12: 6.0, 60: 10.0}
"""Seconds the line is cut, and seconds after which media must flow again both ways."""


@dataclass
class Measured:
    """What the runs gave."""

    good: int = 0
    first_ms: list[float] = field(default_factory=list)
    glass_ms: list[float] = field(default_factory=list)
    back_s: dict[int, float] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)


@contextmanager
def call(both: list[City], address: str, measured: Measured) -> Iterator[list[Page]]:
    """Bring both into the call; the second one's click begins the clock."""
    pages = [city.page(address) for city in both]
    try:
        _enter(pages[0])
        pages[0].locator("live-room[data-standing=in]").wait_for()
        for page in pages:
            page.evaluate(WATCH)
        began = time.time() * 1000
        _enter(pages[1])
        for page in pages:
            page.wait_for_function("() => window.seen.first > 0")
        seen = [page.evaluate("window.seen.first") for page in pages]
        measured.first_ms.append(max(seen) - began)
        yield pages
    finally:
        for page in pages:
            page.context.close()


def _enter(page: Page) -> None:
    page.get_by_role("button", name="Enter the call").click()


def until(page: Page, enough: Callable[[dict[str, float]], bool], seconds: float) -> bool:
    """Read what came, again and again, until it is *enough*; tell whether it was in time."""
    end = time.monotonic() + seconds
    while not enough(page.evaluate(FLOW)):
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(40)
    return True


def has_more(before: dict[str, float]) -> Callable[[dict[str, float]], bool]:
    """Return the question whether pictures came since *before*."""
    return lambda now: now["frames"] >= before["frames"] + 5


def flows(page: Page) -> bool:
    """Tell whether picture and sound come within ten seconds: frames, light, energy."""
    before = page.evaluate(FLOW)
    return until(
        page,
        lambda now: (
            now["frames"] >= before["frames"] + FRAMES
            and now["energy"] > before["energy"]
            and now["light"] > 20
            and now["spread"] > 5
        ),
        WITHIN_SECONDS,
    )


def one_run(both: list[City], address: str, measured: Measured) -> None:
    """Call once, look both ways, note the age of the pictures."""
    with call(both, address, measured) as pages:
        looks = [flows(page) for page in pages]  # each is asked, even after one that failed
        good = all(looks)
        for page in pages:
            page.evaluate("window.seen.ages = []")
        pages[0].wait_for_timeout(3000)
        for page in pages:
            measured.glass_ms += page.evaluate(STAMPS)
        histories = [page.evaluate("window.seen.healths") for page in pages]
        if any("failed" in history for history in histories):
            measured.troubles.append(f"connection failed: {histories}")
            good = False
        measured.good += good


def one_cut(pair: Pair, both: list[City], address: str, seconds: int, measured: Measured) -> None:
    """Cut the line for *seconds* and note how long both ways need afterwards, without a click."""
    if pair.link is None:
        return
    with call(both, address, measured) as pages:
        looks = [flows(page) for page in pages]
        if not all(looks):
            measured.troubles.append("did not flow before the cut")
            return
        pages[0].keyboard.press("m")  # Paris is silent before, and must be afterwards
        mute = [page.evaluate("document.querySelector('live-room').room.own.microphone")
                for page in pages]  # fmt: skip
        pair.link("cut")
        pages[0].wait_for_timeout(seconds * 1000)
        before = [page.evaluate(FLOW) for page in pages]
        pair.link("mend")
        mended = time.monotonic()
        for page, then in zip(pages, before, strict=True):
            if not until(page, has_more(then), 60):
                measured.troubles.append(f"nothing came back after {seconds} s")
        measured.back_s[seconds] = round(time.monotonic() - mended, 2)
        after = [page.evaluate("document.querySelector('live-room').room.own.microphone")
                 for page in pages]  # fmt: skip
        if mute != [False, True] or after != mute:
            measured.troubles.append(f"mute {mute} became {after}")
        _check_sound(pages[0], measured)


def _check_sound(page: Page, measured: Measured) -> None:
    before = page.evaluate(FLOW)["energy"]
    if not until(page, lambda now: now["energy"] > before, 5):
        measured.troubles.append("no sound after the cut")


def measure(runs: int, cuts: list[int]) -> tuple[Measured, str]:
    """Run everything once the cities stand; return what was found and what the line was."""
    measured = Measured()
    with (
        tempfile.TemporaryDirectory(prefix="jumelage-call-") as name,
        long_line(rate="100M") as pair,
        sync_playwright() as driver,
        cities(pair, driver, Path(name)) as (both, address),
    ):
        for number in range(runs):
            one_run(both, address, measured)
            say(f"run {number + 1}: {measured.good} good, first {measured.first_ms[-1]:.0f} ms")
        for seconds in cuts if pair.link else ():
            one_cut(pair, both, address, seconds, measured)
            first, back = measured.first_ms[-1], measured.back_s.get(seconds)
            say(f"cut {seconds} s: first {first:.0f} ms before it, back after {back} s")
        line = pair.line if pair.link else "loopback: no namespaces here, nothing was cut"
    return measured, line


def main() -> int:
    """Run the benchmark; print its line."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=int(os.environ.get("CALL_RUNS", RUNS)))
    reader.add_argument("--cuts", type=int, nargs="*", default=list(CUTS))
    asked = reader.parse_args()
    found, line = measure(asked.runs, asked.cuts)
    glass = sorted(found.glass_ms)
    p50 = statistics.median(glass) if glass else 0.0  # none are read when only cuts are asked for
    is_long = line.startswith("two network")
    ok = (
        found.good == asked.runs
        and max(found.first_ms) <= BAR_FIRST_MS
        and p50 <= (BAR_GLASS_MS if is_long else BAR_GLASS_MS - PATH_MS)
        and not found.troubles
        and all(
            found.back_s.get(cut, 999.0) <= CUTS.get(cut, 10.0) for cut in asked.cuts if is_long
        )
    )
    return Result(
        "two-city-call", found.good, "calls", asked.runs, ok=ok,
        conditions={
            "runs": asked.runs, "first_frame_ms_most": round(max(found.first_ms)),
            "first_frame_ms_p50": round(statistics.median(found.first_ms)),
            "first_frame_bar_ms": BAR_FIRST_MS, "glass_to_glass_ms_p50": round(p50),
            "glass_to_glass_ms_p95": round(glass[int(len(glass) * 0.95)]) if glass else None,
            "glass_bar_ms": BAR_GLASS_MS, "pictures_read": len(glass),
            "back_after_cut_s": found.back_s, "back_bars_s": CUTS,
            "troubles": found.troubles, "line": line,
            "media": "peer to peer, 640x360 drawn at 25 fps, VP8, Opus; host candidates",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
