/**
 * A call as a page holds it: the session, what carries media, our own devices, everybody in it.
 *
 * Nothing here touches the page; the call page and the window show what it tells. It enters again by
 * itself after any interruption, and whoever the line cut off keeps their place until they are back.
 */
import { Connection, type Options } from "../live/connection.ts";
import { Log } from "../live/log.ts";
import type { Act, Body, Participant, Said } from "../live/messages.ts";
import { Carrier } from "./carriers.ts";
import type { Health, Incoming, Part, Quality, Ways } from "./engine.ts";
import { begin, fold, isInside, type CallState } from "./fold.ts";
import { shadows } from "./guests/shadows.ts";
import { Own, type Choice } from "./own.ts";
import { between, Weather, type Sample } from "./quality/weather.ts";

export type Sending = Record<Part, boolean>;
/** Somebody inside, ourselves not among them. */
export type Guest = {
  participant: Participant;
  tracks: Partial<Record<Part, MediaStreamTrack>>;
  sending: Sending;
  health: Health;
  /** Whether the line is too bad for their picture. */
  soundOnly: boolean;
  speaking: boolean;
  /** Cut off with the line (or their connection), awaited since; `undefined`: here. */
  away: number | undefined;
  /** What came of them in the last seconds. */
  sample: Sample | undefined;
};
export type RoomOptions = Options & { uri: string; ticket: string; figures?: string; first?: Choice };
export type Heard = {
  /** Who is here, what they send, how it flows. */
  people: undefined;
  /** Somebody knocks. */
  knock: Participant;
  entered: Participant;
  left: Participant;
  /** Somebody the line cut off is back. */
  back: Participant;
  health: { guest: Guest; health: Health };
  weather: Guest;
  /** The host asked us to be silent. */
  hushed: undefined;
};

const LINGERS = new Set(["line-cut", "lost"]);
const AWAY = 120_000;
const TICK = 2500;
/** Every so many ticks the figures go to the node. */
const REPORT = 2;
/** Sound energy a second above which somebody speaks. */
const SPEAKS = 0.0008;
const SILENT: Sending = { microphone: false, camera: false, screen: false };

export class Room extends EventTarget {
  readonly connection: Connection;
  readonly log: Log<CallState>;
  readonly own: Own;
  readonly guests = new Map<string, Guest>();
  readonly #options: RoomOptions;
  readonly #carrier = new Carrier();
  #ice: RTCIceServer[] = [];
  #weathers = new Map<string, Weather>();
  #counters = new Map<string, Quality>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #early: ReturnType<typeof setTimeout> | undefined;
  #ticks = 0;
  #entered = Number.POSITIVE_INFINITY;

  constructor(options: RoomOptions) {
    super();
    this.#options = options;
    this.connection = new Connection(options.ticket, options);
    this.log = Log.of(this.connection, { begin, fold });
    this.own = new Own(options.uri, options.first);
    this.#carrier.onTrack = (incoming) => this.#came(incoming);
    this.#carrier.onHealth = (participant, health) => this.#flows(participant, health);
    this.#listen();
  }

  /** What the acts come to; at the door nothing of it is told. */
  get state(): CallState | undefined {
    const { state } = this.log;
    return state && "hands" in state ? state : undefined;
  }

  /** Whether we are in, not at the door. */
  get inside(): boolean {
    return isInside(this.connection.you?.role ?? "");
  }

  get isHost(): boolean {
    return this.connection.you?.role === "host";
  }

  /** Those at the door. */
  get lobby(): Participant[] {
    return this.connection.present.filter(({ role }) => !isInside(role));
  }

  on<K extends keyof Heard>(name: K, hear: (detail: Heard[K]) => void): void {
    this.addEventListener(name, (event) => hear((event as CustomEvent<Heard[K]>).detail));
  }

