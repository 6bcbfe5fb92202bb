"""The hostile twin: a city with a real key that serves over real HTTP, honestly until told not to."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import orjson

from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_header, digest
from jumelage.bridge.identity.keys import SigningKey
from tests.factories.bridge import Peer

JSON, NDJSON = "application/json", "application/x-ndjson"
FEEDS = ("public", "network")


@dataclass(frozen=True)
class Asked:
    """A request the node made: its path and its query."""

    path: str
    query: dict[str, str]

    @property
    def after(self) -> int:
        """The sequence after which entries are asked for."""
        return int(self.query.get("after", "0"))


@dataclass(frozen=True)
class Reply:
    """What is sent back, piece by piece, each after a pause in seconds."""

    body: bytes | Iterable[tuple[float, bytes]]
    status: int = 200
    kind: str = NDJSON
    headers: dict[str, str] = field(default_factory=dict)

    def pieces(self) -> Iterator[tuple[float, bytes]]:
        """Yield pause and bytes."""
        yield from [(0.0, self.body)] if isinstance(self.body, bytes) else self.body


Plan = Callable[["City", Asked], Reply]


def line_text(line: Line) -> bytes:
    """Return *line* as it goes over the wire."""
    said = {"h": line.h} if line.b is None else {"h": line.h, "s": line.s, "b": line.b}
    return orjson.dumps(said) + b"\n"


class City(Peer):
    """Keeps what it said, so that it can serve it; `plans` replace the honest answer of a path."""

    def __init__(self) -> None:
        """Begin with nothing said and nothing planned."""
        super().__init__(slug="sly-demo")
        self.said: dict[str, list[Line]] = {name: [] for name in FEEDS}
        self.plans: dict[str, Plan] = {}
        self.times_asked = 0
        self.version = 0
        self.url = ""

    def add(self, *lines: Line, feed: str = "public") -> None:
        """Keep *lines* that were appended to *feed*."""
        self.said[feed] += lines
        self.version += 1

    def plan(self, path: str, answer: Plan | None) -> None:
        """Answer *path* with *answer* from now on, or honestly again; open streams end."""
        self.plans.pop(path, None)
        if answer is not None:
            self.plans[path] = answer
        self.version += 1

    def sign(self, feed: str, seq: int, head: bytes, key: SigningKey | None = None) -> bytes:
        """Return the checkpoint line over *head* at *seq*, signed with the city's or another key."""
        text = orjson.dumps(
            {
                "v": 1,
                "origin": self.origin,
                "feed": feed,
                "epoch": 0,
                "seq": seq,
                "head": head.hex(),
            }
        )
        return Signed(text, (key or self.key).sign(checkpoints.KIND, text)).line()

    def page(
        self, lines: list[Line], *, feed: str = "public", key: SigningKey | None = None
    ) -> bytes:
        """Return a page of *lines* with a checkpoint over the last."""
        last = lines[-1].header
        closing = self.sign(feed, decode_header(last).seq, digest(last), key)
        return b"".join(map(line_text, lines)) + closing

    def after(self, seq: int, feed: str = "public") -> list[Line]:
        """Return the honest entries after *seq*."""
        return self.said[feed][seq:]

    def honest(self, asked: Asked) -> Reply:
        """Answer as a node would."""
        if asked.path == "/bridge/feeds":
            heads = {name: len(lines) for name, lines in self.said.items()}
            return Reply(orjson.dumps({"feeds": heads}), kind=JSON)
        if asked.path == "/bridge/feed":
            name = asked.query["name"]
            lines = self.after(asked.after, name)[: int(asked.query["limit"])]
            return Reply(self.page(lines, feed=name) if lines else b"")
        if asked.path == "/bridge/stream":
            return Reply(self.live({n: int(s) for n, s in asked.query.items()}))
        return Reply(b"{}", 404, JSON)

    def live(self, cursors: dict[str, int]) -> Iterator[tuple[float, bytes]]:
        """Yield beats until something was said or is planned; then the node asks for pages."""
        version = self.version
        while self.version == version and all(
            len(self.said[name]) == seq for name, seq in cursors.items()
        ):
            yield 0.1, b'{"beat":"2026-11-22T00:00:00Z"}\n'

    def answer(self, asked: Asked) -> Reply:
        """Answer as planned, else honestly."""
        planned = self.plans.get(asked.path)
        if planned is None:
            return self.honest(asked)
        self.times_asked += 1
        return planned(self, asked)


@contextmanager
def open_city(city: City) -> Iterator[City]:
    """Let *city* answer on a loopback port inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            reply = city.answer(Asked(parts.path, dict(parse_qsl(parts.query))))
            with suppress(OSError):  # the node hangs up on what it refuses
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Connection", "close")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for pause, piece in reply.pieces():
                    time.sleep(pause)
                    self.wfile.write(piece)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    city.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield city
    finally:
        city.version += 1  # ends the open streams
        server.shutdown()
        thread.join()
        server.server_close()
