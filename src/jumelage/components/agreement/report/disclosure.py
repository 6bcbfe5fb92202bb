"""Hides small counts of people, and enough other cells that they cannot be subtracted.

Theory of operation. A table of counts is closed with its totals; then every row and every
column satisfies `sum of cells - total = 0`. Read as a graph, rows and columns are nodes and
every hidden cell is an edge that can carry more (always) or less (down to zero): a hidden cell
can be worked out exactly when no cycle of such edges runs through it. The amount that fits
around the cycles through a cell is its *leeway*: how many other values a reader must hold
possible. `protect` hides each count from 1 to 4, then the least harmful further cells until
every hidden cell has leeway. The matrix is that of a network, so whole-number solutions lose
nothing against fractional ones and the leeway is exact.

A true zero is shown as zero; a missing count stays missing and voids its totals.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

THRESHOLD = 5
"""Counts of people from 1 to 4 are hidden."""


class Mark(Enum):
    """What stands in a cell that shows no number."""

    HIDDEN = "hidden"
    MISSING = "missing"


Cell = int | Mark
Place = tuple[int, int]
Grid = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """A table that may be printed: inner cells and totals, hidden where needed."""

    cells: Grid
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell


def is_small(count: int) -> bool:
    """Tell whether *count* people are few enough to be recognised."""
    return 0 < count < THRESHOLD


def single(count: int | None) -> Cell:
    """Return the cell for a count that stands alone, in no table."""
    if count is None:
        return Mark.MISSING
    return Mark.HIDDEN if is_small(count) else count


def protect(counts: Sequence[Sequence[int | None]]) -> Protected:
    """Return *counts* (rows of equal length; None = missing) safe to print with its totals."""
    table = _Table.close(counts)
    hidden = {place for place, count in table.known() if is_small(count)}
    while (weak := table.weakest(hidden)) is not None:
        hidden.add(table.partner(weak, hidden))
    return table.shown(hidden)


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts closed with a column and a row of totals; the last row and column are totals."""

    rows: tuple[tuple[int | None, ...], ...]

    @classmethod
    def close(cls, counts: Sequence[Sequence[int | None]]) -> "_Table":
        """Add the totals; a total with a missing part is missing."""
        rows = [(*row, _sum(row)) for row in counts]
        return cls((*rows, tuple(_sum(column) for column in zip(*rows, strict=True))))

    def known(self) -> Iterator[tuple[Place, int]]:
        """Yield every place that holds a count, row by row."""
        for r, row in enumerate(self.rows):
            for c, count in enumerate(row):
                if count is not None:
                    yield (r, c), count

    def is_total(self, place: Place) -> bool:
        """Tell whether *place* is a row total, a column total or the grand total."""
        return place[0] == len(self.rows) - 1 or place[1] == len(self.rows[0]) - 1

    def shown(self, hidden: set[Place]) -> Protected:
        """Return the printable table."""
        grid = [[_cell(count) for count in row] for row in self.rows]
        for r, c in hidden:
            grid[r][c] = Mark.HIDDEN
        *rows, totals = (tuple(row) for row in grid)
        cells = tuple(row[:-1] for row in rows)
        return Protected(cells, tuple(row[-1] for row in rows), totals[:-1], totals[-1])

    def weakest(self, hidden: set[Place]) -> Place | None:
        """Return the first hidden place a reader could work out or nearly so."""
        graph = _Leeway(self, hidden)
        return next((place for place in sorted(hidden) if graph.of(place) < THRESHOLD), None)

    def partner(self, weak: Place, hidden: set[Place]) -> Place:
        """Return the least harmful further place to hide for the sake of *weak*.

        A place that at once gives *weak* more leeway is best; otherwise one in its row or
        column. Inner cells go before totals, larger than the threshold before zero, small
        before large.
        """
        counts = dict(self.known())
        shown = sorted(counts.keys() - hidden, key=lambda p: self._harm(p, counts[p]))
        before = _Leeway(self, hidden).of(weak)
        for place in shown:
            if _Leeway(self, hidden | {place}).of(weak) > before:
                return place
        beside = [p for p in shown if self._alone(p, weak, hidden)]
        return (beside or shown)[0]

    def _harm(self, place: Place, count: int) -> tuple[bool, bool, int, Place]:
        return self.is_total(place), count == 0, count, place

    def _alone(self, place: Place, weak: Place, hidden: set[Place]) -> bool:
        """Tell whether *place* joins a line in which *weak* is the only hidden cell."""
        for axis in (0, 1):
            line = [p for p in hidden if p[axis] == weak[axis]]
            if place[axis] == weak[axis] and line == [weak]:
                return True
        return False