  /** Enters; devices that are not open yet come when they do. */
  open(): void {
    this.#timer = setInterval(() => void this.#look(), TICK);
    addEventListener("online", this.#again);
    this.connection.open();
  }

  /** What was received and sent so far, by participant. */
  stats(): Promise<Quality[]> {
    return this.#carrier.stats();
  }

  /** Goes, for good. */
  leave(): void {
    this.connection.leave();
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#early);
    removeEventListener("online", this.#again);
    this.#carrier.leave();
    this.own.close();
    this.guests.clear();
    this.#tell("people", undefined);
  }

  #listen(): void {
    const { connection } = this;
    connection.on("ticket", ({ ice }) => (this.#ice = Array.isArray(ice) ? (ice as RTCIceServer[]) : []));
    connection.on("welcome", () => this.#welcomed());
    connection.on("entered", (one) => this.#enters(one));
    connection.on("changed", (one) => this.#changes(one));
    connection.on("left", ({ id, reason }) => this.#leaves(id, reason));
    connection.on("said", (said) => this.#hears(said));
    connection.on("line", ({ up }) => up && this.#again());
    connection.on("ended", () => this.#stop());
    this.log.addEventListener("act", (event) => this.#happens((event as CustomEvent<Act>).detail));
    this.log.addEventListener("change", () => this.#carry());
    this.own.addEventListener("change", () => this.#show());
  }

  readonly #again = (): void => this.#carrier.restart();

  #welcomed(): void {
    const { you, present, welcome } = this.connection;
    if (!you) return;
    this.#knockAgain(you, welcome?.facts.begins ?? null);
    if (!this.inside) return this.#tell("people", undefined);
    this.#entered = Math.min(this.#entered, this.connection.hostNow());
    const here = new Set(present.map(({ id }) => id));
    for (const [id, guest] of this.guests) if (!here.has(id)) guest.away ??= performance.now();
    for (const one of present) this.#meet(one);
    this.#sweep();
    this.#carry();
    this.#subscribe();
    this.#show();
    this.#again();
  }

  /** Those who came early come in by themselves when the doors open. */
  #knockAgain(you: Participant, begins: string | null): void {
    clearTimeout(this.#early);
    if (you.role !== "early" || !begins) return;
    const wait = Date.parse(begins) - 600_000 - this.connection.hostNow() + 500;
    this.#early = setTimeout(() => {
      this.connection.close();
      this.connection.open();
    }, Math.min(Math.max(wait, 1000), 2 ** 31 - 1));
  }

  #carry(): void {
    const { you } = this.connection;
    if (you && this.inside) void this.#carrier.go(this.state?.engine ?? "mesh", this.#ways(you.id));
  }

  #ways(me: string): Ways {
    return {
      me,
      iceServers: this.#ice,
      signal: (to, body) => this.connection.say("signal", { signal: body }, to),
      say: (body) => this.connection.say("engine", body as Body, "host"),
    };
  }

  #subscribe(): void {
    this.#carrier.subscribe(this.inside ? [...this.guests.keys()] : []);
    this.#tell("people", undefined);
  }

  #meet(one: Participant): Guest | undefined {
    if (one.id === this.connection.you?.id || !isInside(one.role)) return undefined;
    const before = this.guests.get(one.id);
    if (before) [before.participant, before.away] = [one, undefined];
    const guest: Guest = before ?? {
      participant: one, tracks: {}, sending: { ...SILENT }, health: "connecting",
      soundOnly: false, speaking: false, away: undefined, sample: undefined,
    };
    this.guests.set(one.id, guest);
    return guest;
  }

  #enters(one: Participant): void {
    if (!isInside(one.role)) {
      if (one.role === "waiting") this.#tell("knock", one);
      return this.#tell("people", undefined);
    }
    const isBack = [...this.guests.values()].some(
      ({ away, participant }) => away !== undefined && participant.person === one.person,
    );
    if (!this.#meet(one)) return;
    this.#sweep();
    this.#subscribe();
    this.#showTo(one.id);
    this.#again();
    this.#tell(isBack ? "back" : "entered", one);
  }

  #changes(one: Participant): void {
    const isNew = !this.guests.has(one.id);
    if (one.id === this.connection.you?.id) return this.#welcomed();
    if (isNew && isInside(one.role)) return this.#enters(one);
    this.#meet(one);
    this.#tell("people", undefined);
  }

  #leaves(id: string, reason: string): void {
    const guest = this.guests.get(id);
    if (!guest) return this.#tell("people", undefined);
    if (LINGERS.has(reason)) guest.away = performance.now();
    else this.#forget(id);
    if (reason !== "line-cut") this.#tell("left", guest.participant);
    this.#tell("people", undefined);
  }

  #sweep(): void {
    for (const { participant } of shadows(this.guests.values())) this.#forget(participant.id);
  }

  #forget(id: string): void {
    this.guests.delete(id);
    this.#weathers.delete(id);
    this.#counters.delete(id);
    this.#subscribe();
  }

  #hears({ from, kind, body }: Said): void {
    if (kind === "engine") return this.#carrier.engineHeard(body);
    if (!this.inside) return;
    if (kind === "signal") void this.#carrier.heard(from, body.signal);
    const guest = this.guests.get(from);
    if (kind !== "sending" || !guest) return;
    for (const part of ["microphone", "camera", "screen"] as const) guest.sending[part] = body[part] === true;
    this.#tell("people", undefined);
  }

  #happens(act: Act): void {
    if (act.kind !== "muted" || Date.parse(act.at) < this.#entered) return;
    const { you } = this.connection;
    const isMeant = act.body.participant === undefined ? act.by !== you?.person : act.body.participant === you?.id;
    if (!isMeant || !this.own.microphone) return;
    void this.own.turn("microphone", false);
    this.#tell("hushed", undefined);
  }

  #show(): void {
    void this.#carrier.publish(this.own.outgoing);
    if (this.inside) this.connection.say("sending", this.#sending());
    this.#tell("people", undefined);
  }

  #showTo(id: string): void {
    this.connection.say("sending", this.#sending(), id);
  }

  #sending(): Sending {
    const { microphone, camera, screen } = this.own.outgoing;
    return { microphone: !!microphone, camera: !!camera, screen: !!screen };
  }

