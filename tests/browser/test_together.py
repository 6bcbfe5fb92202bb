"""A review held by both demonstration cities, in real browsers on this one machine.

The long form, over 150 ms and with a wrong clock, is `benchmarks/review_skew.py`.
"""

import base64
import io
import json
import re
from collections.abc import Iterator

import av
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from jumelage.node.demonstration.footage import read_number
from tests.browser.conftest import Demo, sign_in
from tests.browser.test_accessibility import AXE, problems

pytestmark = pytest.mark.promise("review-together")
PATIENCE_MS = 60_000
PLAYER = "document.querySelector('take-review').player"
SESSION = "document.querySelector('together-review').session"
PIXELS = """
() => {
  const video = document.querySelector("take-review video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}
"""
FRAME = f"""
frame => {{
  const player = {PLAYER};  // none while the next place of the list is being put there
  const {{ transport }} = {SESSION};
  const {{ version }} = document.querySelector("take-review").dataset;
  const isThere = player && version === transport.version && player.frame === frame;
  return isThere && !transport.playing && player.clip.settled;
}}
"""


def number_in(page: Page) -> int | None:
    """Return the number in the pixels that *page* shows."""
    with av.open(io.BytesIO(base64.b64decode(page.evaluate(PIXELS))), "r") as picture:
        return read_number(next(picture.decode(video=0)).to_ndarray(format="rgb24"))


@pytest.fixture(scope="module")
def people(chromium: Browser, demo: Demo) -> Iterator[tuple[Page, Page]]:
    """Sign in who coordinates the film in each city; Paris calls a session about two versions."""
    pages = []
    for slug, address in (("paris", demo.paris), ("san-francisco", demo.san_francisco)):
        context = chromium.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        sign_in(page, address, f"officer@{slug}.demo.invalid", demo.password)
        pages.append(page)
    yield pages[0], pages[1]
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def room(people: tuple[Page, Page], demo: Demo) -> str:
    """Call a session in Paris; return the address of its room, without the city."""
    page, there = people
    page.goto(f"{demo.paris}/en/studio/")
    page.get_by_role("main").get_by_role("link", name="Le Gardien").first.click()
    page.get_by_role("link", name="Sessions").first.click()
    page.get_by_role("link", name="Call a session").click()
    page.get_by_label("Name").fill("Dailies")
    page.get_by_label("Begins").fill("2026-12-01T17:30")
    for box in page.locator("input[name=versions]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Call both cities").click()
    expect(page.get_by_role("main")).to_contain_text("17:30 Paris · 08:30 San Francisco")
    path = page.url.removeprefix(demo.paris)
    for _ in range(60):
        if there.goto(f"{demo.san_francisco}{path}").status == 200:  # type: ignore[union-attr]
            break
        there.wait_for_timeout(500)
    return f"{path}room/"


@pytest.fixture
def both(people: tuple[Page, Page], room: str, demo: Demo) -> Iterator[tuple[Page, Page]]:
    """Bring both into the room, at rest on the first frame of the first place."""
    for page, address in zip(people, (demo.paris, demo.san_francisco), strict=True):
        page.goto(f"{address}{room}")
        page.locator("take-review[data-ready]").wait_for()
    here, _ = people
    for page in people:
        page.wait_for_function(f"() => {SESSION}?.present.length === 2 && !{SESSION}.absent.length")
    if not here.evaluate(f"() => {SESSION}.isPresenter"):
        here.evaluate(f"() => {SESSION}.take()")
        here.wait_for_function(f"() => {SESSION}.isPresenter")
    here.evaluate(f"() => {SESSION}.move({{ command: 'item', item: 0 }})")
    for page in people:
        page.wait_for_function(f"() => {SESSION}.transport.item === 0")
        page.wait_for_function(FRAME, arg=1001)
    yield people
    for page in people:
        page.goto("about:blank")


def announced(page: Page, sentence: str) -> None:
    """Wait until a live region of *page* says *sentence*."""
    region = page.locator("[aria-live] p", has_text=sentence)
    expect(region.first).to_be_attached(timeout=PATIENCE_MS)


def is_media(route: Route) -> bool:
    """Tell whether the browser asks for moving pictures."""
    return route.request.resource_type == "media"


