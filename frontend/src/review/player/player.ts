/** The player: frames by their numbers, a range, a loop, speeds; drivable from outside.
 *
 * `seek(frame)`, `play(speed)` and `pause()` are all that keys and buttons need; events `frame`
 * (each frame presented), `settled`, `state` (`State`) and `ended` tell what became of it. A session
 * between the cities takes the `helm`: it is asked first. It moves the picture itself by
 * `show`, `hold` and `along`, which keeps to the session's clock; see steering.ts.
 */
import { within, type Rate } from "../time/frames.ts";
import type { Clip, Shown } from "./clip.ts";
import { aheadBy, due, entrance, shuttled, steered, type Range, type Transport } from "./steering.ts";

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
/** Where the picture should be; asked at every frame, since clocks are corrected. */
export type Schedule = () => Transport;
/** Whoever moves the picture for several people; each answers whether it sees to the wish. */
export type Helm = {
  seek(frame: number): boolean;
  play(speed: number): boolean;
  pause(): boolean;
  loop(on: boolean): boolean;
};
/** Milliseconds: how long a seek may take at first, at least and at most. */
const LEAD = { first: 250, least: 80, most: 1500 };
const MISSED = 20;
const ENTRANCES = 4;
/** Of the error, how much a new frame weighs: screens show frames up to half a refresh late. */
const WEIGHT = 0.25;

export class Player extends EventTarget {
  readonly clip: Clip;
  readonly first: number;
  #speed = 0;
  #pace = 1;
  #range: Range;
  helm: Helm | undefined;
  #schedule: Schedule | undefined;
  #lead = LEAD.first;
  /** Milliseconds from `start` to the first frame that moves; learnt. */
  #slowness = 0;
  #isFresh = false;
  #ahead = 0;
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

  /** The number of the frame on show, or of the one awaited while a file is opened. */
  get frame(): number {
    return this.first + this.clip.standing;
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
    if (!this.helm?.seek(frame)) this.show(frame);
  }

  /** Moves by *frames* from the frame that is shown or awaited. */
  step(frames: number): void {
    this.seek(this.first + within(this.clip.awaited + frames, 0, this.clip.frames - 1));
  }

  /** Plays at *speed* (negative: backwards), or at the pace that was chosen. */
  play(speed = this.#pace): void {
    if (speed === 0 || this.clip.frames < 2) return this.pause();
    if (this.helm?.play(speed)) return;
    this.#halt();
    this.#speed = speed;
    if (this.#isAtEnd(speed)) this.clip.seek(speed > 0 ? this.#range.from : this.#range.to);
    const index = this.clip.awaited;
    this.#timer = window.setTimeout(() => this.#begin(index), 0);
    this.#say();
  }

  pause(): void {
    if (!this.helm?.pause()) this.hold();
  }

  /** Stops and shows *frame*, whoever is at the helm. */
  show(frame: number): void {
    if (this.playing) this.#halt();
    this.clip.seek(frame - this.first);
    this.#say();
  }

  /** Stops on the frame on show, whoever is at the helm. */
  hold(): void {
    this.#halt();
    this.clip.stop();
    this.#say();
  }

  /** Plays so that each frame is shown when *schedule* has it due, coming in at once if it is late. */
  along(schedule: Schedule): void {
    this.#halt();
    this.#schedule = schedule;
    this.#speed = schedule().speed;
    if (this.#speed < 0) this.#stepBack(schedule());
    else this.#comeIn(schedule, ENTRANCES);
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
    if (!this.helm?.loop(loop)) this.circle(loop);
  }

  /** Begins anew at the end, or not, whoever is at the helm. */
  circle(loop: boolean): void {
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
      const index = Math.ceil(due(this.#schedule?.() ?? begun, now, this.rate, this.#range) - 1);
      if (this.clip.settled) this.clip.seek(Math.max(index, this.#range.from));
      if (index <= this.#range.from && !this.#range.loop) return this.#end();
      this.#stepping = requestAnimationFrame(step);
    };
    this.#stepping = requestAnimationFrame(step);
  }

  #halt(): void {
    window.clearTimeout(this.#timer);
    cancelAnimationFrame(this.#stepping);
    this.#schedule = undefined;
    this.#speed = 0;
    if (!this.clip.video.paused) this.clip.video.pause();
  }

  #shown({ index, due: at }: Shown): void {
    const detail: Framed = { frame: this.first + index, due: at };
    this.dispatchEvent(new CustomEvent("frame", { detail }));
    if (this.#speed <= 0 || this.clip.video.paused) return;
    if (index >= this.#range.to) this.#turn();
    else if (this.#schedule) this.#steer(index, at, this.#schedule);
  }

  /** Shows a frame that is due a moment ahead, and starts when its instant has come. */
  #comeIn(schedule: Schedule, tries: number): void {
    window.clearTimeout(this.#timer);
    if (!this.clip.video.paused) this.clip.video.pause();
    const [asked, shown] = [performance.now(), this.clip.settled ? this.clip.shown : -1];
    const { index, at } = entrance(schedule(), asked, this.#lead, shown, this.rate, this.#range);
    const arrive = (): void => {
      if (this.#schedule !== schedule) return;
      const took = performance.now() - asked;
      if (shown !== index) this.#lead = within(took * 1.3 + 40, LEAD.least, LEAD.most);
      const wait = at - performance.now() - this.#slowness;
      if (wait < -MISSED && tries > 1) return this.#comeIn(schedule, tries - 1);
      this.#timer = window.setTimeout(() => this.#enter(), Math.max(0, wait));
    };
    if (shown === index) return arrive();
    this.clip.addEventListener("settled", arrive, { once: true });
    this.clip.seek(index);
  }

  #enter(): void {
    this.#isFresh = true;
    this.#ahead = 0;
    this.clip.video.playbackRate = this.#speed;
    this.clip.start();
  }

  #turn(): void {
    if (this.#range.loop && this.#schedule) return this.#comeIn(this.#schedule, ENTRANCES);
    if (this.#range.loop) return this.clip.seek(this.#range.from);
    this.#end();
  }

  #end(): void {
    const { from, to } = this.#range;
    const last = this.#speed < 0 ? from : to;
    this.#halt();
    this.clip.seek(last);
    this.#say();
    this.dispatchEvent(new Event("ended"));
  }

  #ended(): void {
    if (this.#speed <= 0) return;
    const isFree = !this.#schedule;
    this.#turn();
    if (this.#range.loop && isFree) this.clip.start();
  }

  /** Keeps to the schedule by a little more or less speed; what is far off comes in anew. */
  #steer(index: number, at: number, schedule: Schedule): void {
    const error = aheadBy(index, schedule(), at, this.rate, this.#range);
    if (this.#isFresh) this.#learn(error);
    this.#ahead += (error - this.#ahead) * WEIGHT;
    const { speed, jump } = steered(Math.abs(error) > 0.25 ? error : this.#ahead, this.#speed);
    if (jump) return this.#comeIn(schedule, ENTRANCES);
    if (this.clip.video.playbackRate !== speed) this.clip.video.playbackRate = speed;
  }

  /** How late the first frame moved says how much earlier to start the next time. */
  #learn(error: number): void {
    this.#isFresh = false;
    this.#ahead = error;
    if (Math.abs(error) < 0.25) {
      this.#slowness = within(this.#slowness - (error * 1000) / 2 / Math.max(1, this.#speed), 0, 120);
    }
  }

  #say(): void {
    this.dispatchEvent(new CustomEvent<State>("state", { detail: this.state }));
  }
}
