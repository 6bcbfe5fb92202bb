"""A room in each city, booked over a line that is cut at each step: both rooms, or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.room_bookings import KNOWN, on_postgresql, on_sqlite
from tools import postgresql

pytestmark = pytest.mark.promise("two-rooms")

ATTEMPTS = 120
TO_PARIS, TO_SF = 0, 1
"""Lines: what San Francisco hears of Paris, and what Paris hears of San Francisco."""
SET_UP = """
from tests.factories import directory, rooms
officer = directory.person("officer", name="Canari Personne")
answer = [rooms.room(officer, approval={approval!r}).uri]
"""
ASK = """
from datetime import datetime, timedelta
from jumelage.bridge.api import me
from jumelage.components.rooms.services import ask_pair
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.models import Person, Resource
ours = Resource.objects.get(origin=me().origin)
theirs = Resource.objects.exclude(origin=me().origin).get()
starts = datetime(2031, 1, 1) + timedelta(days={day})
made = ask_pair(room=ours, twin_room=theirs, by=Person.objects.get(), title="Canari titre",
                plan=Plan(zone="Europe/Paris", starts=starts, minutes=60),
                wait=timedelta(seconds={wait}))
answer = made.uri
"""
ANSWER = """
from jumelage.components.rooms.services import answer as decide
from jumelage.directory.models import Person
decide(series={series!r}, by=Person.objects.get())
answer = True
"""
RELEASE = """
from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.services import release
from jumelage.directory.models import Person
release(occurrences=list(Occurrence.objects.filter(series={series!r})), by=Person.objects.get())
answer = True
"""
LOOK = """
from jumelage.components.rooms.models import Occurrence
from jumelage.directory.models import Reservation
one = Occurrence.objects.filter(series={series!r}).first()
kept = Reservation.objects.filter(for_uri=one.uri).first() if one else None
answer = [one.state if one else "", kept.state if kept else ""]
"""
TRACES = """
from jumelage.bridge.models import Entry, Refusal
answer = {
    "refusals": Refusal.objects.count(),
    "said": "".join(bytes(e.body or b"").decode() for e in Entry.objects.all()).count("Canari"),
}
"""
BOTH, NEITHER = ["confirmed", "confirmed"], ["released", ""]


@dataclass
class Scene:
    """Two cities; Paris asks, somebody decides over the room in San Francisco by hand."""

    paris: RealNode
    sf: RealNode
    relays: Relays
    until: Callable[..., None]
    day: int = 0

    def ask(self, wait: int = 3600) -> str:
        """Ask for both rooms, each time on another day."""
        self.day += 1
        return str(self.paris.python(ASK.format(day=self.day, wait=wait)))

    def look(self, node: RealNode, series: str) -> list[str]:
        """Return where the booking stands there, and how the room there is kept."""
        found: Any = node.python(LOOK.format(series=series))
        return list(found)

    def wait(self, node: RealNode, series: str, *wanted: list[str]) -> None:
        """Wait until it stands so at *node*."""
        self.until(lambda: self.look(node, series) in wanted, 60)

    def both(self, series: str, wanted: list[str]) -> None:
        """Mend every line; wait until it stands so in both cities."""
        self.relays.mend()
        for node in (self.paris, self.sf):
            self.wait(node, series, wanted)

    def answer(self, series: str) -> None:
        """Hold the room in San Francisco."""
        self.sf.python(ANSWER.format(series=series))

    def release(self, node: RealNode, series: str) -> None:
        """Cancel in Paris, or take the room back in San Francisco."""
        node.python(RELEASE.format(series=series))


@pytest.fixture
def scene(cities: tuple[Pair, Relays], until: Callable[..., None]) -> Scene:
    """Return two cities that know each other's room."""
    pair, relays = cities
    pair.paris.python(SET_UP.format(approval="automatic"))
    pair.sf.python(SET_UP.format(approval="by-hand"))
    until(lambda: [n.python(KNOWN) for n in (pair.paris, pair.sf)] == [2, 2], 60)
    return Scene(pair.paris, pair.sf, relays, until)