def minutes_of(page: Page) -> Locator:
    """Return the field of the shared minutes."""
    return page.get_by_label("Minutes, written together")


def stopped(here: Page, there: Page) -> list[int | None]:
    """Play some frames and stop; return the frame of the session, and the number in both pictures."""
    begun = here.evaluate(f"() => {PLAYER}.frame")
    here.keyboard.press("l")
    moved = f"begun => {PLAYER}.playing && Math.abs({PLAYER}.frame - begun) > 9"
    for page in (here, there):
        page.wait_for_function(moved, arg=begun)
    here.keyboard.press("k")
    here.wait_for_function(f"() => !{SESSION}.transport.playing")
    frame = here.evaluate(f"() => {SESSION}.transport.frame")
    for page in (here, there):
        page.wait_for_function(FRAME, arg=frame)
    return [frame, number_in(here), number_in(there)]


def test_both_cities_play_and_stop_on_the_same_frame(both: tuple[Page, Page]) -> None:
    stops = [stopped(*both) for _ in range(20)]

    assert stops == [[frame] * 3 for frame, *_ in stops]


def test_frame_that_is_sought_is_read_from_the_pixels_of_both(both: tuple[Page, Page]) -> None:
    here, there = both
    found = []
    for frame in (1007, 1033, 1002, 1040, 1021):
        here.evaluate(f"frame => {PLAYER}.seek(frame)", frame)
        for page in both:
            page.wait_for_function(FRAME, arg=frame)
        found.append((number_in(here), number_in(there)))

    assert [a == b for a, b in found] == [True] * 5
    assert len(set(found)) == 5


def test_playing_right_after_a_seek_plays_on(both: tuple[Page, Page]) -> None:
    here, there = both
    here.evaluate(f"() => {{ {PLAYER}.seek(1010); {PLAYER}.play(1); }}")
    for page in both:
        page.wait_for_function(f"() => {PLAYER}.playing && {PLAYER}.frame > 1016")
    here.keyboard.press("k")
    there.wait_for_function(f"() => !{SESSION}.transport.playing")


def test_late_joiner_is_on_the_right_frame_at_once(
    both: tuple[Page, Page], chromium: Browser, demo: Demo, room: str
) -> None:
    here, _ = both
    here.keyboard.press("l")
    here.wait_for_function(f"() => {PLAYER}.playing && {PLAYER}.frame > 1003")
    context = chromium.new_context()
    late = context.new_page()
    late.set_default_timeout(PATIENCE_MS)
    sign_in(late, demo.san_francisco, "editor@san-francisco.demo.invalid", demo.password)
    late.goto(f"{demo.san_francisco}{room}")
    late.locator("take-review[data-ready]").wait_for()
    late.wait_for_function("() => document.querySelector('together-review').conductor?.skew < 42")
    announced(here, "teacher 1, San Francisco comes")
    context.close()
    announced(here, "teacher 1, San Francisco leaves")


def test_list_moves_for_everybody(both: tuple[Page, Page]) -> None:
    here, there = both
    here.keyboard.press("PageDown")
    second = here.evaluate(f"() => {SESSION}.state.items[1].version")
    for page in both:
        page.wait_for_selector(f"take-review[data-version='{second}'][data-ready]")
    expect(there.locator("[data-place][aria-current]")).to_have_attribute("data-place", second)


def test_who_follows_looks_by_themselves_and_comes_back(both: tuple[Page, Page]) -> None:
    here, there = both
    there.keyboard.press(".")
    expect(there.locator(".together-bar")).to_contain_text("You look by yourself.")
    here.evaluate(f"() => {PLAYER}.seek(1030)")
    here.wait_for_function(FRAME, arg=1030)
    assert there.evaluate(f"() => {PLAYER}.frame") == 1002
    expect(here.locator(".together-here")).to_contain_text("by themselves")
    there.keyboard.press("g")
    there.wait_for_function(FRAME, arg=1030)


def test_picture_is_asked_for_given_and_taken_back(both: tuple[Page, Page]) -> None:
    here, there = both
    there.keyboard.press("t")
    announced(here, "coordinator 1, San Francisco would like to present")
    here.get_by_role("button", name="let coordinator 1, San Francisco present").click()
    announced(there, "You present")
    there.evaluate(f"() => {PLAYER}.seek(1015)")
    here.wait_for_function(FRAME, arg=1015)
    here.keyboard.press("t")
    announced(there, "coordinator 1, Paris presents")