Node = tuple[str, int]
_FREE: Node = ("free", 0)


class _Leeway:
    """How far each hidden cell can move while everything that is shown stays as it is."""

    def __init__(self, table: _Table, hidden: set[Place]) -> None:
        self.capacity: dict[tuple[Node, Node], dict[Place, int]] = {}
        self.table = table
        for place in hidden:
            self._add(place, *self._ends(place))
        for node in self._void_nodes():
            self.capacity.setdefault((node, _FREE), {})[(-1, -1)] = THRESHOLD
            self.capacity.setdefault((_FREE, node), {})[(-1, -1)] = THRESHOLD

    def of(self, place: Place) -> int:
        """Return how many other values *place* could have, counted up to the threshold."""
        start, end = self._ends(place)
        up = self._flow(end, start, place, THRESHOLD)
        count = self.table.rows[place[0]][place[1]] or 0
        return up + self._flow(start, end, place, min(count, THRESHOLD - up))

    def _ends(self, place: Place) -> tuple[Node, Node]:
        """Return the nodes an increase at *place* leads from and to; totals run backwards."""
        r, c = place
        row, column = ("row", r), ("column", c)
        last_row, last_column = r == len(self.table.rows) - 1, c == len(self.table.rows[0]) - 1
        return (column, row) if last_row != last_column else (row, column)

    def _add(self, place: Place, start: Node, end: Node) -> None:
        count = self.table.rows[place[0]][place[1]] or 0
        self.capacity.setdefault((start, end), {})[place] = THRESHOLD
        self.capacity.setdefault((end, start), {})[place] = min(count, THRESHOLD)

    def _void_nodes(self) -> Iterator[Node]:
        """Yield the lines with a missing cell: their sum tells a reader nothing."""
        rows = self.table.rows
        yield from (("row", r) for r, row in enumerate(rows) if None in row)
        columns = enumerate(zip(*rows, strict=True))
        yield from (("column", c) for c, column in columns if None in column)

    def _flow(self, source: Node, sink: Node, without: Place, limit: int) -> int:
        """Return how much fits from *source* to *sink* past the cell *without*."""
        left = {
            ends: sum(amount for place, amount in edges.items() if place != without)
            for ends, edges in self.capacity.items()
        }
        moved = 0
        while moved < limit and (path := _path(left, source, sink)):
            step = min(limit - moved, *(left[ends] for ends in path))
            for start, end in path:
                left[start, end] -= step
                left[end, start] = left.get((end, start), 0) + step
            moved += step
        return moved


def _path(left: dict[tuple[Node, Node], int], source: Node, sink: Node) -> list[tuple[Node, Node]]:
    """Return the edges of a shortest path with capacity left; empty when there is none."""
    came: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue and sink not in came:
        here = queue.popleft()
        for (start, end), amount in sorted(left.items()):
            if start == here and amount > 0 and end not in came:
                came[end] = here
                queue.append(end)
    if sink not in came or sink == source:
        return []
    path, node = [], sink
    while node != source:
        path.append((came[node], node))
        node = came[node]
    return path[::-1]


def _sum(counts: Sequence[int | None]) -> int | None:
    return None if any(count is None for count in counts) else sum(c or 0 for c in counts)


def _cell(count: int | None) -> Cell:
    return Mark.MISSING if count is None else count
