"""Two real nodes with one review session, whose minutes people write."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.lines import Relays
from benchmarks.minutes.writers import Table, Writers, writers
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce

PARIS, SF = "paris", "sf"
_CALL = """
from jumelage.bridge.api import peers
from jumelage.components.studio.services.productions import open_to
from jumelage.components.studio.services.review.sessions import call_session
from jumelage.kit import clock
from tests.factories import studio
studio.open_studio()
producer = studio.producer()
film = studio.production(producer, name="minutes")
open_to(production=film, city=peers()[0], by=producer)
film.refresh_from_db()
answer = call_session(production=film, name="Minutes", begins=clock.now(), by=producer).uri
"""
_OPEN = "from tests.factories.studio import open_studio\nopen_studio()\nanswer = True"
_KNOWN = """
from jumelage.kit.component import session_kinds
answer = session_kinds()["review"].facts({uri!r}) is not None
"""
_READ = """
from jumelage.bridge.api import live_minutes
held = live_minutes({uri!r})
answer = held.text if held else ""
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Two running nodes, the line between them, and people who can join."""

    nodes: dict[str, RealNode]
    relays: Relays
    uri: str
    people: Writers

    def stored(self, city: str) -> str:
        """Return the text as the tables of *city* hold it."""
        return str(self.nodes[city].python(_READ.format(uri=self.uri)))

    def kill(self, city: str) -> float:
        """End every process of *city* without a word; return when (seconds since 1970).

        The supervisor is held first, or it would start the others again; the others would end in
        order if they saw it go.
        """
        node = self.nodes[city]
        assert node.process is not None  # noqa: S101  # it runs
        family = [node.process.pid, *_children(node.process.pid)]
        os.kill(node.process.pid, signal.SIGSTOP)
        at = time.time()
        for pid in reversed(family):
            os.kill(pid, signal.SIGKILL)
        node.process.wait()
        node.process = None
        return at


def _children(pid: int) -> list[int]:
    """Return the processes below *pid*."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, below) for one in (child, *_children(child))]


@contextmanager
def session(folder: Path, *, one_way: float = 0.075) -> Iterator[Session]:
    """Give two paired, running nodes, joined by a relay, with a review both know of."""
    paris = RealNode(folder / PARIS, "paris-demo", "Europe/Paris", leashed=True)
    sf = RealNode(folder / SF, "sf-demo", "America/Los_Angeles", leashed=True)
    with Relays([paris.port, sf.port], one_way=one_way) as relays:
        paris.public_url, sf.public_url = relays.urls
        try:
            for node in (paris, sf):
                node.init()
            introduce(paris, sf)
            sf.python(_OPEN)
            uri = str(paris.python(_CALL))
            paris.start()
            sf.start()
            wait(lambda: sf.python(_KNOWN.format(uri=uri)), 60)
            table = Table(kind="review", uri=uri, role="annotator")
            with writers({PARIS: paris, SF: sf}, table) as people:
                yield Session({PARIS: paris, SF: sf}, relays, uri, people)
        finally:
            paris.stop()
            sf.stop()


def wait(holds: Any, seconds: float) -> None:  # noqa: ANN401  # anything that is true or not
    """Wait until *holds* gives something true.

    Raises:
        TimeoutError: it did not within *seconds*.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)
