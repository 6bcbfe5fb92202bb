/** The stage: the picture of one version, or of two on one canvas, and the wipe between them.
 *
 * A single picture without a look is the video itself. Otherwise each frame that both videos have
 * presented is painted, and only such frames: `frame` events tell the one that is to be seen.
 */
import { Clip, type Shown } from "../player/clip.ts";
import type { Player } from "../player/player.ts";
import { Still } from "../player/still.ts";
import { within, type Rate } from "../time/frames.ts";
import { Follower } from "./follower.ts";
import { isPlain, Painter, PLAIN, type Look } from "./painter.ts";
import { Pairs } from "./pairs.ts";

const DEPTH = 6;

/** Another version, to be compared. */
export type Partner = {
  url: string;
  rate: Rate;
  frames: number;
  first: number;
  label: string;
  isStill: boolean;
};

export class Stage extends EventTarget {
  readonly canvas: HTMLCanvasElement;
  readonly #player: Player;
  readonly #pairs = new Pairs(DEPTH);
  #painter: Painter | undefined;
  #partner: Partner | undefined;
  #clip: Clip | undefined;
  #follower: Follower | undefined;
  #look: Look = PLAIN;
  #offset = 0;
  #painted: number | undefined;

  constructor(player: Player, canvas: HTMLCanvasElement) {
    super();
    [this.#player, this.canvas] = [player, canvas];
    this.#listen(0, player.clip);
    canvas.addEventListener("webglcontextlost", () => this.#lose());
  }

  get look(): Look {
    return this.#look;
  }

  get partner(): Partner | undefined {
    return this.#partner;
  }

  /** The number of the frame that is to be seen. */
  get frame(): number {
    if (!this.#isPainting || this.#painted === undefined) return this.#player.frame;
    return this.#player.first + this.#painted;
  }

  /** Frames that the second version is moved by: its frame n+offset beside frame n. */
  get offset(): number {
    return this.#offset;
  }

  set offset(offset: number) {
    this.#offset = Math.round(offset);
    if (!this.#follower) return;
    this.#follower.shift = this.#shift;
    this.#follower.follow();
    this.#paint();
  }

  /** Looks at the picture in another way; throws where the browser has no WebGL 2. */
  set look(look: Partial<Look>) {
    const next = { ...this.#look, ...look };
    if (!isPlain(next)) this.#prepare();
    if (!this.#isPainting) this.#painted = undefined;
    this.#look = next;
    this.#paint();
    this.canvas.hidden = !this.#isPainting || this.#painted === undefined;
    this.dispatchEvent(new Event("look"));
  }

  /** Puts *partner* beside the version; nothing: the version is alone again. */
  compare(partner: Partner | undefined): void {
    this.#follower?.close();
    this.#clip?.picture.remove();
    this.#pairs.forget(1);
    this.#painted = undefined;
    this.canvas.hidden = true;
    [this.#partner, this.#clip, this.#follower] = [partner, undefined, undefined];
    if (!partner) return void (this.look = { mode: "single" });
    this.#prepare();
    const { rate, frames, isStill } = partner;
    this.#clip = isStill ? new Still(hidden("img")) : new Clip(hidden("video"), rate, frames);
    this.canvas.after(this.#clip.picture);
    this.#listen(1, this.#clip);
    this.#follower = new Follower(this.#player, this.#clip, this.#shift);
    this.#clip.open(partner.url);
  }

  /** Takes the second version from another address, on the same frame. */
  reopen(url: string): void {
    this.#clip?.open(url);
  }

  get #shift(): number {
    return this.#player.first - (this.#partner?.first ?? 0) + this.#offset;
  }

  get #isPainting(): boolean {
    return this.#painter !== undefined && !isPlain(this.#look);
  }

  #prepare(): void {
    if (this.#painter) return;
    this.#painter = new Painter(this.canvas, DEPTH);
    const { clip } = this.#player;
    if (clip.shown >= 0) this.#keep(0, clip.shown, clip);
  }

  #lose(): void {
    this.#painter = undefined;
    this.look = PLAIN;
    this.compare(undefined);
    this.dispatchEvent(new Event("lost"));
  }

  /** A frame may be reported before its picture can be read: then it is kept once settled. */
  #listen(side: 0 | 1, clip: Clip): void {
    clip.addEventListener("frame", (e) => this.#came(side, (e as CustomEvent<Shown>).detail, clip));
    clip.addEventListener("settled", () => {
      const { shown } = clip;
      if (!this.#pairs.has(side, shown)) this.#came(side, { index: shown, due: 0 }, clip);
    });
  }

  #came(side: 0 | 1, { index }: Shown, clip: Clip): void {
    if (!this.#painter || index < 0 || (side === 1 && clip !== this.#clip)) return;
    this.#keep(side, index, clip);
    this.#paint();
  }

  #keep(side: 0 | 1, index: number, clip: Clip): void {
    if (!clip.isReadable) return;
    if (side === 0) this.#fit(clip.picture);
    this.#painter?.keep(side, this.#pairs.keep(side, index), clip.picture);
  }

  #fit(picture: HTMLVideoElement | HTMLImageElement): void {
    const isVideo = picture instanceof HTMLVideoElement;
    const width = isVideo ? picture.videoWidth : picture.naturalWidth;
    if (this.canvas.width === width) return;
    this.canvas.width = width;
    this.canvas.height = isVideo ? picture.videoHeight : picture.naturalHeight;
  }

  #paint(): void {
    if (!this.#isPainting) return;
    const shown = this.#player.clip.shown;
    const alone = this.#look.mode === "single";
    const frames = alone ? 0 : (this.#partner?.frames ?? 0);
    const index = this.#pairs.newest(shown, this.#shift, frames);
    if (index === undefined) return;
    const partner = index + this.#shift;
    const other = within(partner, 0, frames - 1) === partner ? partner % DEPTH : undefined;
    this.#painter?.paint(this.#look, [index % DEPTH, other]);
    this.#painted = index;
    this.canvas.hidden = false;
    this.dispatchEvent(new Event("frame"));
  }
}

/** An element that is read and never seen. */
function hidden<K extends "img" | "video">(tag: K): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = "partner";
  made.crossOrigin = "anonymous";
  made.setAttribute("aria-hidden", "true");
  if (made instanceof HTMLVideoElement) {
    made.muted = true;
    made.playsInline = true;
    made.preload = "auto";
    made.tabIndex = -1;
  }
  return made;
}
