/** `<task-grid>`: the table of shots and tasks by keyboard: one stop of Tab, arrows inside, Space chooses. */
import { between, moved, type Place } from "./moves.ts";

type Stop = { cell: HTMLElement; focus: HTMLElement; box: HTMLInputElement | null };

export class TaskGrid extends HTMLElement {
  #stops: Stop[][] = [];
  #at: Place = { row: 0, column: 0 };
  #from: Place | undefined;
  #inside = false;

  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table) return;
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    this.removeAttribute("tabindex");
    this.#read(table);
    this.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("focusin", (event) => this.#follow(event.target as Element));
    document.addEventListener("focusin", (event) => (this.#inside = this.contains(event.target as Node)));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", () => this.#tell());
    this.addEventListener("renewed", () => this.#renew(table));
    document.querySelector("[data-grid-keys]")?.removeAttribute("hidden");
    this.#tell();
  }

  /** Learn what can be gone to; one place is the stop of Tab. */
  #read(table: HTMLTableElement): void {
    this.#stops = [...table.tBodies].flatMap((body) => [...body.rows].map(stopsOf));
    for (const one of this.querySelectorAll<HTMLElement>("tbody a, tbody input")) one.tabIndex = -1;
    this.#stop(this.#at)?.focus.setAttribute("tabindex", "0");
  }

  /** Rows came, went or changed: the stop stays with its row, or with its place when that went. */
  #renew(table: HTMLTableElement): void {
    const cell = this.#stop(this.#at)?.cell;
    const lost = !!cell && !cell.isConnected && document.activeElement === document.body && this.#inside;
    const key = cell?.parentElement?.querySelector("input")?.value;
    const row = [...table.tBodies].flatMap((body) => [...body.rows]).findIndex((one) => one.querySelector("input")?.value === key);
    this.#from = undefined;
    const last = (table.tBodies[0]?.rows.length ?? 1) - 1;
    this.#at = { row: row < 0 ? Math.max(0, Math.min(this.#at.row, last)) : row, column: this.#at.column };
    this.#read(table);
    if (lost) this.#stop(this.#at)?.focus.focus({ preventScroll: true });
    this.#tell();
  }

  #stop({ row, column }: Place): Stop | undefined {
    return this.#stops[row]?.[Math.min(column, (this.#stops[row]?.length ?? 1) - 1)];
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    const to = moved(this.#at, event, this.#stops.length, this.#stops[this.#at.row]?.length ?? 1);
    if (to) this.#go(to, event.shiftKey);
    else if (!this.#choose(event)) return;
    event.preventDefault();
  }

  /** Go to a place; *choosing* chooses it, where one came from, and what lies between. */
  #go(to: Place, choosing: boolean): void {
    const begin = this.#at;
    this.#stop(to)?.focus.focus();
    if (choosing) this.#set(between(begin, this.#at), true);
  }

  #choose({ key, ctrlKey, shiftKey }: KeyboardEvent): boolean {
    const { row, column } = this.#at;
    const all = this.#stops.map((_, index) => ({ row: index, column }));
    const box = this.#stop(this.#at)?.box;
    if (key === " " && shiftKey) this.#set([{ row, column: 0 }], !this.#stops[row]?.[0]?.box?.checked);
    else if (key === " " && ctrlKey) this.#set(all, !box?.checked);
    else if (key === " ") this.#set([this.#at], !box?.checked);
    else if (key === "a" && ctrlKey) this.#set(all, true);
    else if (key === "Escape") this.#clear();
    else return false;
    return true;
  }

  #set(places: Place[], checked: boolean): void {
    for (const place of places) {
      const box = this.#stop(place)?.box;
      if (box) box.checked = checked;
    }
    this.#tell();
  }

  #clear(): void {
    for (const box of this.querySelectorAll<HTMLInputElement>("input:checked")) box.checked = false;
    this.#tell();
  }

  /** Take the cell that got the focus, by whichever way, as the one Tab comes back to. */
  #follow(target: Element): void {
    const cell = target.closest("td, th");
    const row = this.#stops.findIndex((stops) => stops.some((stop) => stop.cell === cell));
    if (row < 0) return;
    const column = this.#stops[row]!.findIndex(({ cell: its, focus, box }) => its === cell && (focus === target || box === target));
    this.#stop(this.#at)?.focus.setAttribute("tabindex", "-1");
    this.#at = { row, column: Math.max(0, column) };
    this.#stop(this.#at)?.focus.setAttribute("tabindex", "0");
  }

  /** With Shift a click chooses what lies between it and the one before in the same column. */
  #click(event: MouseEvent): void {
    const box = (event.target as Element).closest<HTMLInputElement>("tbody input");
    if (!box) return;
    this.#follow(box);
    if (event.shiftKey && this.#from?.column === this.#at.column) {
      this.#set(between(this.#from, this.#at), box.checked);
    }
    this.#from = this.#at;
  }

  /** Say how many are chosen, beside the form that does something with them. */
  #tell(): void {
    for (const { cell, box } of this.#stops.flat()) {
      if (box) cell.setAttribute("aria-selected", String(box.checked));
    }
    const count = this.querySelectorAll("tbody input:checked").length;
    const said = document.querySelector<HTMLElement>("[data-chosen]");
    if (said) said.textContent = count ? (said.dataset.chosen ?? "").replace("0", String(count)) : "";
  }
}

/** What can be gone to in a row: the box of the row, its name, each task or the empty cell. */
function stopsOf(row: HTMLTableRowElement): Stop[] {
  return [...row.cells].flatMap((cell) => {
    if (cell.classList.contains("figure")) return [];
    const links = [...cell.querySelectorAll<HTMLElement>("a")];
    const boxes = [...cell.querySelectorAll("input")];
    if (links.length) return links.map((focus, index) => ({ cell, focus, box: boxes[index] ?? null }));
    if (boxes.length) return [{ cell, focus: boxes[0]!, box: boxes[0]! }];
    cell.tabIndex = -1;
    return [{ cell, focus: cell, box: null }];
  });
}
