/** The line under the picture: the frame one can type, its timecode, the rate, the speed. */
import { PACES, type Player } from "../player/player.ts";
import { rateText, type Numbering } from "../time/frames.ts";
import { framesOf, timecode } from "../time/timecode.ts";
import { numbering, type Review } from "./data.ts";
import { element } from "./elements.ts";

export class Readout {
  readonly element: HTMLElement;
  readonly #review: Review;
  readonly #player: Player;
  readonly #numbering: Numbering;
  readonly #frame: HTMLInputElement;
  readonly #timecode = element("span", { class: "timecode" });
  readonly #state = element("span", { class: "state-of-play" });

  constructor(review: Review, player: Player) {
    [this.#review, this.#player] = [review, player];
    this.#numbering = numbering(review);
    this.#frame = element("input", {
      class: "frame-number",
      "aria-label": review.words.frame,
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      size: 4,
    });
    this.#frame.addEventListener("change", () => this.#go());
    this.#frame.addEventListener("focus", () => this.#frame.select());
    this.#frame.addEventListener("keydown", (e) => e.key === "Enter" && this.#frame.blur());
    this.#frame.addEventListener("blur", () => this.show(player.frame));
    const language = document.documentElement.lang;
    const rate = element("span", {}, `${rateText(review.rate, language)} ${review.words.speed}`);
    this.element = element("div", { class: "readout" });
    this.element.append(this.#frame, this.#timecode, rate, this.#pace(), this.#state);
    player.addEventListener("state", () => this.showState(false));
  }

  /** How fast `play` plays, for those who have no keys. */
  #pace(): HTMLSelectElement {
    const select = element("select", { "aria-label": this.#review.words.pace });
    for (const pace of PACES) {
      select.append(element("option", { value: pace, selected: pace === 1 }, `${String(pace)}×`));
    }
    select.addEventListener("change", () => (this.#player.pace = Number(select.value)));
    this.#player.addEventListener("state", () => (select.value = String(this.#player.pace)));
    return select;
  }

  /** The timecode of *frame*. */
  readonly timecode = (frame: number): string => {
    const { rate, drops } = this.#review;
    return timecode(this.#zero() + this.#numbering.numberOf(frame), rate, drops);
  };

  /** Frames from midnight to where number 0 would stand: missing numbers pass as well. */
  #zero(): number {
    const { rate, timecode: start, drops, first_frame } = this.#review;
    return (framesOf(start, rate, drops) ?? 0) - this.#numbering.numberOf(first_frame);
  }

  #number(frame: number): string {
    return String(this.#numbering.numberOf(frame));
  }

  /** Tells where *frame* is; nothing while none is on show. */
  show(frame: number): void {
    const isShown = this.#player.clip.shown >= 0;
    if (document.activeElement !== this.#frame) this.#frame.value = isShown ? this.#number(frame) : "";
    this.#timecode.textContent = isShown ? this.timecode(frame) : "";
  }

  showState(isLoading: boolean): void {
    const { words } = this.#review;
    const { speed } = this.#player.state;
    const times = Math.abs(speed) === 1 ? "" : ` ${Math.abs(speed)}×`;
    const mark = speed < 0 ? "◂" : "▸";
    const playing = speed ? `${mark} ${words.playing}${times}` : words.paused;
    this.#state.textContent = isLoading ? words.loading : playing;
  }

  /** A number or a timecode that was typed; anything else changes nothing. */
  #go(): void {
    const text = this.#frame.value.trim();
    const at = framesOf(text, this.#review.rate, this.#review.drops);
    const number = /^-?\d+$/.test(text) ? Number(text) : at && at - this.#zero();
    if (number !== undefined) this.#player.seek(this.#numbering.frameOf(number));
    this.show(this.#player.frame);
  }
}
