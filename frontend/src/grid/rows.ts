/** Renews a table row by row: what is the same stays, with its choices, the focus and the scroll.
 *
 * A table marked `data-rows` inside a `data-live` region; the value of a row's first box names it.
 */

export type Keyed = { key: string; text: string };

/** The keys of the rows of *after* that are new or say something else than *before*. */
export function changed(before: Keyed[], after: Keyed[]): Set<string> {
  const said = new Map(before.map(({ key, text }) => [key, text]));
  return new Set(after.filter(({ key, text }) => said.get(key) !== text).map(({ key }) => key));
}

/** A row's markup without what the page itself writes into it. */
export function plain(html: string): string {
  return html.replace(/ (tabindex|aria-selected)="[^"]*"/g, "");
}

/** Renews the rows of *region*; undefined: it is no such table, or its columns are others now. */
export function renewRows(region: Element, next: Element): boolean | undefined {
  const [table, fresh] = [region, next].map((one) => one.querySelector<HTMLTableElement>("table[data-rows]"));
  const [body, wanted] = [table?.tBodies[0], fresh?.tBodies[0]];
  if (!body || !wanted || table?.tHead?.innerHTML !== fresh?.tHead?.innerHTML) return undefined;
  const anything = order(body, [...wanted.rows]);
  if (anything) table?.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
  return anything;
}

function order(body: HTMLTableSectionElement, wanted: HTMLTableRowElement[]): boolean {
  const [before, after] = [[...body.rows], wanted].map((rows) => rows.map(keyed));
  const other = changed(before!, after!);
  const held = new Map([...body.rows].map((row) => [keyOf(row), row]));
  const kept = new Set(after!.map(({ key }) => key));
  let moved = other.size > 0;
  for (const [key, row] of held) {
    if (kept.has(key)) continue;
    row.remove();
    moved = true;
  }
  let place = body.firstElementChild;
  for (const one of wanted) {
    const old = held.get(keyOf(one));
    const row = old && !other.has(keyOf(one)) ? old : put(body, one, old, place);
    if (row === place || old === place) place = row.nextElementSibling;
    else if (row === old) {
      body.insertBefore(row, place);
      moved = true;
    }
  }
  return moved;
}

/** Puts the fresh row where *old* stood, or before *place*; choices and the focus go over. */
function put(body: Element, fresh: Element, old: Element | undefined, place: Element | null): Element {
  const row = document.importNode(fresh, true);
  const active = old?.contains(document.activeElement) ? document.activeElement : null;
  const same = active && named(active);
  if (old) choose(row, chosen(old));
  if (old && old === place) old.replaceWith(row);
  else {
    body.insertBefore(row, place);
    old?.remove();
  }
  if (same) row.querySelector<HTMLElement>(same)?.focus({ preventScroll: true });
  return row;
}

function keyed(row: HTMLTableRowElement): Keyed {
  return { key: keyOf(row), text: plain(row.innerHTML) };
}

function keyOf(row: HTMLTableRowElement): string {
  return row.querySelector("input")?.value ?? "";
}

/** The values of the boxes that are ticked within *region*. */
export function chosen(region: Element): Set<string> {
  return new Set([...region.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value));
}

/** Ticks the boxes with these values within *region*. */
export function choose(region: Element, values: Set<string>): void {
  for (const box of region.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
    if (values.has(box.value)) box.checked = true;
  }
}

/** What finds the same element again in fresh markup; undefined: nothing does. */
export function named(one: Element): string | undefined {
  const [href, action] = [one.getAttribute("href"), one.closest("form")?.getAttribute("action")];
  if (one.id) return `#${CSS.escape(one.id)}`;
  if (href) return `a[href="${CSS.escape(href)}"]`;
  if (one.matches("input[type=checkbox]")) return `input[value="${CSS.escape((one as HTMLInputElement).value)}"]`;
  return action && one.matches("button") ? `form[action="${CSS.escape(action)}"] button` : undefined;
}

/** Whether somebody has begun to fill in a form of the page: its rows then stay as they are. */
export function isFillingIn(): boolean {
  const fields = document.querySelectorAll<Field>("main form :is(input, textarea, select):not([type=hidden], [type=checkbox])");
  return [...fields].some((field) => field === document.activeElement || isOther(field));
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isOther(field: Field): boolean {
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue;
  const [first] = [...field.options].filter((option) => option.defaultSelected);
  return field.selectedIndex !== (first?.index ?? 0);
}
