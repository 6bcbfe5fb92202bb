"""Two browsers, one in each city, look at the same film over 150 ms: how far apart are they?

Each browser and each node lives in the network namespace of its city; each plays its own city's
copy. The browser of the second city has a clock that is 1,234 s wrong and drifts by 50 ppm:
everything a page can ask the time of is wrong alike. Both pages note when each frame is on the
screen (`requestVideoFrameCallback`), set right by the known error, on this machine's one clock.
In the same run, over the same connection, the naive way is measured: play when the message comes.
Then 50 frames are sought and read from the pixels of both, and a third browser comes late.
Where namespaces cannot be made, all is on loopback and the result says so.
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks import review_pages as pages_js
from benchmarks.lines import Pair, long_line
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

RATE, FIRST, FRAMES = 24, 1001, 1440
RUNS, SECONDS, SETTLED = 5, 10.0, 2.5
SEEKS, LATE = 50, 5
BITS = 12
FRAME_MS = 1000 / RATE
BAR_MS, BAR_NAIVE, BAR_LATE_MS = FRAME_MS / 2, 4.0, 1000.0
PATIENCE_MS = 60_000
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_PERSON = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from jumelage.bridge.api import me
from jumelage.directory.services import open_account
person = open_account(email="officer@bench.invalid", name="Officer", language="en",
                      roles=["officer"])
account = person.user
session = SessionStore()
session[SESSION_KEY] = str(account.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = account.get_session_auth_hash()
session.save()
answer = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
"""
_CALL = """
from datetime import timedelta
from pathlib import Path
from jumelage.bridge.api import peers
from jumelage.components.studio.services import entities, productions, tasks, versions
from jumelage.components.studio.services.review import sessions
from jumelage.components.studio.services.media import attach
from jumelage.directory.models import Person
from jumelage.kit import clock
officer = Person.objects.get(user__email="officer@bench.invalid")
film = productions.open_production(name="Skew", template="short-film", by=officer)
film = productions.open_to(production=film, city=peers()[0], by=officer)
plan = entities.Plan(type="shot", name="sh010", frames={frames})
shot = entities.plan_entities(production=film, plans=[plan], by=officer)[0]
task = tasks.set_task(production=film, plan=tasks.Plan(entity=shot, task_type="animation"), by=officer)
version = versions.publish_version(task=task, by=officer)
attach(version=version, by=officer, file=Path({file!r}))
called = sessions.call_session(production=film, name="Skew", begins=clock.now(),
                               versions=[version], by=officer)
answer = {{"session": called.uri, "version": version.uri, "production": film.uri}}
"""
_ARRIVED = """
from jumelage.components.studio.models import Version
from jumelage.components.studio.services.media.crossing import held_here
version = Version.objects.filter(uri={version!r}).first()
answer = bool(version and version.media and {{"hd", "light"}} & set(held_here(version)))
"""
_SEAT = """
from jumelage.components.studio.models import Production
from jumelage.components.studio.services import seats
from jumelage.directory.models import Person
officer = Person.objects.get(user__email="officer@bench.invalid")
film = Production.objects.get(uri={production!r})
seats.name_coordinator(production=film, person=officer, by=officer)
answer = True
"""
Shown = list[tuple[int, float]]
"""Index of each frame shown, and when (ms of this machine's clock)."""


@dataclass
class City:
    """A node, and a browser of the same city that is signed in."""

    node: RealNode
    cookie: dict[str, Any]
    clock: str
    browser: Browser | None = None

    def page(self, address: str, clock: str | None = None) -> Page:
        """Open the room at *address*."""
        if self.browser is None:
            raise RuntimeError("no browser is open")
        context = self.browser.new_context(viewport={"width": 1100, "height": 800})
        context.add_cookies([{**self.cookie, "url": self.node.url}])  # type: ignore[typeddict-item]
        context.add_init_script(clock or self.clock)
        context.add_init_script(pages_js.WATCH)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: say(f"{self.node.slug}: {error}"))
        page.goto(f"{self.node.url}{address}")
        page.locator("take-review[data-ready]").wait_for()
        return page


@dataclass
class Measured:
    """What was found, in milliseconds."""

    first: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    within: list[bool] = field(default_factory=list)
    seeks: int = 0
    late: list[float] = field(default_factory=list)
    late_from_click: list[float] = field(default_factory=list)


@contextmanager
def cities(pair: Pair, driver: Playwright, folder: Path) -> Iterator[tuple[list[City], str]]:
    """Give both cities with their browsers, and the room of a session whose film both have."""
    clocks = (pages_js.RIGHT_CLOCK, pages_js.WRONG_CLOCK)
    made = [
        City(node, dict(node.python(_PERSON)), clock)  # type: ignore[call-overload]
        for node, clock in zip((pair.paris, pair.sf), clocks, strict=True)
    ]
    pair.start()
    called = _call(pair, folder)
    with ExitStack() as held:
        for number, city in enumerate(made):
            city.browser = _browser(driver, city.node, folder / f"chromium{number}")
            held.callback(city.browser.close)
        yield made, f"/en/studio/sessions/{called}/room/"


