/** What one edit of a text field changed, and where a caret is after somebody else's edit. */

/** *remove* characters go at *at*, then *insert* comes. Positions are in UTF-16 units. */
export type Edit = { at: number; remove: number; insert: string };
/** A change as Yjs tells it. */
export type Delta = readonly {
  retain?: number | undefined;
  insert?: unknown;
  delete?: number | undefined;
}[];

/** The one edit that makes *after* of *before*; the caret says where, when letters are alike.
 *
 * Undefined: nothing changed. A pair of surrogates is never cut in two.
 */
export function editBetween(before: string, after: string, caret: number): Edit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let tail = 0;
  while (tail < Math.min(most, after.length - caret) && endsAlike(before, after, tail)) tail += 1;
  let head = 0;
  while (head < most - tail && before[head] === after[head]) head += 1;
  if (isHigh(before, head - 1)) head -= 1;
  if (isLow(before, before.length - tail)) tail -= 1;
  const remove = before.length - head - tail;
  return { at: head, remove, insert: after.slice(head, after.length - tail) };
}

/** Where the position *at* is after *delta*; what comes in exactly there goes after it, or before. */
export function moved(at: number, delta: Delta, comesAfter = true): number {
  let here = 0;
  let place = at;
  for (const step of delta) {
    if (step.retain !== undefined) here += step.retain;
    else if (typeof step.insert === "string") {
      if (here < place || (here === place && !comesAfter)) place += step.insert.length;
      here += step.insert.length;
    } else if (step.delete !== undefined) {
      place -= Math.max(0, Math.min(step.delete, place - here));
    }
    if (here > place) break;
  }
  return place;
}

/** The line of the text in which *at* is, from 1. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function endsAlike(before: string, after: string, tail: number): boolean {
  return before[before.length - 1 - tail] === after[after.length - 1 - tail];
}

function isHigh(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000;
}
