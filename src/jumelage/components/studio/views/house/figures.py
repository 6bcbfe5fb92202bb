"""Stated usage as lines of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jumelage.components.studio.models import Category, Usage
from jumelage.components.studio.selectors.house.usage import Counted

COLUMNS = ("people", "sessions", "minutes", "versions", "notes")
_LABELS = dict(Category.choices)


@dataclass(frozen=True, slots=True)
class Line:
    """What one category of users did in one month in one city; None is withheld."""

    month: date | None
    node: object
    category: str
    figures: Sequence[int | None]


def lines_of(rows: Sequence[Usage]) -> list[Line]:
    """Return a line for each category of each month and city."""
    return [
        Line(
            month=date.fromisoformat(f"{row.month}-01"),
            node=row.node,
            category=str(_LABELS.get(category, category)),
            figures=[figures.get(name) for name in COLUMNS],
        )
        for row in rows
        for category, figures in sorted(row.figures.items())
    ]


def running(counted: Mapping[str, Counted]) -> list[Line]:
    """Return the lines of the running month, with everything: only coordinators see them."""
    return [
        Line(
            month=None,
            node=None,
            category=str(_LABELS.get(category, category)),
            figures=[len(one.people), one.sessions, one.minutes, one.versions, one.notes],
        )
        for category, one in sorted(counted.items())
    ]
