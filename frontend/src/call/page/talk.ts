/** What is said in writing: messages and captions in one log that stays, can be scrolled and kept. */
import { element } from "../../review/page/elements.ts";
import { hour } from "../../times.ts";
import type { Act } from "../../live/messages.ts";
import type { Room } from "../room.ts";
import type { City, Words } from "./words.ts";

const CAPTION_STAYS = 8000;

export class Talk {
  readonly element: HTMLElement;
  /** The newest caption, over the pictures. */
  readonly overlay = element("p", { class: "caption-over", "aria-hidden": "true", hidden: true });
  readonly chat: HTMLInputElement;
  readonly caption: HTMLInputElement;
  #room: Room;
  #words: Words;
  #cities: Record<string, City>;
  #list = element("ol");
  #log = element("div", { class: "said", role: "log", tabindex: "0" }, this.#list);
  #empty: HTMLElement;
  #labels = new Map<string, string>();
  /** Where names are missing of people who are not here (yet). */
  #unnamed: [HTMLElement, Act][] = [];
  #shown: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(room: Room, words: Words, cities: Record<string, City>) {
    [this.#room, this.#words, this.#cities] = [room, words, cities];
    this.#log.setAttribute("aria-label", words.words);
    this.#empty = element("p", { class: "soft" }, words.no_words);
    [this.chat, this.caption] = [input("call-chat", 2000), input("call-caption", 500)];
    const keep = element("button", { type: "button", class: "plain-button" }, words.export);
    keep.addEventListener("click", () => this.#keep());
    this.element = element("section", { class: "talk" }, element("h2", {}, words.words), this.#empty, this.#log, keep,
      this.#form(this.chat, words.chat, "chat"), this.#form(this.caption, words.caption, "caption", words.caption_help));
  }

  /** Shows every message and caption in order; only new ones are said aloud. */
  show(): void {
    for (const one of this.#room.connection.present) this.#labels.set(one.person, one.label);
    this.#name();
    const said = this.#room.log.acts.filter(({ kind }) => kind === "chat" || kind === "caption");
    const keys = said.map(({ origin, number }) => `${origin} ${number}`);
    if (keys.length === this.#shown.length) return;
    const isBelow = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    const isLonger = this.#shown.every((key, index) => keys[index] === key);
    const isFirst = !this.#shown.length && said.length > 1;
    if (!isLonger) this.#list.replaceChildren();
    const fresh = isLonger ? said.slice(this.#shown.length) : said;
    // What was said before one came in, or came late, is there to be read and not said aloud at once.
    this.#log.setAttribute("aria-live", isLonger && !isFirst ? "polite" : "off");
    this.#list.append(...fresh.map((act) => this.#line(act)));
    this.#shown = keys;
    this.#empty.hidden = true;
    if (isBelow) this.#log.scrollTop = this.#log.scrollHeight;
    const last = said.at(-1);
    if (last?.kind === "caption" && isLonger && !isFirst) this.#over(last);
  }

  #line(act: Act): HTMLElement {
    const city = this.#cities[act.city];
    const when = city ? hour(city.zone, new Date(act.at)) : "";
    const who = element("b", {}, this.#who(act));
    if (!who.textContent) this.#unnamed.push([who, act]);
    const mark = act.kind === "caption" ? ` · ${this.#words.captioned}` : "";
    return element("li", { class: `${act.kind}${city ? ` city-${city.slug}` : ""}` },
      element("p", {}, String(act.body.text ?? "")),
      element("small", {}, who, ` ${city?.name ?? ""} `, element("time", { datetime: act.at }, when), mark));
  }

  #name(): void {
    for (const [place, act] of this.#unnamed) place.textContent = this.#who(act);
    this.#unnamed = this.#unnamed.filter(([place]) => !place.textContent);
  }

  #who({ by }: Act): string {
    return this.#labels.get(by) ?? "";
  }

  #over(act: Act): void {
    clearTimeout(this.#timer);
    this.overlay.textContent = String(act.body.text ?? "");
    this.overlay.hidden = false;
    this.#timer = setTimeout(() => (this.overlay.hidden = true), CAPTION_STAYS);
  }

  #form(field: HTMLInputElement, label: string, kind: "chat" | "caption", help = ""): HTMLElement {
    const send = element("button", { class: "button second" }, this.#words.send);
    const row = element("div", { class: "row" }, field, send);
    const note = help ? [element("p", { class: "help", id: `${field.id}-help` }, help)] : [];
    if (help) field.setAttribute("aria-describedby", `${field.id}-help`);
    const form = element("form", {}, element("label", { for: field.id }, label), ...note, row);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      this.#room.connection.act(kind, { text });
      field.value = "";
    });
    return form;
  }

  /** Gives everything said as a text file, times in both cities. */
  #keep(): void {
    const acts = this.#room.log.acts.filter(({ kind }) => kind === "chat" || kind === "caption");
    const zones = Object.values(this.#cities);
    const lines = acts.map((act) => {
      const times = zones.map(({ name, zone }) => `${hour(zone, new Date(act.at))} ${name}`).join(" · ");
      const mark = act.kind === "caption" ? ` (${this.#words.captioned})` : "";
      return `${times}\t${this.#who(act) || this.#cities[act.city]?.name || ""}${mark}\t${String(act.body.text ?? "")}`;
    });
    const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
    element("a", { href: url, download: `${document.title.trim().split(/\s+/).join("-")}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

function input(id: string, longest: number): HTMLInputElement {
  return element("input", { id, type: "text", maxlength: longest, autocomplete: "off" });
}
