/** One after the other: a playlist or a sequence goes on by itself, and by Page up and Page down.
 *
 * The links to what is beside work without it.
 */
import { element } from "./page/elements.ts";
import { isTaken } from "./page/keys.ts";
import type { Player } from "./player/player.ts";

const ON = "review-plays-on";
const PLAY = "#play";
/** Milliseconds for which a picture that does not move is shown. */
const STILL = 4000;

export class Row {
  readonly #nav: HTMLElement;
  readonly #player: Player;
  #timer: number | undefined;

  /** Puts the tick "play on" into *nav* and begins to play when that is how one came here. */
  constructor(nav: HTMLElement, player: Player) {
    this.#nav = nav;
    this.#player = player;
    const box = element("input", { type: "checkbox" });
    box.checked = this.#isOn;
    box.addEventListener("change", () => this.#turn(box.checked));
    nav.append(element("label", {}, box, nav.dataset.on ?? ""));
    player.addEventListener("ended", () => this.#isOn && this.#go("next", PLAY));
    document.addEventListener("keydown", (e) => this.#press(e));
    if (this.#isOn) player.loop = false;
    if (location.hash === PLAY) this.#begin();
  }

  get #isOn(): boolean {
    return sessionStorage.getItem(ON) === "on";
  }

  #turn(on: boolean): void {
    sessionStorage.setItem(ON, on ? "on" : "off");
    this.#player.loop = !on;
    window.clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#player.play();
    if (this.#player.last > this.#player.first || !this.#isOn) return;
    this.#timer = window.setTimeout(() => this.#go("next", PLAY), STILL);
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || isTaken(event.target as Element | null, event.key)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || !this.#nav.isConnected) return;
    if (event.key === "PageDown") this.#go("next");
    else if (event.key === "PageUp") this.#go("prev");
    else return;
    event.preventDefault();
  }

  #go(where: "next" | "prev", hash = ""): void {
    const link = this.#nav.querySelector<HTMLAnchorElement>(`a[rel=${where}]`);
    if (link) location.assign(link.href + hash);
  }
}
