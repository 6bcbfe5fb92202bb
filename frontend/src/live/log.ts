/** The acts of a session in their one order, and the state they come to.
 *
 * The order (stamp, origin, number) is the same everywhere, so whoever folds all acts in it comes to
 * the same state. What the other city said while the line was cut comes late and belongs before what
 * was folded already: then all is folded again, or, where this browser has only the end of a long
 * log, the node is asked for the state.
 */
import type { Connection } from "./connection.ts";
import type { Act, Facts, Vector, Welcome } from "./messages.ts";

/** What a kind of session makes of its acts; both functions are pure, `fold` never changes *state*. */
export type Kind<State> = {
  begin: (facts: Facts) => State;
  fold: (state: State, act: Act) => State;
};

/** The numbers held of one origin. */
type Run = { first: number; last: number; numbers: Set<number> };

/** The total order of acts. */
export function inOrder(a: Act, b: Act): number {
  if (a.stamp !== b.stamp) return a.stamp - b.stamp;
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1;
  return a.number - b.number;
}

/** Events: `change` whenever state or acts changed; `act` (detail: the act) for each new one. */
export class Log<State> extends EventTarget {
  readonly #kind: Kind<State>;
  readonly #ask: () => void;
  #state: State | undefined;
  #first: State | undefined;
  #acts: Act[] = [];
  #held = new Map<string, Run>();

  /** *ask* asks the node for the state, which `restate` then takes. */
  constructor(kind: Kind<State>, ask: () => void = () => undefined) {
    super();
    [this.#kind, this.#ask] = [kind, ask];
  }

  /** The log that goes on with *connection*. */
  static of<State>(connection: Connection, kind: Kind<State>): Log<State> {
    const log = new Log(kind, () => connection.ask());
    connection.on("welcome", (welcome) => log.welcome(welcome));
    connection.on("act", (act) => log.add(act));
    connection.on("state", ({ state }) => log.restate(state as State));
    connection.seen = () => log.vector;
    return log;
  }

  /** What the acts come to; undefined before the first welcome. */
  get state(): State | undefined {
    return this.#state;
  }

  /** The acts held, in order. */
  get acts(): readonly Act[] {
    return this.#acts;
  }

  /** For each origin the highest number held; an origin with a gap is asked for anew. */
  get vector(): Vector {
    const runs = [...this.#held].filter(([, run]) => isUnbroken(run));
    return Object.fromEntries(runs.map(([origin, run]) => [origin, run.last]));
  }

  /** Begins with, or goes on after, what the node says; its state counts. */
  welcome(welcome: Welcome): void {
    this.#first = this.#kind.begin(welcome.facts);
    const fresh = welcome.acts.filter((act) => this.#insert(act) !== undefined).sort(inOrder);
    if (welcome.state === null) this.#again();
    else this.#state = welcome.state as State;
    for (const act of fresh) this.#tell(act);
    this.dispatchEvent(new Event("change"));
  }

  /** Takes one act; one that is held already changes nothing. */
  add(act: Act): void {
    const isLast = this.#insert(act);
    if (isLast === undefined || this.#state === undefined) return;
    if (isLast) this.#state = this.#kind.fold(this.#state, act);
    else this.#again();
    this.#tell(act);
    this.dispatchEvent(new Event("change"));
  }

  /** Takes the state as the node folded it. */
  restate(state: State): void {
    this.#state = state;
    this.dispatchEvent(new Event("change"));
  }

  #tell(act: Act): void {
    this.dispatchEvent(new CustomEvent<Act>("act", { detail: act }));
  }

  /** Whether *act* is the last in the order; undefined: it was here. */
  #insert(act: Act): boolean | undefined {
    const run = this.#held.get(act.origin) ?? { first: Infinity, last: 0, numbers: new Set() };
    if (run.numbers.has(act.number)) return undefined;
    run.numbers.add(act.number);
    run.first = Math.min(run.first, act.number);
    run.last = Math.max(run.last, act.number);
    this.#held.set(act.origin, run);
    let at = this.#acts.length;
    while (at > 0 && inOrder(this.#acts[at - 1] as Act, act) > 0) at -= 1;
    this.#acts.splice(at, 0, act);
    return at === this.#acts.length - 1;
  }

  #again(): void {
    if (this.#first !== undefined && this.#isWhole()) {
      this.#state = this.#acts.reduce<State>(this.#kind.fold, this.#first);
    } else this.#ask();
  }

  /** Whether every act of every origin is here from its first to its last. */
  #isWhole(): boolean {
    return [...this.#held.values()].every((run) => run.first === 1 && isUnbroken(run));
  }
}

function isUnbroken(run: Run): boolean {
  return run.last - run.first + 1 === run.numbers.size;
}
