"""The photo of a room in one city is shown in the other."""

from collections.abc import Callable
from typing import Any

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode

LIST = """
from jumelage.components.rooms.photos import keeping
from jumelage.node.demonstration.footage import PARIS
from jumelage.node.demonstration.meetings.painting import painted
from tests.factories import directory, rooms
officer = directory.person("officer", name="Somebody")
photo = keeping.keep_made(painted(PARIS, (0.8, 0.8, {shade})))
answer = rooms.room(officer, photo=photo).photo
"""
SEEN = """
from jumelage.components.rooms.models import SentPhoto, TakenPhoto
from jumelage.components.rooms.photos import keeping
answer = {{
    "here": keeping.is_here({photo!r}),
    "sent": SentPhoto.objects.count(),
    "taken": list(TakenPhoto.objects.values_list("state", flat=True)),
}}
"""


def seen(node: RealNode, photo: str) -> Any:  # noqa: ANN401  # facts by name
    """Return what *node* has of the photo."""
    return node.python(SEEN.format(photo=photo))


def test_photos_of_rooms_cross_both_ways_though_the_line_is_cut(
    cities: tuple[Pair, Relays], until: Callable[..., None]
) -> None:
    pair, relays = cities
    relays.cut()
    ours = str(pair.paris.python(LIST.format(shade=0.7)))
    theirs = str(pair.sf.python(LIST.format(shade=0.6)))
    assert not seen(pair.sf, ours)["here"]
    relays.mend()

    until(lambda: seen(pair.sf, ours)["here"] and seen(pair.paris, theirs)["here"], 120)

    there = {"here": True, "sent": 1, "taken": ["kept"]}
    until(lambda: [seen(pair.sf, ours), seen(pair.paris, theirs)] == [there, there], 30)
