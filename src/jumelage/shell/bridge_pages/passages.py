"""What the glass wall and the audit page show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from jumelage.bridge import api as bridge
from jumelage.directory.models import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One kind on one feed: what crossed, to or from whom."""

    passage: bridge.Passage
    city: bridge.Node
    readers: str


@dataclass(frozen=True, slots=True)
class Side:
    """One direction of the wall."""

    direction: str
    rows: tuple[Row, ...]

    @property
    def entries(self) -> int:
        """Everything that crossed in this direction."""
        return sum(row.passage.put + row.passage.withdraw + row.passage.erase for row in self.rows)


def sides() -> tuple[Side, Side]:
    """Return what left and what entered."""
    here = bridge.me()
    cities = {node.origin: node for node in (here, *bridge.met_nodes())}
    rows = [
        Row(passage, cities[passage.origin], bridge.audience_in_words(passage.audience))
        for passage in bridge.passages()
    ]
    left = tuple(row for row in rows if row.passage.direction == "left")
    return Side("left", left), Side("entered", tuple(row for row in rows if row not in left))


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the audit feed with the name of who did it."""

    note: "bridge.audit.Note"
    by: str


def noted(notes: Sequence["bridge.audit.Note"]) -> list[Noted]:
    """Put names to the people of *notes*; an account that is gone keeps its number."""
    numbers = {note.by.removeprefix("person:") for note in notes if note.by.startswith("person:")}
    names = dict(Person.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return [Noted(note, _name(note.by, names)) for note in notes]


def _name(by: str, names: dict[int, str]) -> str:
    number = by.removeprefix("person:")
    if number == by:
        return by
    return names.get(int(number)) or gettext("a deleted account (%(number)s)") % {"number": number}
