/** Joins a session and the player of one version: who presents moves both, who follows is moved. */
import type { Framed, Helm, Player } from "../review/player/player.ts";
import type { Session } from "./session.ts";
import { due, type Asked } from "./transport.ts";

const DRAG_PAUSE = 180;
const SCRUB_EVERY = 60;
const NEAR_THE_END = 0.2;
/** Milliseconds after which a picture that rests elsewhere than the session is brought there. */
const ASTRAY = 1500;

export class Conductor {
  readonly #session: Session;
  readonly #player: Player;
  readonly #version: string;
  readonly #hash: string;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scrubbed = 0;
  /** When something last moved the picture. */
  #touched = 0;
  #obeyed = "";
  #errors: number[] = [];
  /** Waits for the others before it starts. */
  #waits: Asked | undefined;
  onWait: (waits: boolean) => void = () => undefined;

  constructor(session: Session, player: Player, version: string, hash: string) {
    [this.#session, this.#player] = [session, player];
    [this.#version, this.#hash] = [version, hash];
    const { signal } = this.#stop;
    player.helm = this.#helm;
    session.addEventListener("moved", () => this.#obey(), { signal });
    session.addEventListener("people", () => this.#startIfAllAreReady(), { signal });
    session.addEventListener("said", (e) => this.#hear((e as CustomEvent).detail), { signal });
    player.addEventListener("frame", (e) => this.#measure((e as CustomEvent<Framed>).detail), { signal });
    player.addEventListener("ended", () => this.#next(), { signal });
    for (const event of ["canplaythrough", "progress", "waiting", "loadeddata", "seeked", "emptied"]) {
      player.clip.video.addEventListener(event, () => this.report(), { signal });
    }
    this.report();
    this.#obey();
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#player.helm = undefined;
    this.#player.hold();
  }

  get isWaiting(): boolean {
    return this.#waits !== undefined;
  }

  /** Starts although somebody is still loading. */
  startAnyway(): void {
    const asked = this.#waits;
    this.#wait(undefined);
    if (asked) this.#session.move(asked);
  }

  /** Milliseconds by which nine in ten frames of the last seconds missed their instants at most. */
  get skew(): number | null {
    if (this.#errors.length < 12) return null;
    const sorted = [...this.#errors].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.9)] ?? null;
  }

  /** Brings a picture that rests elsewhere to where the session is: a busy browser may miss a seek. */
  keep(): void {
    const { transport, follows } = this.#session;
    const player = this.#player;
    if (!transport || !follows || !this.#rests || !player.clip.settled) return;
    if (player.frame === transport.frame || performance.now() - this.#touched < ASTRAY) return;
    this.#touched = performance.now();
    player.show(transport.frame);
  }

  /** Tells the others whether this browser can play from where the picture is. */
  report(): void {
    const { follows } = this.#session;
    const [version, hash, ready] = [this.#version, this.#hash, this.#isReady];
    this.#session.report({ version, hash, ready, follows, skew: this.skew });
  }

  get #isReady(): boolean {
    const { video, isReadable, frames } = this.#player.clip;
    if (frames < 2) return isReadable;
    return video.readyState >= HTMLMediaElement.HAVE_ENOUGH_DATA || bufferedToTheEnd(video);
  }

  /** Where this version is in the session; undefined: another one is on. */
  get #isOn(): boolean {
    return this.#session.transport?.version === this.#version;
  }

  readonly #helm: Helm = {
    seek: (frame) => {
      if (this.#rests && frame === this.#session.transport?.frame) return false;
      if (!this.#steers()) return false;
      this.#drag(frame);
      return false;
    },
    play: (speed) => {
      if (!this.#steers()) return false;
      clearTimeout(this.#timer);
      this.#play({ command: "play", speed, frame: this.#player.frame });
      return true;
    },
    pause: () => {
      if (this.#rests) return false;
      if (!this.#steers()) return false;
      clearTimeout(this.#timer);
      this.#wait(undefined);
      this.#session.move({ command: "pause", frame: this.#player.frame });
      return false;
    },
    loop: (loop) => {
      if (!this.#steers()) return false;
      this.#session.move({ command: "loop", loop });
      return true;
    },
  };

  /** Whether the picture stands for everybody: who takes a pen changes nothing about that. */
  get #rests(): boolean {
    return this.#isOn && !this.#session.transport?.playing && !this.#player.playing && !this.#waits;
  }

  /** Whether a wish is one for everybody; who only follows begins to look by themselves. */
  #steers(): boolean {
    const session = this.#session;
    if (!session.follows) return false;
    if (session.isPresenter) return this.#isOn; // else the next place is on its way
    session.follows = false;
    return false;
  }

  /** While playback runs, another speed; else a start, once everybody is ready. */
  #play(asked: Asked): void {
    const { transport, absent } = this.#session;
    if (transport?.playing) {
      this.#session.move({ command: "rate", speed: asked.speed ?? 1 });
    } else if (absent.length) this.#wait(asked);
    else this.#session.move(asked);
  }

  #wait(asked: Asked | undefined): void {
    this.#waits = asked;
    this.onWait(asked !== undefined);
  }

  #startIfAllAreReady(): void {
    if (this.#waits && !this.#session.absent.length) this.startAnyway();
  }

  /** The way is shown as it goes; where the hand rests is where everybody is. */
  #drag(frame: number): void {
    const now = (this.#touched = performance.now());
    if (now - this.#scrubbed > SCRUB_EVERY) {
      this.#scrubbed = now;
      this.#session.scrub(frame);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#session.move({ command: "seek", frame }), DRAG_PAUSE);
  }

  #hear({ kind, body }: { kind: string; body: Record<string, unknown> }): void {
    const session = this.#session;
    if (kind !== "scrub" || !session.follows || session.isPresenter) return;
    const frame = Number(body.frame);
    const isHere = body.version === this.#version && Number.isFinite(frame);
    if (!isHere || session.transport?.playing) return;
    this.#touched = performance.now();
    this.#player.show(frame);
  }

  /** Brings the player to where the session is. */
  #obey(): void {
    const { transport, item, follows } = this.#session;
    this.report();
    if (!follows) return void (this.#obeyed = "");
    if (!transport || !item || !this.#isOn) return;
    const now = JSON.stringify(transport);
    if (now === this.#obeyed) return;
    this.#obeyed = now;
    this.#touched = performance.now();
    const player = this.#player;
    player.setRange();
    player.circle(transport.loop);
    if (!transport.playing) return this.#rest(transport.frame);
    const { clock } = this.#session.connection;
    this.#errors = [];
    player.along(() => {
      const at = clock.hereAt(transport.at);
      return { index: transport.frame - player.first, speed: transport.speed, at };
    });
  }

  #rest(frame: number): void {
    if (this.#player.playing) this.#player.hold();
    if (this.#player.frame !== frame || !this.#player.clip.settled) this.#player.show(frame);
  }

  #measure({ frame, due: at }: Framed): void {
    const { transport, item, connection, follows } = this.#session;
    if (!follows || !transport?.playing || !item || !this.#isOn) return;
    const wanted = due(transport, item, connection.clock.hostNow(at));
    const seconds = ((frame - wanted) * item.rate[1]) / item.rate[0];
    if (Math.abs(seconds) > NEAR_THE_END * 10) return;
    this.#errors.push(Math.abs(seconds) * 1000);
    if (this.#errors.length > 120) this.#errors.shift();
  }

  /** Without a loop the list goes on with its next place. */
  #next(): void {
    const session = this.#session;
    if (!session.follows || !session.isPresenter || !session.transport) return;
    const item = session.transport.item + 1;
    const { length } = session.state?.items ?? [];
    if (item < length) session.move({ command: "item", item, playing: true });
    else session.move({ command: "pause", frame: this.#player.last });
  }
}

/** Whether nothing more has to come to play to the end. */
function bufferedToTheEnd(video: HTMLVideoElement): boolean {
  const { buffered, currentTime, duration } = video;
  for (let part = 0; part < buffered.length; part += 1) {
    const isIn = buffered.start(part) <= currentTime + 0.1;
    if (isIn && buffered.end(part) >= duration - NEAR_THE_END) return true;
  }
  return false;
}
