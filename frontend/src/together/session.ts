/** One review session as this browser takes part in it; knows no page.
 *
 * Where the picture is comes from the log, which the host's node orders. While the line to the host
 * is cut the people of this city move a picture of their own (sayings `alone`), and come back to
 * the host's when the line does. Who looks by themselves is moved by nobody.
 */
import { Connection } from "../live/connection.ts";
import { Log } from "../live/log.ts";
import type { Act, Body, Participant, Refused, Said } from "../live/messages.ts";
import { absent, leadFor, type Absent, type Received, type Report } from "./barrier.ts";
import { LEADER, REVIEW, VIEWER, type State } from "./fold.ts";
import { itemOf, moved, type Asked, type Item, type Transport } from "./transport.ts";

/** Events: `moved` (where the picture is has changed), `people`, `said` (a saying), `refused`, `log`. */
export class Session extends EventTarget {
  readonly connection: Connection;
  readonly log: Log<State>;
  #follows = true;
  #alone: Transport | undefined;
  #reports = new Map<string, Received>();
  #own: Report | undefined;
  #moved = "";
  /** From which seat each person speaks, as they said. */
  readonly seats = new Map<string, string>();

  constructor(ticket: string, connection = new Connection(ticket)) {
    super();
    this.connection = connection;
    this.log = Log.of<State>(connection, REVIEW);
    this.log.addEventListener("change", () => this.#changed());
    this.log.addEventListener("act", (event) => this.#seated((event as CustomEvent<Act>).detail));
    for (const name of ["entered", "changed", "left", "line", "standing"] as const) {
      connection.on(name, () => this.#people());
    }
    connection.on("entered", () => this.#tellReport());
    connection.on("welcome", ({ present }) => {
      const here = new Set(present.map(({ id }) => id));
      for (const id of this.#reports.keys()) if (!here.has(id)) this.#reports.delete(id);
      this.#tellReport();
      this.#people();
    });
    connection.on("left", ({ id }) => this.#reports.delete(id));
    connection.on("said", (said) => this.#hear(said));
    connection.on("refused", (refused) => this.#emit<Refused>("refused", refused));
  }

  /** What the session has come to; undefined before the first welcome. */
  get state(): State | undefined {
    return this.log.state;
  }

  get you(): Participant | undefined {
    return this.connection.you;
  }

  /** Whether this page has no part in it any more, and does not come back by itself. */
  get isOver(): boolean {
    return this.you !== undefined && this.connection.standing === "closed";
  }

  get present(): readonly Participant[] {
    return this.connection.present;
  }

  /** Whether this city cannot reach the host: then it moves a picture of its own. */
  get isAlone(): boolean {
    const { state, you } = this;
    if (!state || !you || you.city === state.host) return false;
    return this.connection.lines.some(({ city, up }) => city === state.host && !up);
  }

  /** Where the picture is for this browser's city. */
  get transport(): Transport | undefined {
    return (this.isAlone && this.#alone) || this.state?.transport;
  }

  get item(): Item | undefined {
    const { state, transport } = this;
    return state && transport && itemOf(transport, state.items);
  }

  get isPresenter(): boolean {
    const { state, you } = this;
    if (!state || !you || you.role === VIEWER || this.connection.standing !== "open") return false;
    return this.isAlone || !state.presenter || state.presenter === you.person;
  }

  /** Whether taking the picture needs no asking. */
  get mayTake(): boolean {
    const { state, you } = this;
    if (!state || !you || you.role === VIEWER || this.isPresenter) return false;
    const near = state.here.filter(({ city }) => !state.lost.includes(city));
    const isThere = near.some(({ person }) => person === state.presenter);
    return !isThere || (you.role === LEADER && you.city === state.host);
  }

  /** Whether the session moves this browser's picture, or the person does. */
  get follows(): boolean {
    return this.#follows;
  }

  set follows(follows: boolean) {
    if (this.#follows === follows) return;
    this.#follows = follows;
    if (this.#own) this.report({ ...this.#own, follows });
    this.#tellMoved();
    this.#people();
  }

  /** The cities that cannot show what is on yet. */
  get absent(): Absent[] {
    const { transport, you } = this;
    const others = this.present.filter(({ id }) => id !== you?.id);
    const near = this.isAlone ? others.filter(({ city }) => city === you?.city) : others;
    return transport ? absent(near, this.#reports, transport) : [];
  }

  reportOf(id: string): Report | undefined {
    return id === this.you?.id ? this.#own : this.#reports.get(id);
  }

  /** Moves the picture for everybody; whether it can be asked now. */
  move(asked: Asked): boolean {
    if (!this.isPresenter) return false;
    const wish = { ...asked, lead: leadFor(this.#reports.values()) };
    if (this.isAlone) return this.#moveAlone(wish);
    this.connection.act("transport", wish);
    return true;
  }

  /** Shows the way while somebody drags; what they end at follows by `move`. */
  scrub(frame: number): void {
    const version = this.transport?.version;
    if (version) this.connection.say("scrub", { version, frame });
  }

  /** Takes the picture, or asks for it. */
  take(): void {
    const { you } = this;
    if (!you) return;
    if (this.mayTake) this.connection.act("presenter", { to: you.person });
    else this.connection.say("ask", {});
  }

  give(person: string): void {
    this.connection.act("presenter", { to: person });
  }

  /** Says what this browser shows; repeated to whoever comes. */
  report(report: Omit<Report, "sent">): void {
    const before = this.#own;
    this.#own = { ...report, sent: 0 };
    const isSame = before && reported(before) === reported(this.#own);
    if (!isSame) this.#tellReport();
  }

  /** Says it again, with its figures: who came in between missed it. */
  repeat(): void {
    this.#tellReport();
  }

  /** Says something about a record of this city that belongs on the session's list. */
  list(kind: "drawn" | "noted", body: Body): void {
    this.connection.act(kind, body);
  }

  #moveAlone(asked: Asked): boolean {
    const { state, transport } = this;
    if (!state || !transport) return false;
    const next = moved(transport, state.items, asked, this.connection.hostNow());
    if (!next) return false;
    this.connection.say("alone", { transport: next });
    this.#setAlone(next);
    return true;
  }

  #setAlone(transport: Transport): void {
    this.#alone = transport;
    this.#tellMoved();
  }

  #tellReport(): void {
    if (!this.#own || this.connection.standing !== "open") return;
    const sent = this.connection.hostNow();
    this.connection.say("ready", { ...this.#own, sent });
  }

  #hear(said: Said): void {
    const { from, kind, body } = said;
    if (kind === "ready") {
      const report = body as unknown as Report;
      const way = Math.max(0, this.connection.hostNow() - report.sent);
      this.#reports.set(from, { ...report, way });
      this.#people();
    } else if (kind === "alone" && this.isAlone && this.#isNear(from)) {
      const transport = body.transport as Transport;
      const isKnown = this.state?.items.some(({ version }) => version === transport.version);
      if (isKnown && Number.isFinite(transport.frame)) this.#setAlone(transport);
    }
    this.#emit<Said>("said", said);
  }

  #seated({ kind, by, body }: Act): void {
    if (kind === "seated") this.seats.set(by, String(body.seat));
  }

  #isNear(id: string): boolean {
    return this.present.some((one) => one.id === id && one.city === this.you?.city);
  }

  #changed(): void {
    this.#tellMoved();
    this.#people();
    this.dispatchEvent(new Event("log"));
  }

  /** A new revision, another list, the line: whatever says that the picture is elsewhere. */
  #tellMoved(): void {
    if (!this.isAlone) this.#alone = undefined;
    const { transport, state } = this;
    const now = JSON.stringify([transport, this.#follows, state?.items.length]);
    if (now === this.#moved) return;
    this.#moved = now;
    this.dispatchEvent(new Event("moved"));
  }

  #people(): void {
    this.#tellMoved();
    this.dispatchEvent(new Event("people"));
  }

  #emit<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail }));
  }
}

/** A report without its figures: those alone are no news. */
function reported({ version, hash, ready, follows }: Report): string {
  return JSON.stringify([version, hash, ready, follows]);
}
