/**
 * `<room-window>`: the page of a screen in a room. It looks into the other room all the time, and needs
 * no hand: whatever was cut comes back by itself, with curtain and microphone as they were left.
 *
 * The node is told every few seconds that the screen lives and what it noted (`accounts.ts`); its answer says
 * whether it is quiet, and whether the window still stands. A page that got stuck loads itself again,
 * and each end of quiet hours brings the newest program.
 */
import { Room, type Guest } from "../call/room.ts";
import { hour } from "../times.ts";
import { Accounts, type Cause } from "./accounts.ts";
import { start, unmute } from "./playing.ts";
import { Presence } from "./presence.ts";
import { privacy, type Standing } from "./privacy.ts";

type Devices = { microphone: boolean; camera: boolean };
type Told = {
  uri: string; ticket: string; beat: string; here: string; there: string; devices: Devices;
  agreed: boolean; quiet: boolean; opens: string | null; time: number;
};
type Now = Pick<Told, "agreed" | "quiet" | "opens" | "time">;

const BEAT = 10_000;
const LOOK = 1_000;
/** Milliseconds without the other room, though everything else is well, after which the page loads again. */
const STUCK = 180_000;
const DEVICE_AGAIN = 20_000;

export class RoomWindow extends HTMLElement {
  #told!: Told;
  #words!: Record<string, string>;
  #room: Room | undefined;
  #accounts!: Accounts;
  #presence!: Presence;
  #now!: Now;
  #ahead = 0; // the node's clock before this one, in milliseconds
  #gone = false;
  #somebody: boolean | undefined; // in front of the other screen
  #saidPresence: boolean | undefined;
  #timers: ReturnType<typeof setInterval>[] = [];
  #devicesAt = 0;
  #closedSince = 0;
  #trouble = false;