def test_what_is_drawn_passes_at_once_and_is_kept_by_its_city(both: tuple[Page, Page]) -> None:
    here, there = both
    there.keyboard.press("d")
    box = there.locator(".picture .ink").bounding_box()
    assert box
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * 0.5) for x in (0.3, 0.5, 0.6)]
    there.mouse.move(*at[0])
    there.mouse.down()
    for place in at[1:]:
        there.mouse.move(*place, steps=5)
    expect(here.locator(".ink .guests path").first).to_be_attached()
    there.mouse.up()
    expect(here.locator(".together-said")).to_contain_text(
        "coordinator 1, San Francisco · a drawing"
    )
    here.wait_for_function(
        "() => document.querySelector('take-review').sheet.all.some(({ mine }) => !mine)"
    )
    assert there.evaluate(f"() => {SESSION}.follows")


def test_note_is_said_without_leaving_and_stands_on_the_list(both: tuple[Page, Page]) -> None:
    here, there = both
    there.get_by_label("Note", exact=True).fill("Light it after the cut.")
    there.get_by_role("button", name="Note only").dblclick()
    expect(here.locator(".together-said")).to_contain_text("coordinator 1, San Francisco · a note")
    expect(here.locator(".notes")).to_contain_text("Light it after the cut.")
    expect(there.locator(".notes").get_by_text("Light it after the cut.")).to_have_count(1)
    assert "/room/" in there.url


def test_both_write_the_minutes_beside_the_picture(both: tuple[Page, Page]) -> None:
    here, there = both
    for page, line in ((here, "Paris: cut later. "), (there, "San Francisco: agreed. ")):
        text = page.get_by_label("Minutes, written together")
        expect(text).to_be_editable()
        text.press_sequentially(line)
    for page in both:
        text = page.get_by_label("Minutes, written together")
        expect(text).to_have_value(re.compile("Paris: cut later.*"))
        expect(text).to_have_value(re.compile(".*San Francisco: agreed."))
    assert here.evaluate(f"() => {SESSION}.follows")
    expect(here.locator(".minutes-state")).to_have_text("Saved")
    here.get_by_role("link", name="log", exact=True).click()
    expect(here.locator("shared-minutes")).to_contain_text("Paris: cut later.")


def test_two_screens_of_one_person_both_follow(
    both: tuple[Page, Page], demo: Demo, room: str
) -> None:
    here, _ = both
    second = here.context.new_page()
    second.goto(f"{demo.paris}{room}")
    second.locator("take-review[data-ready]").wait_for()
    second.wait_for_function(f"() => {SESSION}?.isPresenter")
    here.evaluate(f"() => {PLAYER}.seek(1012)")
    second.wait_for_function(FRAME, arg=1012)
    expect(here.locator(".together-here li")).to_have_count(2)
    second.close()


def test_log_tells_it_to_be_stepped_through(both: tuple[Page, Page]) -> None:
    here, _ = both
    here.get_by_role("link", name="log", exact=True).click()
    here.get_by_role("link", name="Step through it").click()
    here.get_by_role("link", name="Next", exact=True).click()
    expect(here.locator("#replay")).to_contain_text(re.compile("coordinator 1, (Paris|San)"))


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in frontend/)")
def test_room_is_accessible(both: tuple[Page, Page]) -> None:
    here, _ = both

    assert list(problems(here, "the room")) == []
    here.emulate_media(color_scheme="light")
    here.set_viewport_size({"width": 1440, "height": 1000})


def test_who_writes_stays_until_the_note_is_kept(both: tuple[Page, Page]) -> None:
    here, there = both
    first = there.locator("take-review").get_attribute("data-version")
    note = there.get_by_label("Note", exact=True)
    note.press_sequentially("Hold a little ")
    here.evaluate(f"() => {PLAYER}.seek(1020)")
    there.wait_for_function(FRAME, arg=1020)
    here.keyboard.press("PageDown")
    expect(there.locator("[data-refused]")).to_contain_text("The session has gone on to")
    note.press_sequentially("longer.")
    expect(there.locator(f"take-review[data-version='{first}']")).to_have_count(1)
    expect(note).to_have_value("Hold a little longer.")
    expect(there.locator("input[name=first_frame]")).to_have_value("1001")
    there.get_by_role("button", name="Note only").click()
    second = here.evaluate(f"() => {SESSION}.state.items[1].version")
    there.wait_for_selector(f"take-review[data-version='{second}'][data-ready]")
    expect(there.locator("[data-refused]")).to_be_empty()


