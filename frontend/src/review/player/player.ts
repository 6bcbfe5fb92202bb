/** The player: frames by their numbers, a range, a loop, speeds; drivable from outside.
 *
 * `seek(frame)`, `play(speed, at)` and `pause()` are all that keys, buttons or a session between
 * the cities need; events `frame` (each frame presented), `settled` and `state` (`State`) tell
 * what became of it. With *at*, playback keeps to that clock; see steering.ts.
 */
import { framesASecond, middleOf, within, type Rate } from "../time/frames.ts";
import type { Clip, Shown } from "./clip.ts";
import { due, shuttled, steered, type Range, type Transport } from "./steering.ts";

export type State = {
  frame: number;
  speed: number;
  from: number;
  to: number;
  loop: boolean;
  muted: boolean;
};
/** Speeds to choose from. */
export const PACES = [0.25, 0.5, 1, 2, 4];
export type Framed = { frame: number; due: number };

export class Player extends EventTarget {
  readonly clip: Clip;
  readonly first: number;
  #speed = 0;
  #pace = 1;
  #range: Range;
  #transport: Transport | undefined;
  #timer: number | undefined;
  #stepping = 0;

  constructor(clip: Clip, first: number) {
    super();
    this.clip = clip;
    this.first = first;
    this.#range = { from: 0, to: clip.frames - 1, loop: true };
    clip.addEventListener("frame", (e) => this.#shown((e as CustomEvent<Shown>).detail));
    clip.addEventListener("settled", () => this.dispatchEvent(new Event("settled")));
    clip.video.addEventListener("ended", () => this.#ended());
    clip.video.addEventListener("volumechange", () => this.#say());
  }

  get rate(): Rate {
    return this.clip.rate;
  }

  get last(): number {
    return this.first + this.clip.frames - 1;
  }

  /** The number of the frame on show. */
  get frame(): number {
    return this.first + Math.max(0, this.clip.shown);
  }

  get state(): State {
    const { from, to, loop } = this.#range;
    const [first, speed] = [this.first, this.#speed];
    const { muted } = this.clip.video;
    return { frame: this.frame, speed, from: first + from, to: first + to, loop, muted };
  }

  get playing(): boolean {
    return this.#speed !== 0;
  }

  /** Stops playback and shows *frame*. */
  seek(frame: number): void {
    if (this.playing) this.#halt();
    this.clip.seek(frame - this.first);
    this.#say();
  }

  /** Moves by *frames* from the frame that is shown or awaited. */
  step(frames: number): void {
    this.seek(this.first + within(this.clip.awaited + frames, 0, this.clip.frames - 1));
  }

  /** Plays at *speed* (negative: backwards), or at the pace that was chosen.
   *
   * With *at* (ms, `performance.now`) the frame on show is due then, and the clock is kept.
   */
  play(speed = this.#pace, at?: number): void {
    if (speed === 0 || this.clip.frames < 2) return this.pause();
    this.#halt();
    this.#speed = speed;
    if (this.#isAtEnd(speed)) this.clip.seek(speed > 0 ? this.#range.from : this.#range.to);
    const index = this.clip.awaited;
    if (at !== undefined) this.#transport = { index, speed, at };
    const wait = Math.max(0, (at ?? 0) - performance.now());
    this.#timer = window.setTimeout(() => this.#begin(index), at === undefined ? 0 : wait);
    this.#say();
  }

  pause(): void {
    this.#halt();
    this.clip.stop();
    this.#say();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** The shuttle keys: each press doubles the speed, the other direction turns. */
  shuttle(direction: 1 | -1): void {
    this.play(shuttled(this.#speed, direction));
  }

  /** The speed of `play()` without one; changes a playback that is under way. */
  set pace(pace: number) {
    this.#pace = pace;
    if (this.playing) this.play(Math.sign(this.#speed) * pace);
    else this.#say();
  }

  get pace(): number {
    return this.#pace;
  }

  set loop(loop: boolean) {
    this.#range = { ...this.#range, loop };
    this.#say();
  }

  /** Plays only *from* to *to*, both included, in either order; nothing: the whole version. */
  setRange(from = this.first, to = this.last): void {
    const ends = [from, to].map((frame) => within(frame - this.first, 0, this.clip.frames - 1));
    this.#range = { ...this.#range, from: Math.min(...ends), to: Math.max(...ends) };
    this.#say();
  }

  markIn(): void {
    this.setRange(this.frame, Math.max(this.frame, this.state.to));
  }

  markOut(): void {
    this.setRange(Math.min(this.frame, this.state.from), this.frame);
  }

  #isAtEnd(speed: number): boolean {
    const at = this.clip.awaited;
    const { from, to } = this.#range;
    return speed > 0 ? at >= to || at < from : at <= from || at > to;
  }

  #begin(index: number): void {
    if (this.#speed < 0) return this.#stepBack({ index, speed: this.#speed, at: performance.now() });
    this.clip.video.playbackRate = this.#speed;
    this.clip.start();
  }

  /** Backwards no browser plays: each frame is asked for when it is due, as fast as it can. */
  #stepBack(begun: Transport): void {
    const step = (now: number): void => {
      const index = Math.ceil(due(this.#transport ?? begun, now, this.rate, this.#range) - 1);
      if (this.clip.settled) this.clip.seek(Math.max(index, this.#range.from));
      if (index <= this.#range.from && !this.#range.loop) return this.pause();
      this.#stepping = requestAnimationFrame(step);
    };
    this.#stepping = requestAnimationFrame(step);
  }

  #halt(): void {
    window.clearTimeout(this.#timer);
    cancelAnimationFrame(this.#stepping);
    this.#transport = undefined;
    this.#speed = 0;
    if (!this.clip.video.paused) this.clip.video.pause();
  }

  #shown({ index, due: at }: Shown): void {
    const detail: Framed = { frame: this.first + index, due: at };
    this.dispatchEvent(new CustomEvent("frame", { detail }));
    if (this.#speed <= 0 || this.clip.video.paused) return;
    if (index >= this.#range.to) this.#turn();
    else if (this.#transport) this.#steer(index, at, this.#transport);
  }

  #turn(): void {
    if (this.#range.loop) return this.clip.seek(this.#range.from);
    this.#halt();
    this.clip.seek(this.#range.to);
    this.#say();
  }

  #ended(): void {
    if (this.#speed <= 0) return;
    this.#turn();
    if (this.#range.loop) this.clip.start();
  }

  #steer(index: number, at: number, transport: Transport): void {
    const wanted = due(transport, at, this.rate, this.#range);
    const { speed, jump } = steered((index - wanted) / framesASecond(this.rate), this.#speed);
    if (jump) this.clip.video.currentTime = middleOf(Math.floor(wanted), this.rate);
    this.clip.video.playbackRate = speed;
  }

  #say(): void {
    this.dispatchEvent(new CustomEvent<State>("state", { detail: this.state }));
  }
}