  connectedCallback(): void {
    this.#told = json("window-told") as Told;
    this.#words = json("window-words") as Record<string, string>;
    this.#hear(this.#told);
    this.#accounts = new Accounts(localStorage, () => Date.now() + this.#ahead);
    this.#presence = new Presence();
    this.#closedSince = performance.now();
    for (const button of this.querySelectorAll<HTMLElement>("[data-turn]")) {
      button.addEventListener("click", () => void this.#turn(button.dataset.turn as keyof Devices));
    }
    this.#timers = [setInterval(() => this.#look(), LOOK), setInterval(() => void this.#beat(), BEAT)];
    document.addEventListener("visibilitychange", this.#wake);
    this.#wake();
    this.#follow();
    void this.#beat();
  }

  disconnectedCallback(): void {
    for (const timer of this.#timers) clearInterval(timer);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#shut();
  }

  /** Keeps the screen lit; a browser that cannot is left alone. */
  readonly #wake = (): void => {
    if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").catch(() => undefined);
  };

  get #isOpenTime(): boolean {
    return this.#now.agreed && !this.#now.quiet && !this.#gone;
  }

  /** Opens or shuts, as the hours and the two cities say. */
  #follow(): void {
    if (this.#isOpenTime && !this.#room) this.#open();
    if (!this.#isOpenTime && this.#room) this.#shut();
    this.#show();
  }

  #open(): void {
    const { uri, ticket, devices } = this.#told;
    sessionStorage.removeItem(`call:${uri}`); // what the node kept is what holds
    const room = new Room({ uri, ticket, first: devices, unattended: true });
    this.#room = room;
    room.on("people", () => this.#show());
    room.own.addEventListener("change", () => this.#showOwn());
    room.own.addEventListener("trouble", () => (this.#trouble = true));
    room.connection.on("said", ({ kind, body }) => {
      if (kind === "presence") this.#somebody = body.there === true;
    });
    room.connection.on("entered", () => (this.#saidPresence = undefined));
    void room.own.open(); // at once: browsers let a page that captures sound as well
    void room.open();
  }

  #shut(): void {
    this.#room?.leave();
    this.#room = undefined;
    this.#presence.forget();
    this.#somebody = undefined;
    this.#video("view").srcObject = null;
    this.#video("own").srcObject = null;
  }

  /** Draws or opens the curtain, switches the microphone, and lets the node keep it. */
  async #turn(part: keyof Devices): Promise<void> {
    const on = !this.#told.devices[part];
    this.#told.devices = { ...this.#told.devices, [part]: on };
    if (part === "camera" && !on) this.#presence.forget();
    this.#show();
    await this.#room?.own.turn(part, on);
    this.#show();
    await this.#beat();
  }

  /** The other room's screen: one that is here and flows, else one that still flows, else one that is here. */
  get #other(): Guest | undefined {
    const guests = [...(this.#room?.guests.values() ?? [])].filter(
      ({ participant }) => participant.city !== this.#room?.connection.you?.city,
    );
    const here = guests.filter(({ away }) => away === undefined).reverse();
    const flows = ({ health }: Guest): boolean => health === "flowing";
    return here.find(flows) ?? guests.find(flows) ?? here[0];
  }

  get #standing(): Standing {
    const { connection } = this.#room ?? {};
    const { camera, microphone } = this.#told.devices;
    return {
      gone: this.#gone,
      closed: !this.#now.agreed,
      quiet: this.#now.quiet,
      node: connection?.standing === "open",
      line: connection?.cut === undefined,
      other: this.#other !== undefined,
      flows: this.#other?.health === "flowing",
      camera,
      microphone,
    };
  }

  /** Looks once a second: what to show, what to note, who is in front, what to try again. */
  #look(): void {
    this.#clocks();
    if (this.#maySound) void unmute(this.#video("view"));
    this.#show();
    this.#accounts.note(this.#how());
    this.#hint();
    void this.#devicesAgain();
    this.#unstick();
  }

  /** Whether the browser lets the page sound: somebody touched it, or it captures. */
  get #maySound(): boolean {
    const { own } = this.#room ?? {};
    return navigator.userActivation?.hasBeenActive || Boolean(own?.track("camera") ?? own?.track("microphone"));
  }

  #how(): "open" | Cause | undefined {
    if (!this.#isOpenTime) return undefined;
    const { flows, node, line, other } = this.#standing;
    if (flows) return "open";
    if (!node) return "node";
    if (!line) return "line";
    return other ? "media" : "other";
  }

  /** Tells the other screen whether somebody is here; the picture it follows from stays here. */
  #hint(): void {
    const own = this.#video("own");
    const there = this.#told.devices.camera && this.#presence.look(own, performance.now());
    if (there === this.#saidPresence || !this.#room?.inside) return;
    if (this.#room.connection.say("presence", { there })) this.#saidPresence = there;
  }

  async #devicesAgain(): Promise<void> {
    const { own } = this.#room ?? {};
    const { devices } = this.#told;
    const missing = (["camera", "microphone"] as const).filter((part) => devices[part] && !own?.track(part));
    this.#trouble &&= missing.length > 0;
    if (!own || missing.length === 0 || performance.now() - this.#devicesAt < DEVICE_AGAIN) return;
    this.#devicesAt = performance.now();
    for (const part of missing) await own.turn(part, true);
  }

  /** Loads the page again when all is well but no picture comes for minutes. */
  #unstick(): void {
    const { flows, node, line, other } = this.#standing;
    const stuck = this.#isOpenTime && !flows && node && line && other;
    if (!stuck) this.#closedSince = performance.now();
    else if (performance.now() - this.#closedSince > STUCK) location.reload();
  }

  async #beat(): Promise<void> {
    const { open, interruptions, taken } = this.#accounts.report();
    const token = this.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const body = JSON.stringify({ open, interruptions, devices: this.#told.devices });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(this.#told.beat, { method: "POST", body, headers, redirect: "error" }).catch(() => undefined);
    if (answer?.status === 403) return location.reload(); // the token was outlived
    if (answer?.status === 404) return this.#vanish();
    if (!answer?.ok) return;
    const now = (await answer.json().catch(() => undefined)) as Now | undefined;
    if (!now) return;
    taken();
    const ended = this.#gone || (!this.#isOpenTime && now.agreed && !now.quiet);
    this.#hear(now);
    if (ended) return location.reload(); // opens again, with the newest program
    this.#follow();
  }

  /** The link was taken back or the window closed: dark at once; asks on, should it come back. */
  #vanish(): void {
    this.#gone = true;
    this.#follow();
  }

  #hear(now: Now): void {
    this.#now = now;
    this.#ahead = now.time - Date.now();
  }

  #show(): void {
    const word = privacy(this.#standing);
    const { opens } = this.#now;
    const until = word === "quiet" && opens ? ` ${this.#words.opens} ${this.#hourHere(opens)}.` : "";
    const sentence = `${this.#words[word] ?? ""}${until}`;
    put(this.#part("privacy"), sentence);
    this.dataset.privacy = word;
    this.#showView(word, sentence);
    for (const part of ["camera", "microphone"] as const) this.#showButton(part);
    put(this.#part("hint"), this.#hintText(word));
  }

  #showView(word: string, sentence: string): void {
    const other = this.#other;
    const flows = other?.health === "flowing";
    const { camera, microphone } = other?.tracks ?? {};
    const tracks = [other?.sending.camera ? camera : undefined, microphone].filter((track) => track !== undefined);
    play(this.#video("view"), flows ? tracks : []);
    const pictures = flows && other?.sending.camera === true && camera !== undefined;
    const cover = this.#part("cover");
    cover.hidden = pictures;
    const said = flows ? (other?.soundOnly ? this.#words["sound-only"] : this.#words["their-curtain"]) : sentence;
    put(this.#part("cover-text"), said ?? "");
    this.dataset.word = word;
  }

  #showOwn(): void {
    const camera = this.#room?.own.track("camera");
    play(this.#video("own"), camera ? [camera] : []);
    this.#show();
  }

  #showButton(part: keyof Devices): void {
    const button = this.querySelector<HTMLElement>(`[data-turn=${part}]`);
    const on = this.#told.devices[part];
    const word = part === "camera" ? (on ? "draw" : "open") : on ? "mute" : "unmute";
    put(button, this.#words[word] ?? "");
    button?.setAttribute("data-on", String(on));
    button?.removeAttribute("aria-pressed");
  }

  #hintText(word: string): string {
    if (this.#trouble) return this.#words.device ?? "";
    if (this.#other?.soundOnly) return this.#words["sound-only"] ?? "";
    if (this.#video("view").muted) return this.#words.touch ?? "";
    if (this.#other?.health !== "flowing" || word === "quiet" || this.#somebody === undefined) return "";
    return this.#words[this.#somebody ? "somebody" : "nobody"] ?? "";
  }

  #clocks(): void {
    for (const clock of this.querySelectorAll<HTMLTimeElement>("[data-clock]")) {
      put(clock, hour(clock.dataset.clock ?? "UTC", new Date(Date.now() + this.#ahead)));
    }
  }

  #hourHere(at: string): string {
    const zone = this.querySelector<HTMLElement>("[data-clock]")?.dataset.clock ?? "UTC";
    return hour(zone, new Date(at));
  }

  #part(name: string): HTMLElement {
    return this.querySelector(`[data-${name}]`) as HTMLElement;
  }

  #video(name: string): HTMLVideoElement {
    return this.#part(name) as HTMLVideoElement;
  }
}

/** Shows *tracks*, touching the element only when they changed. */
function play(video: HTMLVideoElement, tracks: MediaStreamTrack[]): void {
  const shown = video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : [];
  const same = shown.length === tracks.length && tracks.every((track) => shown.includes(track));
  if (same) {
    if (video.paused && tracks.length > 0) void start(video);
    return;
  }
  video.srcObject = tracks.length > 0 ? new MediaStream(tracks) : null;
  if (tracks.length > 0) void start(video);
}

function put(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function json(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}
