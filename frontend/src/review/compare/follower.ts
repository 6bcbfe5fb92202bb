/** Keeps a second video on the frame of the first, however it is played. */
import type { Clip, Shown } from "../player/clip.ts";
import type { Player } from "../player/player.ts";
import { steered } from "../player/steering.ts";
import { framesASecond, middleOf, within } from "../time/frames.ts";

export class Follower {
  readonly #player: Player;
  readonly #clip: Clip;
  readonly #stopping = new AbortController();
  #lead: Shown | undefined;
  /** Frames of the second video after the same index of the first. */
  shift: number;

  constructor(player: Player, clip: Clip, shift: number) {
    [this.#player, this.#clip, this.shift] = [player, clip, shift];
    clip.video.muted = true;
    const options = { signal: this.#stopping.signal };
    player.addEventListener("state", () => this.follow(), options);
    const led = (e: Event): void => this.#led((e as CustomEvent<Shown>).detail);
    player.clip.addEventListener("frame", led, options);
    const came = (e: Event): void => this.#came((e as CustomEvent<Shown>).detail);
    clip.addEventListener("frame", came, options);
    this.follow();
  }

  close(): void {
    this.#stopping.abort();
    this.#clip.close();
  }

  /** Does what the first video does. */
  follow(): void {
    const [lead, video] = [this.#player.clip, this.#clip.video];
    if (this.#player.state.speed > 0) {
      if (!video.paused) return;
      this.#lead = undefined;
      this.#clip.seek(lead.awaited + this.shift);
      video.playbackRate = this.#speed;
      this.#clip.start();
    } else {
      if (!video.paused) video.pause();
      this.#clip.seek(lead.awaited + this.shift);
    }
  }

  /** The speed at which both show the same number of frames a second. */
  get #speed(): number {
    const ratio = framesASecond(this.#player.rate) / framesASecond(this.#clip.rate);
    return within(this.#player.state.speed * ratio, 0.0625, 16);
  }

  #led(shown: Shown): void {
    const turned = this.#lead && shown.index < this.#lead.index;
    this.#lead = shown;
    if (this.#player.state.speed <= 0 || turned) this.#clip.seek(shown.index + this.shift);
  }

  /** A video that was stopped may still present a frame more. */
  #insist(index: number): void {
    const [lead, clip] = [this.#player.clip, this.#clip];
    if (this.#player.state.speed !== 0 || !lead.settled || !clip.settled) return;
    const wanted = within(lead.shown + this.shift, 0, clip.frames - 1);
    if (index !== wanted) clip.seek(wanted);
  }

  #came({ index, due }: Shown): void {
    this.#insist(index);
    if (!this.#lead || this.#player.state.speed <= 0 || this.#clip.video.paused) return;
    const rate = framesASecond(this.#clip.rate) * this.#speed;
    const wanted = this.#lead.index + this.shift + ((due - this.#lead.due) / 1000) * rate;
    const { speed, jump } = steered((index - wanted) / framesASecond(this.#clip.rate), this.#speed);
    const target = within(Math.round(wanted), 0, this.#clip.frames - 1);
    if (jump && target !== index) this.#clip.video.currentTime = middleOf(target, this.#clip.rate);
    this.#clip.video.playbackRate = within(speed, 0.0625, 16);
  }
}