def _call(pair: Pair, folder: Path) -> str:
    """Publish a film in the first city, call a session about it, wait until the other has it."""
    from tests.components.studio.media import made  # noqa: PLC0415  # needs PyAV only here

    say(f"making a film of {FRAMES} frames")
    options = {"preset": "ultrafast", "g": "24"}
    file = made.movie(folder / "film.mp4", frames=FRAMES, options=options)
    told: Any = pair.paris.python(_CALL.format(frames=FRAMES, file=str(file)))
    say("waiting until both cities have it")
    for node in (pair.paris, pair.sf):
        _wait(lambda node=node: node.python(_ARRIVED.format(version=told["version"])))
    pair.sf.python(_SEAT.format(production=told["production"]))
    return str(told["session"])


def _wait(arrived: Any) -> None:  # noqa: ANN401  # a question
    end = time.monotonic() + 240
    while not arrived():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(2)


def _browser(driver: Playwright, node: RealNode, wrapper: Path) -> Browser:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    within = " ".join(node.within)
    wrapper.write_text(f'#!/bin/sh\nexec {within} {chromium} "$@"\n')
    wrapper.chmod(0o700)
    trusted = f"--unsafely-treat-insecure-origin-as-secure={node.url}"
    return driver.chromium.launch(executable_path=wrapper, args=[*FLAGS, trusted])


def shown(page: Page) -> Shown:
    """Return the frames a page has shown since it was asked last."""
    told = page.evaluate("window.shownFrames.splice(0)")
    return [(round(media * RATE), at) for media, at in told]


def seek(both: Sequence[Page], frame: int) -> None:
    """Bring both pages to *frame* through the player of the first."""
    both[0].evaluate("frame => document.querySelector('take-review').player.seek(frame)", frame)
    for page in both:
        page.wait_for_function(pages_js.STEADY, arg=frame)


def played(both: Sequence[Page], start: int, seconds: float) -> tuple[list[Shown], float]:
    """Play from *start* for *seconds* by one command; return what each showed, and the beginning."""
    for page in both:
        shown(page)
    asked = {"command": "play", "frame": start, "speed": 1}
    both[0].evaluate(pages_js.MOVE, asked)
    both[0].wait_for_timeout(seconds * 1000 + 600)
    found = [shown(page) for page in both]
    both[0].evaluate(pages_js.MOVE, {"command": "pause"})
    begun = min(_moves(one) for one in found)
    return found, begun


def _moves(one: Shown) -> float:
    """Return when the second frame of a playback is on the screen."""
    return one[1][1] if len(one) > 1 else float("inf")


def skews(found: Sequence[Shown], since: float, until: float) -> list[float]:
    """Return by how much each frame that both showed between *since* and *until* was apart."""
    here, there = (dict(one) for one in found)
    return [
        abs(there[index] - at)
        for index, at in here.items()
        if since <= at <= until and index in there
    ]


def within_one(found: Sequence[Shown], since: float, until: float) -> list[bool]:
    """Tell at every 10 ms whether both showed the same frame or neighbours."""
    times = [[at for _, at in one] for one in found]
    told = []
    at = since
    while at < until:
        places = [bisect_right(each, at) - 1 for each in times]
        if min(places) >= 0:
            frames = [one[place][0] for one, place in zip(found, places, strict=True)]
            told.append(abs(frames[0] - frames[1]) <= 1)
        at += 10
    return told


def run_skew(both: Sequence[Page], runs: int, measured: Measured) -> None:
    """Play *runs* times with the clock, and as often the naive way, one after the other."""
    for number in range(runs):
        for naive in (False, True):
            _one(both, number, naive=naive, measured=measured)


def _one(both: Sequence[Page], number: int, *, naive: bool, measured: Measured) -> None:
    start = FIRST + 60 * number
    seek(both, start)
    for page in both:
        page.evaluate(pages_js.BY_THEMSELVES, "on" if naive else "off")
    found, begun = played(both, start, SECONDS)
    for page in both:
        page.wait_for_timeout(300)
        page.evaluate(pages_js.BY_THEMSELVES, "off")
    end, settled = begun + SECONDS * 1000 - 300, begun + SETTLED * 1000
    if naive:
        measured.naive += skews(found, begun, end)
        return
    measured.first += skews(found, begun, settled)
    measured.steady += skews(found, settled, end)
    measured.within += within_one(found, settled, end)
    say(f"run {number + 1}: p95 {percentile(skews(found, begun, end), 95):.1f} ms")


