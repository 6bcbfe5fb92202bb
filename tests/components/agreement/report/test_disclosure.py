"""Small counts are hidden and cannot be worked out from what is shown."""

import itertools
from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from jumelage.components.agreement.report.disclosure import (
    THRESHOLD,
    Cell,
    Mark,
    Protected,
    is_small,
    protect,
    single,
)

counts = st.one_of(st.integers(0, 12), st.none())


def tables(max_rows: int, max_columns: int) -> st.SearchStrategy[list[list[int | None]]]:
    sizes = st.tuples(st.integers(1, max_rows), st.integers(1, max_columns))
    return sizes.flatmap(
        lambda size: st.lists(
            st.lists(counts, min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        )
    )


def closed(table: Protected) -> list[list[Cell]]:
    """Return the shown table as one grid, totals last."""
    rows = [[*row, total] for row, total in zip(table.cells, table.row_totals, strict=True)]
    return [*rows, [*table.column_totals, table.total]]


def with_totals(counts: list[list[int | None]]) -> list[list[int | None]]:
    """Add the totals the plain way."""
    rows = [[*row, None if None in row else sum(x or 0 for x in row)] for row in counts]
    columns = list(zip(*rows, strict=True))
    return [*rows, [None if None in col else sum(x or 0 for x in col) for col in columns]]


def other_truths(
    counts: list[list[int | None]], shown: list[list[Cell]]
) -> Iterator[list[list[int | None]]]:
    """Yield tables a reader of *shown* must hold possible: each inner cell moved by at most 1."""
    inner = [
        (r, c)
        for r, row in enumerate(shown[:-1])
        for c, x in enumerate(row[:-1])
        if x is Mark.HIDDEN
    ]
    for steps in product((-1, 0, 1), repeat=len(inner)):
        guess = [list(row) for row in counts]
        for (r, c), step in zip(inner, steps, strict=True):
            guess[r][c] = (guess[r][c] or 0) + step
        full = with_totals(guess)
        if _agrees(full, shown):
            yield full


def _agrees(full: list[list[int | None]], shown: list[list[Cell]]) -> bool:
    pairs = zip(itertools.chain(*full), itertools.chain(*shown), strict=True)
    return all(
        cell is Mark.MISSING or (x is not None and x >= 0 if cell is Mark.HIDDEN else x == cell)
        for x, cell in pairs
    )


@given(st.one_of(tables(2, 3), tables(3, 2), tables(1, 6)))
@settings(max_examples=200, deadline=None)
def test_no_hidden_cell_can_be_worked_out(counts: list[list[int | None]]) -> None:
    grid, truth = closed(protect(counts)), with_totals(counts)
    hidden = {(r, c) for r, row in enumerate(grid) for c, x in enumerate(row) if x is Mark.HIDDEN}
    for other in other_truths(counts, grid):
        hidden -= {(r, c) for r, c in hidden if other[r][c] != truth[r][c]}
    assert hidden == set()


@given(tables(5, 5))
@settings(max_examples=150, deadline=None)
def test_every_small_count_is_hidden_and_no_zero_becomes_missing(
    counts: list[list[int | None]],
) -> None:
    table = protect(counts)
    for row, shown in zip(counts, table.cells, strict=True):
        for count, cell in zip(row, shown, strict=True):
            assert (count is None) == (cell is Mark.MISSING)
            assert not (isinstance(cell, int) and is_small(cell))
            assert cell in {count, Mark.HIDDEN, Mark.MISSING}


def test_one_small_cell_takes_a_rectangle_with_it() -> None:
    shown = protect([[3, 20], [30, 40]])
    assert shown.cells == ((Mark.HIDDEN, Mark.HIDDEN), (Mark.HIDDEN, Mark.HIDDEN))
    assert shown.total == 93


def test_a_small_cell_in_one_row_hides_the_smallest_other() -> None:
    shown = protect([[3, 20, 8, 50]])
    assert shown.cells == ((Mark.HIDDEN, 20, Mark.HIDDEN, 50),)


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert closed(protect([[5, 0], [7, 9]])) == [[5, 0, 5], [7, 9, 16], [12, 9, 21]]


def test_a_missing_count_makes_its_totals_missing_not_zero() -> None:
    shown = protect([[None, 6], [7, 9]])
    assert shown.row_totals == (Mark.MISSING, 16)
    assert shown.column_totals == (Mark.MISSING, 15)
    assert shown.total is Mark.MISSING


def test_a_single_count_tells_zero_missing_and_few_apart() -> None:
    expected = [0, Mark.HIDDEN, Mark.HIDDEN, THRESHOLD, Mark.MISSING]
    assert [single(x) for x in (0, 1, 4, 5, None)] == expected
