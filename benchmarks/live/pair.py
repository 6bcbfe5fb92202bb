"""Two nodes that serve tables, and what is known of them from outside."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchmarks.lines import Relays
from benchmarks.live.node import FILE
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce

PROGRAM = (sys.executable, "-m", "benchmarks.live.node")
_LOG = """
from jumelage.bridge.api import live_log, live_standing, refusals
uri = {uri!r}
standing = live_standing(uri)
answer = {{
    "acts": [[a.stamp, a.origin, a.number, a.by, a.city, a.kind, dict(a.body)] for a in live_log(uri)],
    "shared": standing and standing.is_shared, "present": standing and dict(standing.present),
    "ended": bool(standing and standing.ended_at),
    "refusals": [r.reason for r in refusals()],
}}
"""
_ORIGIN = "from jumelage.bridge.api import me\nanswer = me().origin"


@dataclass
class Tables:
    """Two cities with a table between them."""

    paris: RealNode
    sf: RealNode
    uri: str
    relays: Relays | None
    origins: dict[str, str]

    def ticket(self, node: RealNode, person: str, role: str = "player") -> str:
        """Return a ticket as a page of *node* gives it."""
        from jumelage.bridge.live.tickets import Ticket, sign  # noqa: PLC0415  # needs no settings

        secret = (node.folder / "secret.key").read_text()
        label = person.title()
        ticket = Ticket(kind="table", uri=self.uri, person=person, role=role, label=label)
        return sign(ticket, secret)

    def log(self, node: RealNode) -> dict[str, Any]:
        """Return what *node* holds of the table."""
        return cast("dict[str, Any]", node.python(_LOG.format(uri=self.uri)))


@contextmanager
def tables(
    folder: Path, *, capacity: int | None = None, one_way: float = 0.075, begin: bool = True
) -> Iterator[Tables]:
    """Give two running nodes joined by relays that can be cut, with a table that Paris hosts."""
    paris = RealNode(folder / "paris", "paris-demo", "Europe/Paris", program=PROGRAM)
    sf = RealNode(folder / "sf", "sf-demo", "America/Los_Angeles", program=PROGRAM)
    with Relays([paris.port, sf.port], one_way=one_way) as relays:
        paris.public_url, sf.public_url = relays.urls
        for node in (paris, sf):
            node.init()
        introduce(paris, sf)
        origins = {node.slug: str(node.python(_ORIGIN)) for node in (paris, sf)}
        uri = f"jumelage:{origins[paris.slug]}:{'a' * 26}"
        said = {"host": origins[paris.slug], "cities": list(origins.values()), "capacity": capacity}
        for node in (paris, sf):
            (node.folder / FILE).write_text(json.dumps({uri: said}))
        try:
            if begin:
                paris.start()
                sf.start()
            yield Tables(paris, sf, uri, relays, origins)
        finally:
            paris.stop()
            sf.stop()


@contextmanager
def alone(folder: Path) -> Iterator[Tables]:
    """Give one running node with a table that no other city knows."""
    paris = RealNode(folder / "paris", "paris-demo", "Europe/Paris", program=PROGRAM)
    paris.init()
    origin = str(paris.python(_ORIGIN))
    uri = f"jumelage:{origin}:{'a' * 26}"
    said = {"host": origin, "cities": [origin], "capacity": None}
    (paris.folder / FILE).write_text(json.dumps({uri: said}))
    try:
        paris.start()
        yield Tables(paris, paris, uri, None, {paris.slug: origin})
    finally:
        paris.stop()
