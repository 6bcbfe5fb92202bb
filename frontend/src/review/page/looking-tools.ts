/** The rows to compare two versions, and to look at channels, exposure and gamma. */
import { PLAIN } from "../compare/painter.ts";
import { CHANNELS, type Channel, type Mode } from "../compare/shaders.ts";
import type { Stage } from "../compare/stage.ts";
import { fitting } from "../player/line.ts";
import { read, type Review } from "./data.ts";
import { action, choice, choose, element, slider } from "./elements.ts";
import { figure } from "./words.ts";

export class LookingTools extends EventTarget {
  readonly comparing: HTMLElement;
  readonly looking: HTMLElement;
  readonly #review: Review;
  readonly #stage: Stage;
  readonly #most: () => number;
  readonly #modes: HTMLFieldSetElement;
  readonly #blend: HTMLLabelElement;
  #version: HTMLSelectElement;

  /** *most* tells the bytes of the rendition that is played, so that both are alike. */
  constructor(review: Review, stage: Stage, most: () => number) {
    super();
    [this.#review, this.#stage, this.#most] = [review, stage, most];
    const { words } = review;
    this.#version = element("select", { "aria-label": words.other_version });
    for (const { label, address } of review.others) {
      this.#version.append(element("option", { value: address }, label));
    }
    this.#version.addEventListener("change", () => void this.#load());
    this.#modes = choice(words.compare, this.#modeWords(), "single", (mode) => this.mode(mode));
    this.#blend = this.#slid("blend", words.blend, 0, 1, 0.01, (v) => `${Math.round(v * 100)} %`);
    this.comparing = this.#row(words.compare, this.#version, this.#modes, this.#blend, this.#moved());
    this.looking = this.#row(words.look, ...this.#lookRow());
    stage.addEventListener("look", () => this.#show());
    stage.addEventListener("lost", () => this.#say());
    this.#show();
  }

  /** Compares in *mode*; the other version is fetched at the first time. */
  mode(mode: Mode): void {
    if (mode !== "single" && !this.#stage.partner) return void this.#load(mode);
    try {
      this.#stage.look = { mode };
    } catch {
      this.#say();
    }
  }

  async #load(mode: Mode = this.#stage.look.mode): Promise<void> {
    const review = await read(this.#version.value);
    const url = review && pictured(review, this.#most());
    if (!review || !url) {
      choose(this.#modes, this.#stage.look.mode);
      return void this.dispatchEvent(new CustomEvent("said", { detail: this.#review.words.not_here }));
    }
    const { rate, frames, first_frame: first, label } = review;
    const isStill = review.kind === "picture";
    try {
      this.#stage.compare({ url, rate, frames, first, label, isStill });
      this.#stage.look = { mode };
    } catch {
      this.#say();
    }
  }

  /** Takes the other version again from a fresh address. */
  async renew(): Promise<void> {
    if (!this.#stage.partner) return;
    const review = await read(this.#version.value);
    const url = review && pictured(review, this.#most());
    if (url) this.#stage.reopen(url);
  }

  #modeWords(): [Mode, string][] {
    const { single, beside, overlay, wipe, difference } = this.#review.words;
    const all: [Mode, string][] = [["single", single]];
    if (this.#review.others.length === 0) return all;
    return [
      ...all,
      ["wipe", wipe],
      ["beside", beside],
      ["overlay", overlay],
      ["difference", difference],
    ];
  }

  #lookRow(): Node[] {
    const { words } = this.#review;
    const channels = CHANNELS.map((name): [Channel, string] => [name, words[name]]);
    const group = choice(words.channel, channels, "colour", (channel) => this.#look({ channel }));
    const stops = (value: number): string => `${value > 0 ? "+" : ""}${figure(value, 1)}`;
    const exposure = this.#slid("exposure", words.exposure, -6, 6, 0.1, stops);
    const gamma = this.#slid("gamma", words.gamma, 0.2, 4, 0.05, (value) => figure(value, 2));
    const reset = action(words.reset, "", () => {
      const { channel, exposure: stop, gamma: power } = PLAIN;
      this.#look({ channel, exposure: stop, gamma: power });
      choose(group, "colour");
      for (const input of this.looking.querySelectorAll<HTMLInputElement>("[type=range]")) {
        input.dispatchEvent(new MouseEvent("dblclick"));
      }
    });
    return [group, exposure, gamma, reset];
  }

  #slid(
    name: "blend" | "exposure" | "gamma",
    label: string,
    min: number,
    max: number,
    step: number,
    shown: (value: number) => string,
  ): HTMLLabelElement {
    const range = { min, max, step, value: PLAIN[name] };
    return slider(label, range, shown, (value) => this.#look({ [name]: value })).element;
  }

  /** Frames the other version is moved by. */
  #moved(): HTMLLabelElement {
    const field = element("input", { type: "number", value: 0, step: 1, min: -9999, max: 9999 });
    field.addEventListener("change", () => (this.#stage.offset = field.valueAsNumber || 0));
    return element("label", { class: "offset" }, element("span", {}, this.#review.words.offset), field);
  }

  #look(look: Partial<typeof PLAIN>): void {
    try {
      this.#stage.look = look;
    } catch {
      this.#say();
    }
  }

  #row(label: string, ...children: Node[]): HTMLElement {
    const row = element("div", { class: "tools", role: "group", "aria-label": label, hidden: true });
    row.append(...children);
    return row;
  }

  #show(): void {
    const { mode } = this.#stage.look;
    choose(this.#modes, mode);
    this.#blend.hidden = mode !== "overlay";
    for (const part of [this.#version, this.comparing.querySelector<HTMLElement>(".offset")]) {
      if (part) part.hidden = this.#review.others.length === 0;
    }
  }

  #say(): void {
    this.dispatchEvent(new CustomEvent("said", { detail: this.#review.words.no_webgl }));
  }
}

/** The address of the picture, or of the movie that is as heavy as what is played. */
function pictured(review: Review, most: number): string | undefined {
  return review.picture || fitting(alike(review, most), Infinity, 1)?.url;
}

/** The renditions of *review* that are no heavier than what is played, or the lightest. */
function alike(review: Review, most: number): Review["renditions"] {
  const sorted = [...review.renditions].sort((a, b) => a.bytes - b.bytes);
  const fit = sorted.filter(({ bytes }) => bytes <= most * 1.5);
  return fit.length ? fit : sorted.slice(0, 1);
}
