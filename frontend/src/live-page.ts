/** `<live-page>`: when a record this page shows has changed, fetches the page again and swaps
 * the regions marked `data-live`, never under the hands of somebody who is filling a form in.
 * While a region holds an element with `data-again`, that is done again after so many seconds:
 * work that is going on in this city alone leaves no record on its way.
 * A table marked `data-rows` is renewed row by row, while nobody fills in a form of the page.
 */
import { liveSource, type Change, type Word } from "./live-source.ts";
import { concerns } from "./concerns.ts";
import { choose, chosen, isFillingIn, named, renewRows } from "./grid/rows.ts";

/** How long a page waits before it looks again whether somebody is still writing. */
const LATER_MS = 5000;
/** A page rests so many times as long as its last renewal took: many changes are one. */
const REST = 4;

export class LivePage extends HTMLElement {
  #head = 0;
  #busy = false;
  #again = false;
  #later = 0;
  #soonest = 0;
  #freight: string | undefined;
  #timer = 0;

  connectedCallback(): void {
    const source = liveSource();
    source?.addEventListener("change", (e) => this.#change((e as CustomEvent<Change>).detail));
    source?.addEventListener("word", (e) => this.#word((e as CustomEvent<Word>).detail));
    document.addEventListener("focusout", () => this.#later && window.setTimeout(() => void this.#refresh()));
    this.#repeat();
  }

  #repeat(): void {
    window.clearTimeout(this.#timer);
    const seconds = document.querySelector<HTMLElement>("[data-live] [data-again]")?.dataset.again;
    if (seconds) this.#timer = window.setTimeout(() => void this.#refresh(true), Number(seconds) * 1000);
  }

  #change(change: Change): void {
    this.#head = change.head;
    if (concerns(change.kinds, this.dataset.kinds ?? "")) void this.#refresh();
  }

  /** A page may have missed changes before its stream opened, or while it was hidden. */
  #word(word: Word): void {
    const missed = this.#head ? word.head > this.#head : word.quiet * 1000 < performance.now();
    this.#head = word.head;
    const moved = this.#freight !== undefined && word.freight !== this.#freight;
    this.#freight = word.freight;
    if (missed) void this.#refresh();
    else if (moved && this.#showsFreight()) void this.#refresh(true);
  }

  /** Only pages that ask for it follow the bytes of deliveries. */
  #showsFreight(): boolean {
    return (this.dataset.kinds ?? "").split(/\s+/).includes("freight.");
  }

  /** *Quietly*: figures that move all the time are not announced to screen readers. */
  async #refresh(quietly = false): Promise<void> {
    this.#again = this.#busy;
    if (this.#busy || !document.querySelector("[data-live]")) return;
    this.#busy = true;
    window.clearTimeout(this.#later);
    this.#later = 0;
    await pause(this.#soonest - performance.now());
    const begin = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) this.#swap(await answer.text(), quietly);
    } catch {
      // The node is away for a moment; the next word or change tries again.
    } finally {
      this.#busy = false;
      this.#soonest = performance.now() + REST * (performance.now() - begin);
      this.#repeat();
    }
    if (this.#again) void this.#refresh();
  }

  #swap(html: string, quietly: boolean): void {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const regions = [...document.querySelectorAll<HTMLElement>("[data-live]")];
    let changed = false;
    for (const region of regions) {
      const next = fresh.querySelector(`[data-live="${CSS.escape(region.dataset.live ?? "")}"]`);
      if (!next || content(next) === content(region)) continue;
      if (isInUse(region)) this.#wait();
      else changed = renew(region, next) || changed;
    }
    if (changed && !quietly) this.#say(this.dataset.said ?? "");
  }

  #wait(): void {
    window.clearTimeout(this.#later);
    this.#later = window.setTimeout(() => void this.#refresh(), LATER_MS);
  }

  #say(text: string): void {
    const status = this.querySelector("[role=status]");
    if (!status) return;
    status.textContent = "";
    window.setTimeout(() => (status.textContent = text), 50);
  }
}

/** The markup without the tokens that differ at every request. */
function content(region: Element): string {
  return region.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((done) => window.setTimeout(done, ms)) : Promise.resolve();
}

/** Whether somebody writes in it, or watches a film in it; rows wait for the forms of the page. */
function isInUse(region: Element): boolean {
  if (region.querySelector("table[data-rows]")) return isFillingIn();
  if ([...region.querySelectorAll("video")].some((film) => !film.paused)) return true;
  const fields = region.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
  const typed = [...fields].some(
    (f) => f.type !== "hidden" && (f === document.activeElement || f.value !== f.defaultValue),
  );
  return typed || region.querySelector("select:focus") !== null;
}

/** Renews a region, row by row where it can; tells whether anything is other than before. */
function renew(region: Element, next: Element): boolean {
  const ticked = region.querySelector("table[data-rows]") ? chosen(region) : new Set<string>();
  return renewRows(region, next) ?? (replace(region, next), retick(region, ticked), true);
}

/** Ticks the boxes of a table that stands in for another; whoever counts them counts again. */
function retick(region: Element, ticked: Set<string>): void {
  choose(region, ticked);
  region.querySelector("table[data-rows]")?.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
}

/** Replaces the content and puts the focus back on the same link or button. */
function replace(region: Element, next: Element): void {
  const active = region.contains(document.activeElement) ? document.activeElement : null;
  const same = active && named(active);
  region.replaceChildren(...document.importNode(next, true).childNodes);
  if (same) region.querySelector<HTMLElement>(same)?.focus({ preventScroll: true });
}