def cut_before_the_ask_arrives(scene: Scene) -> None:
    """Nothing is lost: it arrives when the line is back."""
    scene.relays.cut()
    series = scene.ask()
    assert scene.look(scene.paris, series) == ["asked", "held"]
    scene.relays.mend()
    scene.wait(scene.sf, series, ["asked", ""])
    scene.answer(series)
    scene.both(series, BOTH)


def cut_before_the_answer_arrives(scene: Scene) -> None:
    """The room in San Francisco waits."""
    series = scene.ask()
    scene.wait(scene.sf, series, ["asked", ""])
    scene.relays.cut(TO_SF)
    scene.answer(series)
    assert scene.look(scene.sf, series)[1] == "held"
    assert scene.look(scene.paris, series) == ["asked", "held"]
    scene.both(series, BOTH)


def cut_before_the_decision_arrives(scene: Scene) -> str:
    """Paris is sure, San Francisco keeps its room for it."""
    series = scene.ask()
    scene.wait(scene.sf, series, ["asked", ""])
    scene.relays.cut(TO_PARIS)
    scene.answer(series)
    scene.wait(scene.paris, series, BOTH)
    assert scene.look(scene.sf, series) == ["held", "held"]
    scene.both(series, BOTH)
    return series


def room_taken_back_before_the_decision_arrives(scene: Scene) -> None:
    """A manager's word is stronger than a decision that was under way."""
    series = scene.ask()
    scene.wait(scene.sf, series, ["asked", ""])
    scene.relays.cut(TO_PARIS)
    scene.answer(series)
    scene.wait(scene.paris, series, BOTH)
    scene.relays.cut(TO_SF)
    scene.release(scene.sf, series)
    assert scene.look(scene.paris, series) == BOTH
    assert scene.look(scene.sf, series) == NEITHER
    scene.both(series, NEITHER)


def time_is_over_while_the_answer_waits(scene: Scene) -> None:
    """The coordinator gives up; San Francisco holds its room until it hears so."""
    series = scene.ask(wait=8)
    scene.wait(scene.sf, series, ["asked", ""])
    scene.relays.cut(TO_SF)
    scene.answer(series)
    scene.relays.cut(TO_PARIS)
    scene.wait(scene.paris, series, NEITHER)
    assert scene.look(scene.sf, series)[1] == "held"
    scene.both(series, NEITHER)


def both_give_up_while_the_line_is_cut(scene: Scene, series: str) -> None:
    """Both are sure, both cancel without knowing of the other."""
    scene.relays.cut()
    scene.release(scene.paris, series)
    scene.release(scene.sf, series)
    scene.both(series, NEITHER)


def nodes_end_at_each_step(scene: Scene) -> None:
    """Both nodes are stopped and started between the steps."""
    series = scene.ask()
    scene.wait(scene.sf, series, ["asked", ""])
    scene.paris.stop()
    scene.answer(series)
    scene.sf.stop()
    scene.paris.start()
    scene.sf.start()
    scene.both(series, BOTH)


def test_line_cut_at_each_step_leaves_both_rooms_or_none(scene: Scene) -> None:
    cut_before_the_ask_arrives(scene)
    cut_before_the_answer_arrives(scene)
    confirmed = cut_before_the_decision_arrives(scene)
    room_taken_back_before_the_decision_arrives(scene)
    time_is_over_while_the_answer_waits(scene)
    both_give_up_while_the_line_is_cut(scene, confirmed)
    nodes_end_at_each_step(scene)

    traces: Any = [node.python(TRACES) for node in (scene.paris, scene.sf)]
    found: list[Mapping[str, int]] = traces
    assert found == [{"refusals": 0, "said": 0}] * 2


def test_racing_cities_never_overlap_on_sqlite() -> None:
    outcome = on_sqlite(ATTEMPTS)

    assert outcome.right, outcome
    assert outcome.states["confirmed"] > 0


def test_racing_cities_never_overlap_on_postgresql() -> None:
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    outcome = on_postgresql(ATTEMPTS, programs)

    assert outcome.right, outcome
    assert outcome.states["confirmed"] > 0
