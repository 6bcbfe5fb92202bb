/** One websocket to the own city's node, kept up as long as the page wants it.
 *
 * No cookie is trusted there: each connection begins with a ticket, which the page's address gives
 * to whoever may take part. A cut connection comes back by itself with a new ticket, says what it
 * has seen and hears what it missed; acts made meanwhile wait here and are sent again under the
 * same identifier until the node has logged them. Sayings and minutes are not kept: who needs them
 * says them anew (`welcome`).
 */
import { HostClock } from "./clock.ts";
import { read, type Act, type Body, type FromNode, type Line, type Participant } from "./messages.ts";
import type { HostTime, Refused, Said, ToNode, Vector, Welcome } from "./messages.ts";
import { RefusedError, ticketFrom, type Getter, type Ticket } from "./tickets.ts";

export type Standing = "closed" | "connecting" | "open" | "cut";
/** What is heard; each is the `detail` of an event of that name. */
export type Heard = {
  /** A ticket was got: what else its answer tells is known before the session stands. */
  ticket: Ticket;
  /** The session stands, for the first time or again. */
  welcome: Welcome;
  act: Act;
  /** An act of ours that the node has logged, or refused (then only `refused` comes). */
  kept: { id: string; act: Act };
  said: Said;
  state: { state: unknown; vector: Vector };
  entered: Participant;
  changed: Participant;
  left: { id: string; reason: string };
  /** A line to another city was cut, or stands again. */
  line: Line;
  refused: Refused;
  ended: undefined;
  /** A frame of the shared minutes. */
  minutes: Uint8Array;
  /** A better sample of the host's clock. */
  clock: { offset: number; roundTrip: number };
  /** How this connection stands. */
  standing: Standing;
  /** How many acts wait to be logged. */
  waiting: number;
};
export type Options = {
  /** The address of the websocket; `/live/session` of this page's node unless told. */
  socket?: string;
  /** A page without hands (a window, a kiosk) also tries again after a refusal. */
  unattended?: boolean;
  /** For tests. */
  Socket?: typeof WebSocket;
};

const PAUSES = [300, 600, 1200, 2500, 5000];
const LATER = 8000;
/** Close codes, see docs/protocol/live.md. */
const LEFT = 1000;
const REFUSED = 4403;
const STAY_AWAY = new Set([4400, 4413]);
const NO_HURRY = new Set([REFUSED, 4400, 4413, 4429]);
/** Refusals that pass by themselves. */
const NOT_NOW = new Set(["line-cut", "too-many"]);
/** A connection that is not up by then is given up: a lost first packet is not waited for. */
const PATIENCE = 5000;
/** Nothing heard for so long, with an answer due each second: the line is broken. */
const SILENCE = 6000;
const QUICK_PROBES = 8;
const QUICK = 100;
const PACE = 1000;
const LONGEST_QUEUE = 1000;

export class Connection extends EventTarget {
  readonly clock: HostClock;
  /** What was seen, said when joining; the log sets it. */
  seen: () => Vector = () => ({});
  /** What somebody is called on this page; the label they came with unless the page knows better. */
  label: (one: Participant) => string = ({ label }) => label;
  readonly #ticket: Getter;
  readonly #options: Options;
  #socket: WebSocket | undefined;
  #standing: Standing = "closed";
  #present = new Map<string, Participant>();
  #welcome: Welcome | undefined;
  #lines = new Map<string, Line>();
  #wishes = new Map<string, { kind: string; body: Body }>();
  #refused: Refused | undefined;
  #failures = 0;
  #probes = 0;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setTimeout> | undefined;

