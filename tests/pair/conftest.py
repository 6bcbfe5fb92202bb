"""Two real nodes as processes, joined by relays that can be cut."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce

LOOK = """
from jumelage.bridge.models import Contact, Entry, Feed, Refusal
from jumelage.components.practices.models import Practice
answer = {
    "heads": {f"{f.node.slug}/{f.name}": f.head_seq for f in Feed.objects.select_related("node")},
    "titles": sorted(p.title["en"] for p in Practice.objects.all()),
    "entries": Entry.objects.count(),
    "refusals": list(Refusal.objects.values_list("reason", flat=True)),
    "line_up": list(Contact.objects.values_list("line_up", flat=True)),
}
"""
SAY = """
import time
from datetime import date
from jumelage.bridge.api import new_uri, publish
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
text = Bilingual(en="text")
for number in range({count}):
    publish(PracticeShared(uri=new_uri(), title=Bilingual(en=f"{name} {{number:03}}"), problem=text,
        action=text, result=text, contact_role=text, shared_on=date(2026, 1, 1)))
    time.sleep({pause})
answer = True
"""


@pytest.fixture
def cities(tmp_path: Path) -> Iterator[tuple[Pair, Relays]]:
    """Return two running nodes that trust each other, over a line of 60 ms that can be cut."""
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    with Relays([paris.port, sf.port], one_way=0.03) as relays:
        paris.public_url, sf.public_url = relays.urls
        paris.init()
        sf.init()
        introduce(paris, sf)
        pair = Pair(paris, sf, "relay")
        try:
            pair.start()
            yield pair, relays
        finally:
            paris.stop()
            sf.stop()
            shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def until() -> Callable[[Callable[[], bool], float], None]:
    """Return a wait for a condition, which fails after so many seconds."""
    import time  # noqa: PLC0415  # only here

    def wait(condition: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the condition did not come true in time"
            time.sleep(0.2)

    return wait
