/** What stands around the picture: who presents, who is here, what waits, what was said. */
import { filled, people } from "../live/labels.ts";
import type { Participant } from "../live/messages.ts";
import { action, element } from "../review/page/elements.ts";
import { Numbering } from "../review/time/frames.ts";
import type { Data, Place, Words } from "./data.ts";
import type { SaidThen } from "./fold.ts";
import type { Session } from "./session.ts";

export type Acts = {
  follow(): void;
  take(): void;
  give(person: string): void;
  start(): void;
  show(said: SaidThen): void;
};

export class Panel {
  readonly bar = element("div", { class: "together-bar", role: "group" });
  readonly #session: Session;
  readonly #words: Words;
  readonly #acts: Acts;
  readonly #who = element("span", { class: "who" });
  readonly #state = element("span", { class: "state-of-session" });
  readonly #follow: HTMLButtonElement;
  readonly #take: HTMLButtonElement;
  readonly #start: HTMLButtonElement;
  readonly #here: HTMLElement | null;
  readonly #said: HTMLElement | null;
  /** What people were called while they were here. */
  readonly #names = new Map<string, string>();
  data: Data;
  #shown = "";

  constructor(root: HTMLElement, session: Session, data: Data, words: Words, acts: Acts) {
    [this.#session, this.#words, this.#acts, this.data] = [session, words, acts, data];
    this.#follow = action(words.look, "G", () => acts.follow(), { "data-act": "follow" });
    this.#take = action(words.take, "T", () => acts.take(), { "data-act": "take" });
    this.#start = action(words.start, "S", () => acts.start(), { "data-act": "start", hidden: true });
    this.bar.setAttribute("aria-label", words.here);
    this.bar.append(this.#who, this.#state, this.#start, this.#take, this.#follow);
    this.#here = root.querySelector("[data-people]");
    this.#said = root.querySelector("[data-listed]");
    new MutationObserver(() => showNewest(root)).observe(root, { childList: true, subtree: true });
    session.addEventListener("people", () => this.show());
    session.addEventListener("log", () => this.#showSaid());
  }

  show(): void {
    const { state, you, present } = this.#session;
    if (!state || !you) return void (this.#who.textContent = this.#words.connecting);
    if (this.#session.isOver) return this.#end();
    for (const { person, label } of present) this.#names.set(person, label);
    this.#who.textContent = this.#presents();
    this.#follow.querySelector("span")?.replaceChildren(this.#session.follows ? this.#words.look : this.#words.follow);
    this.#follow.setAttribute("aria-pressed", String(!this.#session.follows));
    this.#take.hidden = this.#session.isPresenter || you.role === "viewer" || this.#session.isAlone;
    this.#take.querySelector("span")?.replaceChildren(this.#session.mayTake ? this.#words.take : this.#words.ask);
    this.#showHere();
  }

  /** What stands in the way of a start, or how well the pictures agree; *frame* as people read it. */
  tell(isWaiting: boolean, skew: number | null, frame: number): void {
    if (this.#session.isOver) return;
    this.#start.hidden = !isWaiting;
    this.#state.textContent = this.#told(isWaiting, skew, frame);
  }

  /** Nobody is told of here any more, and nothing can be done: why is said above the picture. */
  #end(): void {
    for (const one of [this.#who, this.#state, this.#here]) one?.replaceChildren();
    for (const button of [this.#start, this.#take, this.#follow]) button.hidden = true;
  }

  #told(isWaiting: boolean, skew: number | null, frame: number): string {
    const session = this.#session;
    const { standing } = session.connection;
    if (standing !== "open") return standing === "cut" ? this.#words.cut : this.#words.connecting;
    if (session.isAlone) return this.#words.alone;
    if (!session.follows) return this.#words.by_yourself;
    const { cut } = session.connection;
    if (cut) return filled(this.#words.line_cut, { city: this.city(cut.city) });
    const late = this.late();
    if (late && (isWaiting || !session.transport?.playing)) return late;
    if (skew !== null && session.transport?.playing) {
      return filled(this.#words.within, { frame, ms: Math.round(skew) });
    }
    const isTogether = people(session.present).length > 1;
    return filled(isTogether ? this.#words.both_on : this.#words.on_frame, { frame });
  }

  /** “San Francisco is still loading sh040 v012”; empty: everybody is ready. */
  late(): string {
    const { absent, transport } = this.#session;
    const place = this.data.items.find(({ version }) => version === transport?.version);
    return absent
      .map(({ city, why }) => {
        const facts = { city: this.city(city), place: place?.label ?? "" };
        return filled(why === "loading" ? this.#words.loading : this.#words.other_picture, facts);
      })
      .join(" ");
  }

  city(origin: string): string {
    return this.data.cities[origin]?.name ?? "";
  }

  name(person: string): string {
    const seat = this.data.seats[this.#session.seats.get(person) ?? ""];
    return seat ?? this.#names.get(person) ?? "";
  }

  #presents(): string {
    const { state, you, isPresenter } = this.#session;
    if (isPresenter) return this.#words.you_present;
    const label = this.name(state?.presenter ?? "");
    return label && you ? filled(this.#words.presents, { who: label }) : this.#words.nobody;
  }

  #showHere(): void {
    const { present, state, you } = this.#session;
    const several = people(present);
    const told = JSON.stringify([present, state?.presenter, this.#session.isPresenter, this.#session.follows,
      present.map(({ id }) => this.#session.reportOf(id))]); // prettier-ignore
    if (!this.#here || told === this.#shown) return;
    this.#shown = told;
    const focused = this.#here.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.person
      : undefined;
    this.#here.replaceChildren(...several.map((one) => this.#row(one, present, you)));
    if (focused) this.#here.querySelector<HTMLElement>(`[data-person="${focused}"]`)?.focus();
  }

  #row(one: Participant, present: readonly Participant[], you: Participant | undefined): HTMLElement {
    const { state } = this.#session;
    const city = this.data.cities[one.city];
    const screens = present.filter(({ person }) => person === one.person);
    const notes = [
      one.person === you?.person ? this.#words.you : "",
      state?.presenter === one.person ? this.#words.chosen : "",
      ...this.#standing(screens),
      screens.length > 1 ? `× ${String(screens.length)}` : "",
    ].filter(Boolean);
    const mark = element("i", { class: "spot", "aria-hidden": "true" });
    const text = [one.label, ...notes].join(" · ");
    const row = element("li", { class: `city-${city?.slug ?? ""}` }, mark, element("span", {}, text));
    const gives = this.#session.isPresenter && one.role !== "viewer" && one.person !== you?.person;
    if (gives && !this.#session.isAlone) {
      const label = filled(this.#words.give, { who: one.label });
      const facts = { class: "plain-button", "data-person": one.person };
      row.append(action(label, "", () => this.#acts.give(one.person), facts));
    }
    return row;
  }

  #standing(screens: readonly Participant[]): string[] {
    const version = this.#session.transport?.version;
    const reports = screens.map(({ id }) => this.#session.reportOf(id));
    if (reports.some((report) => report && !report.follows)) return [this.#words.they_look];
    const isLate = reports.some((report) => !report?.ready || report.version !== version);
    return isLate ? [this.#words.waits] : [];
  }

  #showSaid(): void {
    const said = this.#session.state?.said ?? [];
    if (!this.#said) return;
    const rows = [...said].reverse().map((one) => {
      const place = this.data.items.find(({ version }) => version === one.version);
      const frames = one.first === undefined ? "" : this.#frames(place, one.first, one.last ?? one.first);
      const who = this.name(one.by) || this.city(one.city);
      const text = [who, this.#did(one), place?.label ?? "", frames].filter(Boolean).join(" · ");
      const link = element("button", { type: "button", class: "plain-button" }, text);
      link.addEventListener("click", () => this.#acts.show(one));
      return element("li", { class: `city-${this.data.cities[one.city]?.slug ?? ""}` }, link);
    });
    const nothing = element("li", { class: "soft nothing" }, this.#words.nothing_said);
    this.#said.replaceChildren(...(rows.length ? rows : [nothing]));
  }

  #did({ kind, decision }: SaidThen): string {
    if (kind === "drawn") return this.#words.draws;
    if (decision === "approved") return this.#words.approved;
    return decision === "retake" ? this.#words.retake : this.#words.says;
  }

  #frames(place: Place | undefined, from: number, to: number): string {
    const numbering = new Numbering(place?.first ?? from, place?.numbers);
    const [first, last] = [numbering.numberOf(from), numbering.numberOf(to)];
    if (first === last) return filled(this.#words.frame, { frame: first });
    return filled(this.#words.frames, { first, last });
  }
}

/** Of the notes beside the picture the newest are in sight, as often as there is another. */
function showNewest(root: ParentNode): void {
  const notes = root.querySelector<HTMLElement>(".notes");
  const many = String(notes?.childElementCount ?? 0);
  if (!notes || notes.dataset.many === many) return;
  notes.dataset.many = many;
  notes.scrollTop = notes.scrollHeight;
}
