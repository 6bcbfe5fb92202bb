/** The bar of buttons, each with its key, and what the keys do. */
import type { Stage } from "../compare/stage.ts";
import { PACES, type Player } from "../player/player.ts";
import type { Review } from "./data.ts";
import type { DrawingTools } from "./drawing-tools.ts";
import { action, element, tick } from "./elements.ts";
import { command, isTaken, type Command } from "./keys.ts";
import type { LookingTools } from "./looking-tools.ts";
import type { Timeline } from "./timeline.ts";

export type Parts = {
  review: Review;
  player: Player;
  stage: Stage;
  drawing: DrawingTools;
  looking: LookingTools;
  timeline: Timeline;
  picture: HTMLElement;
};
const LETTERS = "review-letters";

export class Bar {
  readonly element = element("div", { class: "bar" });
  readonly help = element("div", { class: "tools help", hidden: true });
  readonly #parts: Parts;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #letters = localStorage.getItem(LETTERS) !== "off";

  constructor(parts: Parts) {
    this.#parts = parts;
    const { words, may } = parts.review;
    if (parts.review.frames > 1) this.#addTransport();
    if (may.annotate) this.#add("draw", words.draw, "D");
    if (parts.review.others.length) this.#add("wipe", words.wipe, "W");
    if (parts.review.others.length) this.#add("compare", words.compare, "C");
    this.#add("look", words.look, "V");
    if (may.comment) this.#add("approve", words.approve, "A");
    this.#add("help", words.help, "?");
    this.#fillHelp();
    parts.player.addEventListener("state", () => this.#show());
    parts.stage.addEventListener("look", () => this.#show());
    document.addEventListener("keydown", (e) => this.#press(e));
    this.#show();
  }

  #addTransport(): void {
    const { words, sound } = this.#parts.review;
    this.#add("back", words.back, "J");
    this.#add("toggle", words.play, "K");
    this.#add("forward", words.forward, "L");
    this.#add("frameBack", words.frame_back, ",");
    this.#add("frameForward", words.frame_forward, ".");
    this.#add("in", words.in, "I");
    this.#add("out", words.out, "O");
    this.#add("clearRange", words.range_clear, "X");
    this.#add("loop", words.loop, "P");
    if (sound) this.#add("mute", words.mute, "M");
  }

  do(command: Command): void {
    const { player, drawing, looking, stage, timeline } = this.#parts;
    const acts: Record<Command, () => void> = {
      back: () => player.shuttle(-1),
      stop: () => player.pause(),
      forward: () => player.shuttle(1),
      toggle: () => player.toggle(),
      frameBack: () => player.step(-1),
      frameForward: () => player.step(1),
      tenBack: () => player.step(-10),
      tenForward: () => player.step(10),
      first: () => player.seek(player.state.from),
      last: () => player.seek(player.state.to),
      in: () => player.markIn(),
      out: () => player.markOut(),
      clearRange: () => player.setRange(),
      loop: () => (player.loop = !player.state.loop),
      mute: () => (player.clip.video.muted = !player.clip.video.muted),
      slower: () => this.#pace(-1),
      faster: () => this.#pace(1),
      nextNote: () => player.seek(timeline.marked(player.frame, 1) ?? player.frame),
      previousNote: () => player.seek(timeline.marked(player.frame, -1) ?? player.frame),
      draw: () => this.#parts.review.may.annotate && drawing.open(!drawing.isOpen),
      undo: () => drawing.undo(),
      redo: () => drawing.redo(),
      compare: () => this.#compare(),
      wipe: () => this.#wipe(stage),
      look: () => (looking.looking.hidden = !looking.looking.hidden),
      approve: () => document.querySelector<HTMLElement>("[data-decide]")?.focus(),
      fullScreen: () => void this.#parts.picture.requestFullscreen?.().catch(() => undefined),
      help: () => (this.help.hidden = !this.help.hidden),
      escape: () => drawing.open(false),
    };
    acts[command]();
    this.#show();
  }

  #compare(): void {
    const { review, looking } = this.#parts;
    if (review.others.length) looking.comparing.hidden = !looking.comparing.hidden;
  }

  #wipe(stage: Stage): void {
    if (this.#parts.review.others.length === 0) return;
    this.#parts.looking.mode(stage.look.mode === "wipe" ? "single" : "wipe");
  }

  #pace(direction: 1 | -1): void {
    const { player } = this.#parts;
    const at = PACES.indexOf(player.pace) + direction;
    player.pace = PACES[at] ?? player.pace;
  }

  #press(event: KeyboardEvent): void {
    if (!this.element.isConnected || event.defaultPrevented) return;
    if (isTaken(event.target as Element | null, event.key)) return;
    const asked = command(event, this.#letters);
    if (!asked) return;
    event.preventDefault();
    this.do(asked);
  }

  #add(name: Command, label: string, key: string): void {
    const made = action(label, key, () => this.do(name), { "data-command": name });
    this.#buttons.set(name, made);
    this.element.append(made);
  }

  /** Says which switches are on, to eyes and to screen readers. */
  #show(): void {
    const { player, drawing, looking, stage } = this.#parts;
    const { loop, muted } = player.state;
    const on: [Command, boolean][] = [
      ["toggle", player.playing],
      ["loop", loop],
      ["mute", muted],
      ["draw", drawing.isOpen],
      ["wipe", stage.look.mode === "wipe"],
      ["compare", !looking.comparing.hidden],
      ["look", !looking.looking.hidden],
      ["help", !this.help.hidden],
    ];
    for (const [name, pressed] of on) {
      this.#buttons.get(name)?.setAttribute("aria-pressed", String(pressed));
    }
  }

  /** WCAG 2.2, 2.1.4: keys that are letters can be switched off. */
  #fillHelp(): void {
    const { words } = this.#parts.review;
    const letters = tick(words.keys_on, this.#letters, (on) => {
      this.#letters = on;
      localStorage.setItem(LETTERS, on ? "on" : "off");
    });
    const rows = words.keys.split("\n").map((line) => {
      const [keys = "", text = ""] = line.split("|");
      const boxes = keys.split(" ").map((key) => element("kbd", {}, key));
      return element("div", {}, element("dt", {}, ...boxes), element("dd", {}, text));
    });
    this.help.append(element("dl", { class: "keys" }, ...rows), letters);
    this.help.setAttribute("role", "group");
    this.help.setAttribute("aria-label", words.help);
  }
}