def run_scrub(both: Sequence[Page], many: int, measured: Measured) -> None:
    """Seek *many* frames and read from the pixels what both browsers show."""
    for frame in random.Random(2026).choices(range(FIRST, FIRST + FRAMES), k=many):  # noqa: S311  # any will do
        seek(both, frame)
        numbers = [page.evaluate(pages_js.NUMBER, BITS) for page in both]
        measured.seeks += numbers == [frame - FIRST] * len(both)


def run_late(both: Sequence[Page], city: City, address: str, measured: Measured) -> None:
    """Let somebody come while the film plays; note when they are on the right frame, and stay."""
    seek(both, FIRST)
    for page in both:
        shown(page)
    both[0].evaluate(pages_js.MOVE, {"command": "play", "frame": FIRST, "speed": 1})
    both[0].wait_for_timeout(1500)
    clicked = time.time() * 1000
    late = city.page(address, pages_js.RIGHT_CLOCK)
    late.wait_for_timeout(3500)
    entered, came = late.evaluate("window.entered"), shown(late)
    reference = shown(both[0])
    both[0].evaluate(pages_js.MOVE, {"command": "pause"})
    late.context.close()
    right = _right_since(came, reference)
    measured.late.append(right - entered)
    measured.late_from_click.append(right - clicked)


def _right_since(came: Shown, reference: Shown) -> float:
    """Return from when on *came* is always within one frame of *reference*."""
    times = [at for _, at in reference]
    since = float("inf")
    for index, at in reversed(came):
        place = bisect_right(times, at) - 1
        if place < 0 or abs(reference[place][0] - index) > 1:
            break
        since = at
    return since


def percentile(values: Sequence[float], of: float) -> float:
    """Return the percentile *of* of *values*; not a number when there are none."""
    found = sorted(values)
    return found[min(len(found) - 1, int(len(found) * of / 100))] if found else float("nan")


def measure(runs: int, seeks: int, late: int) -> tuple[Measured, str]:
    """Do everything; return what was found, and what the line was."""
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="jumelage-review-") as name, ExitStack() as held:
        pair = held.enter_context(long_line())
        driver = held.enter_context(sync_playwright())
        made, address = held.enter_context(cities(pair, driver, Path(name)))
        both = [city.page(address) for city in made]
        for page in both:
            page.wait_for_function(pages_js.READY)
        run_skew(both, runs, measured)
        run_scrub(both, seeks, measured)
        for _ in range(late):
            run_late(both, made[1], address, measured)
        return measured, pair.line


def main() -> int:
    """Print the result as one JSON line."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=RUNS)
    reader.add_argument("--seeks", type=int, default=SEEKS)
    reader.add_argument("--late", type=int, default=LATE)
    asked = reader.parse_args()
    found, line = measure(asked.runs, asked.seeks, asked.late)
    return told(found, asked.seeks, line)


def told(found: Measured, seeks: int, line: str) -> int:
    """Print what was found against the bars."""
    everything = found.first + found.steady
    p95, naive = percentile(everything, 95), percentile(found.naive, 95)
    within = sum(found.within) / max(1, len(found.within))
    latest = max(found.late, default=0.0)
    good = {
        "skew": p95 <= BAR_MS,
        "within_one_frame": within == 1.0,
        "naive_is_worse": naive >= BAR_NAIVE * p95 or not line.startswith("two network"),
        "scrub": found.seeks == seeks,
        "late_joiner": latest <= BAR_LATE_MS and len(found.late) > 0,
    }
    return Result(
        "review-skew", round(p95, 1), "ms", round(BAR_MS, 1), ok=all(good.values()),
        peers={"play when the message comes": round(naive, 1)},
        conditions={
            "met": good, "frames_compared": len(everything), "p50_ms": _p(everything, 50),
            "first_2.5_s_p95_ms": _p(found.first, 95), "steady_p95_ms": _p(found.steady, 95),
            "steady_max_ms": _p(found.steady, 100), "within_one_frame_after_2.5_s": within,
            "naive_p50_ms": _p(found.naive, 50), "naive_is_times_worse": round(naive / p95, 1),
            "identical_frames_sought": f"{found.seeks} of {seeks}",
            "late_joiner_ms_most": latest,
            "late_joiner_from_click_ms_p50": statistics.median(found.late_from_click or [0]),
            "wrong_clock_s": pages_js.WRONG_SECONDS, "drift_ppm": pages_js.DRIFT_PPM,
            "line": line, "film": f"{RATE} frames a second, numbered, each city its own copy",
        },
    ).finish()  # fmt: skip


def _p(values: Sequence[float], of: float) -> float:
    return round(percentile(values, of), 1)


if __name__ == "__main__":
    sys.exit(main())
