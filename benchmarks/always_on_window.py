"""A window between two rooms stays open by itself: hours of cuts, restarts and reloads, no hand on it.

Each city has a node and a screen (Chromium, a fake camera) in a network namespace of its own, 150 ms apart;
where namespaces cannot be made the nodes are joined by a relay, media run on loopback, and the
result says so. The line is cut, a node is restarted, its web process is killed, a page is loaded
again, and each time both screens must show the other room again, with the microphone as it was left.
Nothing is clicked after the beginning. Memory is what the processes hold for themselves
(proportional set size), late against early, of both nodes together and of both browsers together; a
run of less than ten minutes is not yet past what Chromium fills at first, so of the browsers it
judges what the pages' programs hold after collecting garbage.
"""

import argparse
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from benchmarks.call_cities import FLAGS
from benchmarks.lines import Pair, long_line
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

MINUTES = 120.0
GROWTH_BAR = 0.10
BACK_WITHIN = 60.0
"""Seconds; a node alone needs several to start again on a busy machine."""
SAMPLE_SECONDS = 10.0
SHORT = 10.0
"""Minutes."""
EARLY, LATE = (0.15, 0.35), (0.85, 1.0)
"""Parts of the run whose memory is compared: after what warms up, and at the end."""
_WINDOW = """
from jumelage.bridge.api import me
from jumelage.components.rooms.models import Window
from jumelage.components.rooms.selectors.windows import pane
from jumelage.components.rooms.services.screens import make_screen
from jumelage.directory.models import Resource
from jumelage.directory.services import open_account
from jumelage.kit import clock
now = clock.now()
for number, (uri, name) in enumerate({rooms!r}.items()):
    origin = uri.split(":")[1]
    Resource.objects.create(uri=uri, origin=origin, recorded_at=now, capacity=8, what="room",
        name={{"en": name, "fr": name}}, city="bench", time_zone={zones!r}[number])
rooms = list({rooms!r})
for number, uri in enumerate({windows!r}):
    room, twin = rooms[number], rooms[1 - number]
    Window.objects.create(uri=uri, origin=uri.split(":")[1], recorded_at=now, created_at=now,
        room_id=room, twin_room_id=twin, quiet=[], answers={windows!r}[0] if number else "")
officer = open_account(email="officer@bench.invalid", name="Officer", language="en",
                       roles=["officer"])
screen, secret = make_screen(pane=pane({windows!r}[0]), name="hall", by=officer)
answer = secret
"""
_STATE = """() => {
  const window_ = document.querySelector("room-window");
  const video = document.querySelector("video[data-view]");
  const frames = video?.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
  return { frames, privacy: window_?.dataset.privacy ?? "",
           microphone: document.querySelector("[data-turn=microphone]")?.dataset.on === "true" };
}"""


@dataclass
class Screen:
    """A node of a city, and the browser of its room."""

    node: RealNode
    secret: str
    page: Page
    browser: Browser
    pid_file: Path
    microphone: bool = True

    def state(self) -> dict[str, object]:
        """Return what the screen shows; empty while it loads."""
        try:
            found: dict[str, object] = self.page.evaluate(_STATE)
        except Error:
            return {}
        return found

    @property
    def frames(self) -> int:
        """How many frames of the other room it has shown since it was loaded."""
        return int(str(self.state().get("frames", 0)))


