/** `<shared-minutes>`: the text that both cities write during a session.
 *
 * Without JavaScript it is the text as it was stored, to read and to download. The page gives it a
 * connection (`join`), or an address of tickets (`data-ticket`) by which it makes its own.
 */
import { Announcer } from "../live/announce.ts";
import { Connection } from "../live/connection.ts";
import { called, filled } from "../live/labels.ts";
import { element } from "../review/page/elements.ts";
import { Field } from "./field.ts";
import { Presence, type Other } from "./presence.ts";
import { SharedText } from "./shared-text.ts";
import { WORDS, type Told, type Word } from "./words.ts";

const KEPT_HERE = 400;

export class SharedMinutes extends HTMLElement {
  #shared: SharedText | undefined;
  #presence: Presence | undefined;
  #own: Connection | undefined;
  #stop = new AbortController();

  connectedCallback(): void {
    const { ticket } = this.dataset;
    if (!ticket || this.#shared) return;
    this.#own = new Connection(ticket);
    this.join(this.#own);
    this.#own.open();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    this.#presence?.close();
    this.#shared?.close();
    this.#own?.leave();
    this.#shared = this.#presence = this.#own = undefined;
  }

  /** The text as it reads here; undefined before `join`. */
  get text(): string | undefined {
    return this.#shared?.text.toString();
  }

  /** Takes part by *connection*, which the page opens and closes. */
  join(connection: Connection): void {
    if (this.#shared) return;
    this.#stop = new AbortController();
    const told = this.#told();
    const place = this.dataset.uri ?? "";
    const shared = (this.#shared = new SharedText(connection, place, localStorage));
    const presence = (this.#presence = new Presence(connection, shared.text));
    this.#build(connection, shared, presence, told);
  }

  #told(): Told {
    const text = this.querySelector("script[type='application/json']")?.textContent ?? "{}";
    const { words, cities } = JSON.parse(text) as Partial<Told>;
    const all = Object.fromEntries(WORDS.map((word) => [word, words?.[word] ?? ""]));
    return { words: all as Record<Word, string>, cities: cities ?? {} };
  }

  #build(connection: Connection, shared: SharedText, presence: Presence, told: Told): void {
    const { words } = told;
    const id = `minutes-${Math.random().toString(36).slice(2)}`;
    const area = element("textarea", { id, rows: 4, "aria-describedby": `${id}-state` });
    const state = element("p", { id: `${id}-state`, class: "minutes-state" });
    const others = element("ul", { class: "minutes-others", "aria-label": words.here_now });
    const head = element("div", { class: "minutes-head" }, element("label", { for: id }, words.label), state);
    const foot = element("div", { class: "minutes-foot" }, others, ...this.#download(shared, words));
    const open = element("div", { class: "minutes-open" }, head, area, foot);
    for (const child of this.querySelectorAll<HTMLElement>(":scope > :not(script)")) child.hidden = true;
    this.append(open);
    new Field(area, shared, (at) => presence.say(at, true));
    for (const event of ["click", "keyup", "focus"]) {
      area.addEventListener(event, () => presence.say(area.selectionEnd, false));
    }
    this.#watch(connection, shared, new Announcer(open), (sentence) => {
      const isClosed = connection.standing === "closed";
      area.readOnly = !shared.mayWrite || shared.state === "opening" || isClosed;
      state.dataset.state = connection.cut && shared.state === "saved" ? "cut" : shared.state;
      if (state.textContent !== sentence) state.textContent = sentence;
    }, told);
    const list = (): void => {
      const shown = presence.others.map((other) => element("li", {}, nameOf(other, told)));
      others.replaceChildren(...(shown.length ? shown : [element("li", { class: "soft" }, words.nobody)]));
    };
    presence.addEventListener("change", list);
    shared.text.observe(list);
    list();
  }

  /** Says how the text stands: in sight always, aloud only when something goes wrong or is well again. */
  #watch(
    connection: Connection,
    shared: SharedText,
    announcer: Announcer,
    put: (sentence: string) => void,
    told: Told,
  ): void {
    const { signal } = this.#stop;
    let trouble = "";
    const show = (): void => {
      const sentence = sentenceOf(connection, shared, told);
      put(sentence);
      const now = isCalm(connection, shared) ? "" : sentence;
      if (now !== trouble) announcer.say(now || told.words.back);
      trouble = now;
    };
    shared.addEventListener("state", show);
    connection.on("line", show, signal);
    connection.on("welcome", show, signal);
    connection.on("standing", show, signal);
    const leaving = (event: Event): void => {
      if (!shared.isSaved && shared.text.length) event.preventDefault();
    };
    window.addEventListener("beforeunload", leaving, { signal });
    show();
  }

  /** The link of the page, which then gives the text as it reads here, saved or not. */
  #download(shared: SharedText, words: Told["words"]): HTMLAnchorElement[] {
    const address = this.dataset.download;
    if (!address) return [];
    const name = this.dataset.name ?? "minutes.md";
    const link = element("a", { href: address, download: name }, words.download);
    link.addEventListener("click", () => {
      const url = URL.createObjectURL(new Blob([shared.text.toString()], { type: "text/markdown" }));
      link.href = url;
      setTimeout(() => {
        link.href = address;
        URL.revokeObjectURL(url);
      }, KEPT_HERE);
    });
    return [link];
  }
}

/** Whether there is nothing to worry about. */
function isCalm(connection: Connection, shared: SharedText): boolean {
  const goesOn = ["opening", "saving", "saved"].includes(shared.state);
  return goesOn && !connection.cut;
}

/** How the text stands, in words. */
function sentenceOf(connection: Connection, shared: SharedText, { words, cities }: Told): string {
  if (shared.state === "refused") {
    if (shared.refusal === "full-minutes") return words.full;
    return shared.refusal === "read-only-minutes" ? words.read_only : words.broken;
  }
  if (shared.state === "away") {
    const isOver = connection.standing === "closed";
    return shared.isSaved ? (isOver ? words.saved : words.away) : words.copied_here;
  }
  if (shared.state === "opening") return words.opening;
  const { cut } = connection;
  if (cut) return filled(words.cut, { city: cities[cut.city] ?? "", time: hour(cut.since) });
  if (!shared.mayWrite) return words.read_only;
  return shared.state === "saved" ? words.saved : words.saving;
}

function nameOf({ who, line, writes }: Other, { words, cities }: Told): string {
  const name = called(who, cities);
  return filled(writes && line ? words.here_writing : words.here_reading, { name, line: line ?? "" });
}

/** The hour on this page's clock. */
function hour(since: number | null): string {
  const at = new Date(since ?? Date.now());
  return at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