  /** *ticket*: an address to POST to (see `ticketFrom`), or whatever gets one. */
  constructor(ticket: string | Getter, options: Options = {}) {
    super();
    this.#ticket = typeof ticket === "string" ? ticketFrom(ticket) : ticket;
    this.#options = options;
    this.clock = new HostClock();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** This connection's own participant; undefined before the first welcome. */
  get you(): Participant | undefined {
    return this.#welcome?.you;
  }

  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Who takes part in both cities, this connection among them. */
  get present(): readonly Participant[] {
    return [...this.#present.values()].map((one) => ({ ...one, label: this.label(one) }));
  }

  /** The line to each other city of the session. */
  get lines(): readonly Line[] {
    return [...this.#lines.values()];
  }

  /** The first line that is cut; undefined while all stand. */
  get cut(): Line | undefined {
    return this.lines.find(({ up }) => !up);
  }

  /** How many acts wait to be logged. */
  get waiting(): number {
    return this.#wishes.size;
  }

  /** The host's time now, in milliseconds; NaN before the first welcome. */
  hostNow(): HostTime {
    return this.clock.hostNow();
  }

  /** Hears *name*; `signal` ends it. */
  on<K extends keyof Heard>(name: K, hear: (detail: Heard[K]) => void, signal?: AbortSignal): void {
    const listener = (event: Event): void => hear((event as CustomEvent<Heard[K]>).detail);
    this.addEventListener(name, listener, signal ? { signal } : {});
  }

  /** Connects, and again whenever the connection is cut, until `leave` or `close`. */
  open(): void {
    if (this.#standing !== "closed") return;
    globalThis.addEventListener?.("online", this.#hurry);
    globalThis.document?.addEventListener("visibilitychange", this.#hurry);
    void this.#connect();
  }

  /** Says goodbye and stays away. */
  leave(): void {
    this.#send({ type: "leave" });
    this.close();
  }

  /** Stays away; the node notices. */
  close(): void {
    globalThis.removeEventListener?.("online", this.#hurry);
    globalThis.document?.removeEventListener("visibilitychange", this.#hurry);
    this.#drop();
    clearTimeout(this.#timer);
    this.#stand("closed");
  }

  /** Does something durable; returns its identifier. It waits here while the connection is cut. */
  act(kind: string, body: Body = {}): string {
    const id = crypto.randomUUID();
    if (this.#wishes.size >= LONGEST_QUEUE) {
      const full = { code: "too-many-waiting", fr: "Trop d’actions attendent.", en: "Too many actions wait." };
      queueMicrotask(() => this.#tell("refused", { type: "refused", id, ...full }));
      return id;
    }
    this.#wishes.set(id, { kind, body });
    this.#send({ type: "act", id, kind, body });
    this.#tell("waiting", this.waiting);
    return id;
  }

  /** Says something that nobody keeps, to all or to one; whether it went out. */
  say(kind: string, body: Body = {}, to?: string): boolean {
    return this.#send({ type: "say", kind, body, ...(to === undefined ? {} : { to }) });
  }

  /** Asks for the state as the node folded it. */
  ask(): void {
    this.#send({ type: "state" });
  }

  /** Sends a frame of the shared minutes; whether it went out. */
  sendMinutes(frame: Uint8Array<ArrayBuffer>): boolean {
    if (this.#standing !== "open" || this.#socket?.readyState !== 1) return false;
    this.#socket.send(frame);
    return true;
  }

  async #connect(): Promise<void> {
    this.#stand(this.#welcome ? "cut" : "connecting");
    try {
      const answer = await within(this.#ticket(), PATIENCE);
      if (this.standing === "closed") return;
      this.#tell("ticket", answer);
      const { ticket, socket } = answer;
      this.#join(ticket, socket ?? this.#options.socket ?? "/live/session");
    } catch (error) {
      if (this.standing === "closed") return;
      if (error instanceof RefusedError) this.#refuse(error.refused);
      else this.#later();
    }
  }

  #join(ticket: string, address: string): void {
    const Socket = this.#options.Socket ?? WebSocket;
    const socket = new Socket(new URL(address, socketBase()));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket), PATIENCE);
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "join", ticket, seen: this.seen() } satisfies ToNode));
    socket.onmessage = (event: MessageEvent<unknown>) => this.#hear(socket, event.data);
    socket.onclose = ({ code }) => this.#closed(socket, code);
  }

  /** What a close code says: stay away, come back, or come back later (docs/protocol/live.md). */
  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    const isRefused = code === REFUSED && !NOT_NOW.has(this.#refused?.code ?? "");
    const isOver = code === LEFT || (!this.#options.unattended && (isRefused || STAY_AWAY.has(code)));
    if (isOver) this.close();
    else this.#lost(socket, NO_HURRY.has(code) ? LATER : undefined);
  }

  /** Forgets *socket*, unless another has taken its place, and tries again. */
  #lost(socket: WebSocket, pause?: number): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#later(pause);
  }

  #drop(): void {
    clearTimeout(this.#pulse);
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    // One that is still connecting would complain about being closed; it is closed once it is open.
    if (socket.readyState === 0) socket.onopen = () => socket.close();
    else socket.close();
  }

  /** Tries again after a pause of its own, so that not all come back at the same instant. */
  #later(pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] ?? 5000): void {
    this.#failures += 1;
    this.#stand(this.#welcome ? "cut" : "connecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), pause * (0.75 + Math.random() / 2));
  }

  /** The network is back, or the page is looked at again: do not wait for the pause to end. */
  readonly #hurry = (): void => {
    const isHidden = globalThis.document?.hidden ?? false;
    if (isHidden || this.#socket || this.#standing === "closed" || this.#failures === 0) return;
    this.#failures = 0;
    clearTimeout(this.#timer);
    void this.#connect();
  };

  #hear(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#heardAt = performance.now();
    if (data instanceof ArrayBuffer) return this.#tell("minutes", new Uint8Array(data));
    const told = read(data);
    if (told) this.#take(told);
  }

  #take(told: FromNode): void {
    switch (told.type) {
      case "welcome":
        return this.#enter(told);
      case "clock":
        return this.#mark(told.sent, told.time);
      case "act": {
        const { type: _, ...act } = told;
        return this.#acted(act);
      }
      case "refused":
        return this.#refuseOne(told);
      case "entered":
      case "changed":
        this.#present.set(told.participant.id, told.participant);
        if (told.participant.id === this.you?.id && this.#welcome) this.#welcome.you = told.participant;
        return this.#tell(told.type, told.participant);
      case "left":
        this.#present.delete(told.id);
        return this.#tell("left", { id: told.id, reason: told.reason });
      case "line":
        this.#lines.set(told.city, told);
        return this.#tell("line", told);
      case "said":
        return this.#tell("said", told);
      case "state":
        return this.#tell("state", told);
      case "ended":
        this.close();
        return this.#tell("ended", undefined);
    }
  }

  #enter(welcome: Welcome): void {
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#refused = undefined;
    this.#welcome = welcome;
    this.#lines = new Map(welcome.line.map((line) => [line.city, line]));
    this.#present = new Map(welcome.present.map((one) => [one.id, one]));
    this.#present.set(welcome.you.id, welcome.you);
    this.clock.forget();
    this.clock.guess(welcome.time);
    this.#stand("open");
    for (const act of welcome.acts) if (act.id) this.#keep(act.id, act);
    this.#tell("welcome", welcome);
    for (const [id, { kind, body }] of this.#wishes) this.#send({ type: "act", id, kind, body });
    this.#probes = 0;
    this.#beat();
  }

  #acted(act: Act): void {
    this.#tell("act", act);
    if (act.id) this.#keep(act.id, act);
  }

  #keep(id: string, act: Act): void {
    if (!this.#wishes.delete(id)) return;
    this.#tell("kept", { id, act });
    this.#tell("waiting", this.waiting);
  }

  /** An act is refused, or all of us are: then the node closes, and the code says what to do. */
  #refuseOne(refused: Refused): void {
    if (refused.id === undefined) this.#refused = refused;
    else if (this.#wishes.delete(refused.id)) this.#tell("waiting", this.waiting);
    this.#tell("refused", refused);
  }

  /** There is no ticket: a page with hands waits for them, unless it is only not now. */
  #refuse(refused: Refused): void {
    this.#drop();
    if (this.#options.unattended || NOT_NOW.has(refused.code)) this.#later(LATER);
    else this.close();
    this.#tell("refused", refused);
  }

  /** Probes the clock, quickly at first; the same probes tell both sides that the line stands. */
  #beat(): void {
    if (this.#probes > QUICK_PROBES && performance.now() - this.#heardAt > SILENCE) {
      if (this.#socket) this.#lost(this.#socket);
      return;
    }
    this.#probes += 1;
    this.#send({ type: "clock", sent: this.clock.here() });
    this.#pulse = setTimeout(() => this.#beat(), this.#probes < QUICK_PROBES ? QUICK : PACE);
  }

  #mark(sent: number, time: HostTime): void {
    const before = this.clock.best;
    this.clock.take(sent, time);
    const { best } = this.clock;
    if (best && best !== before) this.#tell("clock", best);
  }

  #send(message: ToNode): boolean {
    if (this.#standing !== "open" || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #stand(standing: Standing): void {
    if (standing === this.#standing) return;
    this.#standing = standing;
    this.#tell("standing", standing);
  }

  #tell<K extends keyof Heard>(name: K, detail: Heard[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function socketBase(): string {
  return (globalThis.location?.href ?? "http://localhost/").replace(/^http/, "ws");
}

/** *promise*, or an error after *ms*. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error("late")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
