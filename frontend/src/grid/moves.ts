/** Where a key leads in a grid. Source: WAI-ARIA Authoring Practices, grid pattern. */
export type Place = { row: number; column: number };
export type Key = { key: string; ctrlKey: boolean };

/** Rows that Page Up and Page Down go over. */
export const PAGE = 10;

/** The place a key leads to from *at*; undefined: it is no key of the grid. */
export function moved(at: Place, { key, ctrlKey }: Key, rows: number, columns: number): Place | undefined {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  const leads: Record<string, Place> = {
    ArrowUp: { ...at, row: ctrlKey ? 0 : at.row - 1 },
    ArrowDown: { ...at, row: ctrlKey ? lastRow : at.row + 1 },
    ArrowLeft: { ...at, column: ctrlKey ? 0 : at.column - 1 },
    ArrowRight: { ...at, column: ctrlKey ? lastColumn : at.column + 1 },
    PageUp: { ...at, row: at.row - PAGE },
    PageDown: { ...at, row: at.row + PAGE },
    Home: { row: ctrlKey ? 0 : at.row, column: 0 },
    End: { row: ctrlKey ? lastRow : at.row, column: lastColumn },
  };
  const to = leads[key];
  return to && { row: within(to.row, lastRow), column: within(to.column, lastColumn) };
}

/** The places between two of one column, both included. */
export function between(one: Place, other: Place): Place[] {
  const [first, last] = [Math.min(one.row, other.row), Math.max(one.row, other.row)];
  return Array.from({ length: last - first + 1 }, (_, index) => ({ row: first + index, column: other.column }));
}

function within(number: number, last: number): number {
  return Math.max(0, Math.min(number, last));
}