  #came({ from, part, track }: Incoming): void {
    const guest = this.guests.get(from);
    if (!guest) return;
    guest.tracks[part] = track;
    this.#tell("people", undefined);
  }

  #flows(id: string, health: Health): void {
    const guest = this.guests.get(id);
    if (!guest) return;
    guest.health = health;
    if (health === "flowing") {
      const old = [...this.guests.values()].find(
        (other) => other !== guest && other.away !== undefined
          && other.participant.person === guest.participant.person,
      );
      if (old) this.#forget(old.participant.id);
    }
    this.#sweep();
    this.#tell("health", { guest, health });
    this.#tell("people", undefined);
  }

  /** Reads the counters: who speaks, what the line carries, what the node keeps. */
  async #look(): Promise<void> {
    const now = performance.now();
    for (const [id, { away, health }] of this.guests) {
      if (away !== undefined && health !== "flowing" && now - away > AWAY) this.#forget(id);
    }
    if (!this.inside) return;
    const seconds = TICK / 1000;
    const all = await this.#carrier.stats();
    this.#ticks += 1;
    const figures = all.map((quality) => this.#judge(quality, seconds)).filter((one) => one !== undefined);
    if (figures.length) this.#report(figures);
    this.#tell("people", undefined);
  }

  #judge(quality: Quality, seconds: number): object | undefined {
    const guest = this.guests.get(quality.with);
    if (!guest) return undefined;
    const before = this.#counters.get(quality.with);
    this.#counters.set(quality.with, quality);
    const sample = between(before, quality, seconds);
    guest.sample = sample;
    guest.speaking = guest.sending.microphone
      && (quality.audioEnergy - (before?.audioEnergy ?? quality.audioEnergy)) / seconds > SPEAKS;
    if (guest.health !== "flowing" || !before) return undefined;
    this.#forecast(guest, sample);
    return { participant: quality.with, ...sample };
  }

  #forecast(guest: Guest, sample: Sample): void {
    const { id } = guest.participant;
    const weather = this.#weathers.get(id) ?? new Weather();
    this.#weathers.set(id, weather);
    if (!weather.take(sample, guest.sending.camera)) return;
    guest.soundOnly = !weather.pictures;
    this.#carrier.pictures(id, weather.pictures);
    this.#tell("weather", guest);
  }

  #waiting: object[] = [];

  #report(figures: object[]): void {
    this.#waiting.push(...figures);
    if (this.#ticks % REPORT || !this.#options.figures) return;
    const told = JSON.stringify({ figures: this.#waiting.splice(0).slice(-50) });
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    void fetch(this.#options.figures, { method: "POST", body: told, headers, keepalive: true }).catch(() => undefined);
  }

  #tell<K extends keyof Heard>(name: K, detail: Heard[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
