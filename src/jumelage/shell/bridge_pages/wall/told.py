"""What the glass wall and the audit page show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from jumelage.bridge import api as bridge
from jumelage.directory.models import Person
from jumelage.shell.bridge_pages.wall.deeds import deed


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
    """One line of the audit feed in words: who did what, and to whom."""

    note: "bridge.audit.Note"
    by: str
    did: str
    about: str


def noted(notes: Sequence["bridge.audit.Note"]) -> list[Noted]:
    """Put words to *notes* and names to their people and cities."""
    said = [word for note in notes for word in (note.by, note.about)]
    numbers = {word.removeprefix("person:") for word in said if word.startswith("person:")}
    names = dict(Person.objects.filter(pk__in=numbers).values_list("pk", "name"))
    cities = {node.origin: str(node) for node in (bridge.me(), *bridge.met_nodes())}
    return [
        Noted(
            note,
            _name(note.by, names, cities),
            deed(note.action),
            _name(note.about, names, cities),
        )
        for note in notes
    ]


def _name(word: str, names: dict[int, str], cities: dict[str, str]) -> str:
    """Return who *word* is; an account that is gone keeps its number, anything else its code."""
    number = word.removeprefix("person:")
    if number == word:
        return cities.get(word.removeprefix("node:"), word)
    return names.get(int(number)) or gettext("a deleted account (%(number)s)") % {"number": number}
