"""Calls through the real Janus: three pages in Chromium, and the desk of the node between them."""

import signal
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from jumelage.components.rooms.engines.janus import configuration
from tests.browser.engines.rig import Program, Site, needs_janus, site, until

NAMES = ("anna", "berta", "carla")
PAIRS = list(permutations(range(3), 2))
pytestmark = needs_janus


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / "janus")
    configuration.write(program.told)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def rig(janus: Program) -> Iterator[Site]:
    with site(janus.told.folder) as served:
        yield served


def enter(rig: Site, browser: Browser, names: tuple[str, ...]) -> list[Page]:
    pages = []
    for name in names:
        page = browser.new_context().new_page()
        page.goto(f"{rig.address}/?id={name}")
        pages.append(page)
    return pages


def seen(page: Page, name: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {one["with"]: one for one in page.evaluate("stats()")}
    return found.get(name, {"framesDecoded": 0, "audioEnergy": 0})


def flows(pages: list[Page], one: int, other: int) -> bool:
    told = seen(pages[one], NAMES[other])
    return bool(told["framesDecoded"] >= 20 and told["audioEnergy"] > 0)


def all_flow(pages: list[Page]) -> None:
    """Wait until each page decodes pictures and hears sound of each other one."""
    until(lambda: all(flows(pages, one, other) for one, other in PAIRS))


@pytest.mark.promise("three-through-janus")
def test_three_see_and_hear_each_other_both_ways(rig: Site, filming: Browser) -> None:
    pages = enter(rig, filming, NAMES)

    all_flow(pages)

    assert rig.acts == [("carried", {"engine": "janus"})]
    shown = [pages[one].evaluate(f"luma('{NAMES[other]}')") for one, other in PAIRS]
    assert [pair for pair, (mean, spread) in zip(PAIRS, shown, strict=True)
            if mean < 20 or spread < 5] == []  # fmt: skip


@pytest.mark.promise("three-through-janus")
def test_everything_comes_back_after_janus_was_killed(
    rig: Site, filming: Browser, janus: Program
) -> None:
    pages = enter(rig, filming, NAMES)
    all_flow(pages)

    janus.stop(signal.SIGKILL)
    janus.start()

    until(lambda: all(seen(pages[one], NAMES[other])["framesDecoded"] < 20 for one, other in PAIRS))
    all_flow(pages)


def test_who_leaves_is_let_go_and_the_others_go_on(rig: Site, filming: Browser) -> None:
    pages = enter(rig, filming, NAMES)
    all_flow(pages)

    pages[2].close()

    before = seen(pages[0], "berta")["framesDecoded"]
    until(lambda: seen(pages[0], "berta")["framesDecoded"] > before + 20)
    assert [one["with"] for one in pages[0].evaluate("stats()")] == ["berta"]
    until(lambda: rig.do(rig.desk.janus.participants("/paris/rooms/call/1")) == ["anna", "berta"])


def test_only_those_who_agreed_are_recorded(rig: Site, filming: Browser, janus: Program) -> None:
    pages = enter(rig, filming, NAMES)
    all_flow(pages)
    folder = janus.told.folder / "recordings"
    state: dict[str, Any] = {
        "recording": {"on": True, "by": "person-anna"},
        "consents": {"person-anna": True, "person-berta": True},
    }

    rig.happens("recording", state)
    until(lambda: len(list(folder.glob("tape1-00?-audio-*.mjr"))) == 2)
    assert list(folder.glob("tape1-003-*")) == []
    state["consents"]["person-carla"] = True
    rig.happens("consented", state)
    until(lambda: list(folder.glob("tape1-003-audio-*.mjr")))
    rig.happens("recording", {**state, "recording": {"on": False}})

    until(lambda: rig.tapes.finished == ["tape1"])
    assert rig.tapes.begun == [("/paris/rooms/call/1", "person-anna")]
