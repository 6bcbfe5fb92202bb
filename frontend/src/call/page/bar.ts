/** The row of what one can do, each by a button and by a letter; the devices to choose from. */
import { element } from "../../review/page/elements.ts";
import type { Room } from "../room.ts";
import type { Words } from "./words.ts";

/** `inside`: there is nothing to do with it at the door. */
type Action = { key: string; label: string; act: () => void; state?: () => string; pressed?: () => boolean; inside?: boolean };

export class Bar {
  readonly element = element("div", { class: "call-bar", role: "toolbar" });
  #actions: (Action & { button: HTMLButtonElement; says: HTMLElement })[] = [];
  #keys = element("input", { type: "checkbox", checked: true });

  constructor(words: Words, label: string, actions: Action[], more: HTMLElement[] = []) {
    this.element.setAttribute("aria-label", label);
    for (const action of actions) this.#actions.push({ ...action, ...this.#button(action) });
    this.element.append(...this.#actions.map(({ button }) => button), ...more);
    this.element.append(element("label", { class: "keys" }, this.#keys, words.keys_on));
  }

  show(): void {
    for (const { button, says, state, pressed } of this.#actions) {
      if (pressed) button.setAttribute("aria-pressed", String(pressed()));
      const text = state ? ` ${state()}` : "";
      if (says.textContent !== text) says.textContent = text;
    }
  }

  /** Does what the letter of *event* stands for, unless somebody is writing. */
  pressed(event: KeyboardEvent): void {
    const isWriting = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, shared-minutes");
    if (!this.#keys.checked || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.#actions.find(({ key }) => key === event.key.toUpperCase());
    if (!action || event.repeat || !action.button.checkVisibility()) return;
    event.preventDefault();
    action.act();
  }

  #button({ key, label, act, inside }: Action): { button: HTMLButtonElement; says: HTMLElement } {
    const says = element("span", { class: "says" });
    const sign = key ? [element("kbd", { "aria-hidden": "true" }, key)] : [];
    const button = element("button", { type: "button", ...(key ? { "aria-keyshortcuts": key } : {}) }, ...sign, element("span", {}, label), says);
    button.toggleAttribute("data-inside", inside === true);
    button.addEventListener("click", act);
    return { button, says };
  }
}

/** The choice of microphone and camera, filled once the browser tells their names. */
export function devices(words: Words, room: Room): HTMLElement {
  const selects = (["microphone", "camera"] as const).map((part) => {
    const select = element("select", { name: part });
    select.addEventListener("change", () => void room.own.choose(part, select.value));
    return { part, select, label: element("label", {}, words[part === "microphone" ? "which_microphone" : "which_camera"], select) };
  });
  const fill = async (): Promise<void> => {
    const known = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    for (const { part, select } of selects) {
      const kind = part === "microphone" ? "audioinput" : "videoinput";
      const chosen = room.own.track(part)?.getSettings().deviceId ?? "";
      const found = known.filter((one) => one.kind === kind && one.label);
      select.replaceChildren(element("option", { value: "" }, words.standard),
        ...found.map(({ deviceId, label }) => element("option", { value: deviceId, selected: deviceId === chosen }, label)));
    }
  };
  const details = element("details", { class: "devices" }, element("summary", {}, words.devices), ...selects.map(({ label }) => label));
  details.addEventListener("toggle", () => void fill());
  return details;
}