@dataclass
class Course:
    """What happened."""

    back: list[tuple[str, float]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    memory: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Part of the run, megabytes of the nodes, of the browsers, of the programs of the pages."""
    interruptions: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    minutes_open: float = 0.0

    def growth(self, column: int) -> float | None:
        """Return how much the memory of *column* grew, as a part of it; None: too short to say."""
        early = [row[column] for row in self.memory if EARLY[0] <= row[0] <= EARLY[1]]
        late = [row[column] for row in self.memory if LATE[0] <= row[0] <= LATE[1]]
        if not early or not late:
            return None
        return statistics.median(late) / statistics.median(early) - 1


@contextmanager
def screens(pair: Pair, driver: Playwright, folder: Path) -> Iterator[list[Screen]]:
    """Give both cities' screens, signed in by their links."""
    nodes = [pair.paris, pair.sf]
    origin = "from jumelage.bridge.api import me\nanswer = me().origin"
    origins = [str(node.python(origin)) for node in nodes]
    rooms = {f"jumelage:{one}:{'r' * 26}": "Salle" for one in origins}
    windows = [f"jumelage:{one}:{'w' * 26}" for one in origins]
    told = {"rooms": rooms, "windows": windows, "zones": [node.zone for node in nodes]}
    secrets = [str(node.python(_WINDOW.format(**told))) for node in nodes]
    pair.start()
    with ExitStack() as held:
        made = []
        for number, (node, secret) in enumerate(zip(nodes, secrets, strict=True)):
            pid_file = folder / f"pid{number}"
            browser = _browser(driver, node, folder / f"chromium{number}", pid_file)
            held.callback(browser.close)
            page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
            page.on("pageerror", partial(_broke, node.slug))
            page.goto(f"{node.url}/en/rooms/screen/enter/{secret}/")
            page.set_default_timeout(20_000)
            made.append(Screen(node, secret, page, browser, pid_file))
        yield made


def _broke(slug: str, error: Error) -> None:
    say(f"{slug}: {error}")


def _browser(driver: Playwright, node: RealNode, wrapper: Path, pid_file: Path) -> Browser:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    within = " ".join(node.within)
    wrapper.write_text(f'#!/bin/sh\necho $$ > {pid_file}\nexec {within} {chromium} "$@"\n')
    wrapper.chmod(0o700)
    trusted = f"--unsafely-treat-insecure-origin-as-secure={node.url}"
    return driver.chromium.launch(executable_path=wrapper, args=[*FLAGS, trusted])


def both_flow(both: list[Screen], seconds: float) -> bool:
    """Wait until each screen shows 20 more frames of the other room; false when it does not."""
    before = [screen.frames for screen in both]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = [screen.frames for screen in both]
        before = [min(then, one) for then, one in zip(before, now, strict=True)]  # loaded again
        if all(one >= then + 20 for then, one in zip(before, now, strict=True)):
            return True
        both[0].page.wait_for_timeout(200)
    return False


def cut(pair: Pair, both: list[Screen], seconds: float) -> None:
    """Cut the line for *seconds*."""
    if pair.link is None:
        return
    pair.link("cut")
    both[0].page.wait_for_timeout(seconds * 1000)
    pair.link("mend")


def restart(screen: Screen) -> None:
    """Stop the node and start it again after a while."""
    screen.node.stop()
    screen.page.wait_for_timeout(3000)
    screen.node.start()


def kill_web(screen: Screen) -> None:
    """Kill the node's web process; the supervisor starts another."""
    children = _children(screen.node.process.pid) if screen.node.process else []
    if children:
        os.kill(min(children), signal.SIGKILL)


def disturbances(pair: Pair, both: list[Screen]) -> list[tuple[str, Callable[[], object]]]:
    """Return what is done to the window, in turn."""
    first, second = both
    return [
        ("line cut 12 s", lambda: cut(pair, both, 12)),
        ("node restarted", lambda: restart(second)),
        ("page loaded again", lambda: first.page.reload(wait_until="commit")),
        ("web process killed", lambda: kill_web(first)),
        ("line cut 60 s", lambda: cut(pair, both, 60)),
        ("line cut 2 s", lambda: cut(pair, both, 2)),
    ]


def run(pair: Pair, both: list[Screen], minutes: float) -> Course:
    """Let the window be open for *minutes*, disturb it, and note what came of it."""
    course = Course()
    if not both_flow(both, 60):
        course.troubles.append(f"never opened: {[screen.state() for screen in both]}")
        return course
    both[0].page.locator("[data-turn=microphone]").click()  # the one hand, at the beginning
    both[0].microphone = False
    begun, length = time.monotonic(), minutes * 60
    planned = disturbances(pair, both)
    if minutes < SHORT:
        planned = planned[:4]
    every = (
        length * 0.7 / max(len(planned), length * 0.7 // 600) if minutes >= SHORT else length / 6
    )
    due, number, sampled = begun + every * 0.6, 0, 0.0
    while (now := time.monotonic()) < begun + length:
        if now >= due and now < begun + length * 0.85:
            _disturb(both, *planned[number % len(planned)], course)
            due, number = time.monotonic() + every, number + 1
        elif now - sampled > SAMPLE_SECONDS:
            course.memory.append(((now - begun) / length, *_memory(both)))
            sampled = now
        else:
            both[0].page.wait_for_timeout(500)
    if not both_flow(both, 20):
        course.troubles.append("not open at the end")
    return course


def _disturb(both: list[Screen], what: str, do: Callable[[], object], course: Course) -> None:
    do()
    done = time.monotonic()
    if not both_flow(both, BACK_WITHIN):
        course.troubles.append(f"{what}: not back; {[screen.state() for screen in both]}")
    course.back.append((what, round(time.monotonic() - done, 1)))
    say(f"{what}: back after {course.back[-1][1]} s")
    kept = [screen.state().get("microphone") for screen in both]
    if kept != [screen.microphone for screen in both]:
        course.troubles.append(f"{what}: microphones {kept}")


def _memory(both: list[Screen]) -> tuple[float, float, float]:
    browsers = [int(screen.pid_file.read_text()) for screen in both]
    nodes = [screen.node.process.pid for screen in both if screen.node.process]
    return sum(map(_held, nodes)), sum(map(_held, browsers)), sum(map(_heap, both))


def _heap(screen: Screen) -> float:
    """Return the megabytes of the page's program, without garbage."""
    speaker = screen.page.context.new_cdp_session(screen.page)
    speaker.send("HeapProfiler.collectGarbage")
    used: float = speaker.send("Runtime.getHeapUsage")["usedSize"]
    speaker.detach()
    return used / 1024**2


def _held(pid: int) -> float:
    """Return the megabytes that *pid* and all below it hold, shared pages by their part."""
    return sum(map(_pss, [pid, *_children(pid, all_below=True)]))


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _children(pid: int, *, all_below: bool = False) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return []
    below = [deep for one in found for deep in _children(one, all_below=True)] if all_below else []
    return [*found, *below]


_NOTED = """
from collections import Counter
from jumelage.components.rooms.models import Interruption, OpenDay
causes = Counter(Interruption.objects.values_list("cause", flat=True))
answer = {"causes": causes, "minutes": sum(OpenDay.objects.values_list("seconds", flat=True)) / 60}
"""


def measure(minutes: float) -> tuple[Course, str]:
    """Run everything; return what happened and what the line was."""
    with (
        tempfile.TemporaryDirectory(prefix="jumelage-window-") as name,
        long_line(rate="100M") as pair,
        sync_playwright() as driver,
        screens(pair, driver, Path(name)) as both,
    ):
        course = run(pair, both, minutes)
        both[0].page.wait_for_timeout(12_000)  # the last word of each screen
        noted = pair.paris.python(_NOTED)
        if isinstance(noted, dict):
            course.causes, course.minutes_open = noted["causes"], round(noted["minutes"], 1)
        course.interruptions = sum(course.causes.values())
        if shot := os.environ.get("WINDOW_PICTURE"):
            both[0].page.screenshot(path=shot)
        line = pair.line if pair.link else "no namespaces here: loopback, the line was never cut"
    return course, line


def main() -> int:
    """Run the benchmark; print its line."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument(
        "--minutes", type=float, default=float(os.environ.get("WINDOW_MINUTES", MINUTES))
    )
    asked = reader.parse_args()
    course, line = measure(asked.minutes)
    nodes, browsers, programs = (course.growth(column) for column in (1, 2, 3))
    judged = (nodes, browsers) if asked.minutes >= SHORT else (nodes, programs)
    worst = max(9.0 if grown is None else grown for grown in judged)
    return Result(
        "always-on-window", round(worst, 3), "of memory grown", GROWTH_BAR,
        ok=not course.troubles and worst <= GROWTH_BAR,
        conditions={
            "minutes": asked.minutes, "manual_actions": 0, "troubles": course.troubles,
            "back_after_s": course.back, "nodes_grew": nodes, "browsers_grew": browsers,
            "programs_grew": programs, "megabytes": course.memory[-1][1:] if course.memory else (),
            "interruptions_noted": course.interruptions, "causes": course.causes,
            "minutes_open_noted": course.minutes_open, "line": line,
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
