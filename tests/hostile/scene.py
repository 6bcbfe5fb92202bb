"""A real running node, the hostile twin it follows, and what can be seen of the node from outside."""

import json
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from benchmarks.nodes import RealNode
from jumelage.bridge.identity import genesis
from jumelage.bridge.identity.requests import Signer
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
from tests.factories.bridge import demo_city
from tests.hostile.city import City

TRUST = """
from jumelage.bridge.models import Node, Pairing
from jumelage.bridge.boundary.policy import open_kind
from jumelage.kit import clock
from jumelage.kit.uris import new_id
said = json.loads({said!r})
said |= {{name: bytes.fromhex(said[name])
          for name in ("genesis", "genesis_signatures", "signing_key")}}
node = Node.objects.create(**said)
at = clock.now()
Pairing.objects.create(nonce=new_id(), node=node, state=Pairing.State.PAIRED, created_at=at,
                       expires_at=at, confirmed_here_at=at, confirmed_there_at=at)
open_kind(kind="practices.practice-shared", audience="public", article="x", instrument="x")
open_kind(kind="practices.practice-shared", audience="network", article="x", instrument="x")
answer = Node.objects.get(is_self=True).origin
"""
TEXT = Bilingual(en="Text")


@dataclass
class Scene:
    """The node, the twin, and the node's name on the bridge."""

    node: RealNode
    city: City
    origin: str = ""

    def introduce(self) -> None:
        """Let the stopped node trust the twin; one kind is open."""
        said = {
            "origin": self.city.origin,
            "genesis": self.city.genesis.text.hex(),
            "genesis_signatures": self.city.genesis.signatures.hex(),
            "signing_key": self.city.key.public.hex(),
            "url": self.city.url,
            **genesis.describe(demo_city(self.city.slug)),
        }
        self.origin = str(self.node.python(TRUST.format(said=json.dumps(said))))
        self.city.said[self.twin] = []

    @property
    def twin(self) -> str:
        """The feed of the city that only the node reads."""
        return f"twin:{self.origin}"

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """Return what the node's database answers, read from beside the running node."""
        file = Path(self.node.folder) / "node.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(sql, parameters).fetchall()

    def refusals(self) -> dict[str, int]:
        """Return how often each reason was recorded."""
        rows = self.rows("SELECT reason, SUM(count) FROM bridge_refusal GROUP BY reason")
        return {str(reason): int(count) for reason, count in rows}

    def head(self, feed: str = "public") -> int:
        """Return how far the node has copied *feed* of the twin."""
        rows = self.rows(
            "SELECT head_seq FROM bridge_feed WHERE node_id = ? AND name = ?",
            self.city.origin, feed,
        )  # fmt: skip
        return int(rows[0][0]) if rows else 0

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 40) -> None:
        """Wait until *condition* holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what}: {self.refusals()}"
            time.sleep(0.1)

    def say(self, title: str = "Quiet streets", feed: str = "public") -> None:
        """Let the twin say something honest."""
        sheet = PracticeShared(
            uri=self.city.uri(), title=Bilingual(en=title), problem=TEXT, action=TEXT,
            result=TEXT, contact_role=TEXT, shared_on=date(2026, 3, 20),
        )  # fmt: skip
        self.city.add(*self.city.say(sheet, feed=feed), feed=feed)

    def ensure_converged(self) -> None:
        """Fail unless the node copies one more honest entry of the twin."""
        self.say()
        wanted = len(self.city.said["public"])
        self.until(lambda: self.head() == wanted, "an honest entry is copied")

    def ask(
        self, path: str, *, method: str = "GET", body: bytes = b"", **changes: str
    ) -> httpx.Response:
        """Ask the node's door as the twin, with *changes* to the signed headers."""
        url = self.node.url + path
        headers = Signer(self.city.origin, self.city.key).headers(method, url, body)
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        return httpx.request(method, url, content=body, headers=headers, timeout=30)

    def memory(self) -> int:
        """Return the megabytes that the web process and the worker hold."""
        assert self.node.process is not None
        return sum(map(_megabytes, _below(self.node.process.pid)))

    @property
    def log(self) -> str:
        """What the node's processes wrote."""
        return (Path(self.node.folder) / "up.log").read_text()


def _below(pid: int) -> list[int]:
    """Return *pid* and every process it started, and those they started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _below(int(child)))]


def _megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0