def test_what_was_begun_about_a_place_is_there_again_on_return(both: tuple[Page, Page]) -> None:
    here, there = both
    note = there.get_by_label("Note", exact=True)
    note.fill("Not sent yet.")
    here.keyboard.press("PageDown")
    expect(there.locator("[data-refused]")).to_contain_text("The session has gone on to")
    there.get_by_role("button", name="follow again").click()
    expect(note).to_have_value("")
    here.keyboard.press("PageUp")
    expect(note).to_have_value("Not sent yet.")
    note.fill("")


def test_note_that_is_not_taken_says_why_beside_the_form(both: tuple[Page, Page]) -> None:
    _, there = both
    there.get_by_role("button", name="Note only").click()
    expect(there.locator(".takes-margin").get_by_role("status")).to_have_text(
        "Write something, or decide."
    )


def test_who_is_waited_for_is_said_once(both: tuple[Page, Page]) -> None:
    here, there = both
    there.route(
        lambda _: True, lambda route: route.abort() if is_media(route) else route.continue_()
    )
    here.keyboard.press("PageDown")
    second = here.evaluate(f"() => {SESSION}.state.items[1].version")
    here.wait_for_selector(f"take-review[data-version='{second}'][data-ready]")
    here.keyboard.press("l")
    late = re.compile("San Francisco is still loading")
    expect(here.locator(".state-of-session")).to_have_text(late)
    announced(here, "San Francisco is still loading")
    here.wait_for_timeout(2500)
    assert here.locator("[aria-live] p", has_text=late).count() == 1
    here.keyboard.press("s")
    here.wait_for_function(f"() => {SESSION}.transport.playing")
    there.unroute_all()


def test_minutes_stand_beside_the_picture(both: tuple[Page, Page]) -> None:
    here, _ = both
    picture, text = here.locator(".picture").bounding_box(), minutes_of(here).bounding_box()
    lists = here.locator(".together-below").bounding_box()

    assert picture and text and lists  # noqa: PT018  # for mypy
    assert text["x"] > picture["x"] + picture["width"]
    assert text["y"] < lists["y"]


def test_name_of_who_points_is_read_whole_at_every_edge(both: tuple[Page, Page]) -> None:
    here, there = both
    picture = here.locator(".picture").bounding_box()
    assert picture
    for x, y in ((0.01, 0.01), (0.99, 0.5), (0.5, 0.99)):
        say = "([x, y]) => document.querySelector('together-review').session.connection.say"
        path = "path: [[0.5, 0.5], [x, y]], colour: '#ffcc00'"
        version = "version: document.querySelector('take-review').dataset.version"
        there.evaluate(f"{say}('laser', {{ {version}, {path} }})", [x, y])
        name = here.locator(".laser-name", has_text="coordinator 1, San Francisco")
        name.wait_for()
        box = name.bounding_box()
        assert box
        assert picture["x"] <= box["x"]
        assert box["x"] + box["width"] <= picture["x"] + picture["width"]
        assert picture["y"] <= box["y"]
        assert box["y"] + box["height"] <= picture["y"] + picture["height"]
        name.wait_for(state="detached")


def test_host_sees_that_the_line_is_cut(both: tuple[Page, Page]) -> None:
    here, _ = both
    held: list[WebSocketRoute] = []

    def hold(line: WebSocketRoute) -> None:
        line.connect_to_server()
        held.append(line)

    here.route_web_socket("**/live/session", hold)
    here.reload()
    here.wait_for_function(f"() => {SESSION}?.present.length === 2")
    city = here.evaluate(
        f"() => {SESSION}.present.find(({{city}}) => city !== {SESSION}.you.city).city"
    )
    held[-1].send(json.dumps({"type": "line", "city": city, "up": False, "since": 0}))
    expect(here.locator(".state-of-session")).to_have_text("The line to San Francisco is cut.")
