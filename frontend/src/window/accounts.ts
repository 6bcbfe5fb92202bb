/**
 * What a screen notes of itself: how long the other room came, when it did not, and why.
 *
 * Everything outlives a reload (it stands in the browser's storage) and is forgotten only once the
 * node has it. The clock is the node's, so that both ends of an interruption are true.
 */

export type Cause = "line" | "node" | "other" | "media" | "device";
export type Interruption = { began: string; ended: string; cause: Cause };
type Kept = { since: number | null; cause: Cause; told: Interruption[] };

/** Milliseconds; shorter ones are the ordinary trembling of networks. */
const WORTH = 3_000;
const MOST = 50;
const KEY = "window:accounts";

export class Accounts {
  #storage: Pick<Storage, "getItem" | "setItem">;
  #now: () => number;
  #kept: Kept;
  #openSince: number | undefined;
  #open = 0;

  /** *now*: milliseconds of the node's clock. */
  constructor(storage: Pick<Storage, "getItem" | "setItem">, now: () => number) {
    this.#storage = storage;
    this.#now = now;
    this.#kept = read(storage.getItem(KEY));
  }

  /** Notes how it is: open, or not because of *cause*; `undefined` is for quiet hours. */
  note(how: "open" | Cause | undefined): void {
    const now = this.#now();
    if (how !== "open") this.#stop(now);
    else this.#openSince ??= now;
    if (how === "open" || how === undefined) this.#end(now);
    else if (this.#kept.since === null) this.#keep({ ...this.#kept, since: now, cause: how });
  }

  /** What the node is to be told; `taken` forgets it. */
  report(): { open: number; interruptions: Interruption[]; taken: () => void } {
    const now = this.#now();
    if (this.#openSince !== undefined) {
      this.#stop(now);
      this.#openSince = now;
    }
    const open = this.#open;
    const interruptions = this.#kept.told.slice(0, MOST);
    return {
      open: open / 1000,
      interruptions,
      taken: () => {
        this.#open -= open;
        this.#keep({ ...this.#kept, told: this.#kept.told.slice(interruptions.length) });
      },
    };
  }

  #stop(now: number): void {
    if (this.#openSince === undefined) return;
    this.#open += Math.max(0, now - this.#openSince);
    this.#openSince = undefined;
  }

  #end(now: number): void {
    const { since, cause, told } = this.#kept;
    if (since === null) return;
    const worth = now - since >= WORTH;
    const row = { began: new Date(since).toISOString(), ended: new Date(now).toISOString(), cause };
    this.#keep({ since: null, cause, told: worth ? [...told, row].slice(-MOST) : told });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#storage.setItem(KEY, JSON.stringify(kept));
  }
}

function read(text: string | null): Kept {
  const empty: Kept = { since: null, cause: "node", told: [] };
  try {
    const kept = JSON.parse(text ?? "null") as Kept | null;
    return kept && Array.isArray(kept.told) ? kept : empty;
  } catch {
    return empty;
  }
}
