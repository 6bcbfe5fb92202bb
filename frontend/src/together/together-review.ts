/** `<together-review>`: the versions of a session, seen by both cities at the same frame.
 *
 * The page shows one place of the list, and works without this element. It takes part in the
 * session, shows the place the session is at, and shares what is drawn and said. `session` and
 * `conductor` are its doors.
 */
import { Announcer } from "../live/announce.ts";
import { filled } from "../live/labels.ts";
import { sentence, type Act, type Participant, type Refused } from "../live/messages.ts";
import { liveSource, type Change } from "../live-source.ts";
import type { SharedMinutes } from "../minutes/shared-minutes.ts";
import { numbering } from "../review/page/data.ts";
import { isTaken } from "../review/page/keys.ts";
import type { TakeReview } from "../review/take-review.ts";
import { Conductor } from "./conductor.ts";
import { read, words, type Data, type Words } from "./data.ts";
import type { SaidThen } from "./fold.ts";
import { Panel } from "./panel.ts";
import { Session } from "./session.ts";
import { Sharing } from "./sharing.ts";
import { Drafts, isWriting } from "./writing.ts";

const AGAIN = 3000;
const LOOK = 250;
/** Milliseconds in which who comes says from which seat they speak. */
const SEATED = 700;
/** Milliseconds between two reports of what this browser shows. */
const REPEAT = 4000;
/** Milliseconds for which a wish or a refusal stands above the picture. */
const NOTED = 20_000;

export class TogetherReview extends HTMLElement {
  session: Session | undefined;
  conductor: Conductor | undefined;
  #sharing: Sharing | undefined;
  #panel: Panel | undefined;
  #announcer: Announcer | undefined;
  #words!: Words;
  #data!: Data;
  #shown = "";
  #wanted = "";
  /** What was last said to be waited for. */
  #late = "";
  /** Whether what somebody writes keeps them at a place that the session has left. */
  #stays = false;
  /** Whether they chose to leave it unsent. */
  #leaves = false;
  readonly #drafts = new Drafts();
  #timer: ReturnType<typeof setInterval> | undefined;
  #noted: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  readonly #stop = new AbortController();

  connectedCallback(): void {
    this.#words = words(this);
    this.addEventListener("ready", () => this.#taken());
    this.addEventListener("submit", (e) => void this.#submit(e));
    this.addEventListener("click", (e) => this.#choose(e));
    void this.#begin();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    clearInterval(this.#timer);
    clearInterval(this.#pulse);
    this.session?.connection.leave();
  }

  async #begin(): Promise<void> {
    const data = await read(this.dataset.src ?? "");
    if (!this.isConnected) return;
    if (!data) return void setTimeout(() => void this.#begin(), AGAIN);
    this.#data = data;
    const session = (this.session = new Session(data.addresses.ticket));
    session.connection.label = ({ person, label }) => this.#seat(person) ?? label;
    this.#announcer = new Announcer(this);
    const panel = (this.#panel = new Panel(this, session, data, this.#words, {
      follow: () => this.#toggle(),
      take: () => session.take(),
      give: (person) => session.give(person),
      start: () => this.conductor?.startAnyway(),
      show: (said) => this.#go(said),
    }));
    this.querySelector("[data-bar]")?.replaceChildren(panel.bar);
    this.querySelector<SharedMinutes>("shared-minutes")?.join(session.connection);
    this.#listen(session);
    this.#timer = setInterval(() => this.#tell(), LOOK);
    this.#pulse = setInterval(() => session.repeat(), REPEAT);
    session.connection.open();
    if (this.#take?.player) this.#taken();
  }

  get #take(): TakeReview | null {
    return this.querySelector<TakeReview>("take-review");
  }

  #listen(session: Session): void {
    const { signal } = this.#stop;
    session.addEventListener("moved", () => void this.#follow(), { signal });
    session.addEventListener("refused", (e) => this.#refused((e as CustomEvent<Refused>).detail), { signal });
    session.addEventListener("said", (e) => this.#asked((e as CustomEvent).detail), { signal });
    session.log.addEventListener("act", (e) => this.#acted((e as CustomEvent<Act>).detail), { signal });
    session.connection.on("welcome", () => this.#welcome(), signal);
    session.connection.on("entered", (one) => {
      setTimeout(() => this.#say("comes", this.#called(one)), SEATED);
    }, signal); // prettier-ignore
    session.connection.on("line", ({ up, city }) => {
      const facts = { city: this.#panel?.city(city ?? "") ?? "" };
      this.#announcer?.say(filled(this.#words[up ? "line_back" : "line_cut"], facts), "assertive");
    });
    session.connection.on("ended", () => {
      this.#announcer?.say(this.#words.over, "assertive");
      this.#note(this.#words.over);
    });
    session.connection.on("standing", () => session.isOver && clearTimeout(this.#noted), signal);
    document.addEventListener("keydown", (e) => this.#press(e), { signal });
    liveSource()?.addEventListener("change", (e) => {
      const { kinds } = (e as CustomEvent<Change>).detail;
      const isOurs = kinds.some((kind) => /^studio\.(session|playlist|version|copies|seat)/.test(kind));
      if (isOurs && this.isConnected) void this.#renew();
    });
  }

  /** Says once from which seat this person speaks: the log holds no names. */
  #welcome(): void {
    const { session } = this;
    const person = session?.you?.person;
    const isKnown = session?.log.acts.some(({ kind, by }) => kind === "seated" && by === person);
    if (!isKnown && this.#data.seat) session?.connection.act("seated", { seat: this.#data.seat });
    this.#agree();
    void this.#follow();
  }

  /** The list may have changed: who presents tells the session, so that all count alike. */
  async #renew(): Promise<void> {
    const data = await read(this.dataset.src ?? "");
    if (!data) return;
    this.#data = data;
    if (this.#panel) this.#panel.data = data;
    this.#agree();
  }

  #agree(): void {
    const { session } = this;
    if (!session?.isPresenter || session.isAlone || !session.state) return;
    const items = this.#data.items.map(({ version, hash, first, frames, rate }) => ({
      version, hash, first, frames, rate,
    })); // prettier-ignore
    const known = session.state.items.map(({ version, hash }) => version + hash);
    const isSame = known.join() === items.map(({ version, hash }) => version + hash).join();
    if (!isSame && items.length) session.connection.act("items", { items });
    const { transport } = session.state;
    const isThere = items.some(({ version }) => version === transport.version);
    if (!isThere && items.length) session.move({ command: "item", item: 0 });
  }

  /** Shows the place the session is at. */
  async #follow(): Promise<void> {
    const version = this.session?.transport?.version;
    if (!version || !this.session?.follows) return;
    if (version === this.#current) {
      this.#wanted = ""; // whatever is still on its way is not wanted any more
      return void (this.conductor ?? this.#taken());
    }
    await this.#open(version, true);
  }

  get #current(): string {
    return this.#take?.dataset.version ?? "";
  }

  /** Puts the place *version* into the page, as the node shows it; *led*: because the session is there. */
  async #open(version: string, led = false): Promise<void> {
    if (this.#wanted === version) return;
    this.#wanted = version;
    const address = new URL(location.href);
    address.searchParams.set("version", version);
    address.hash = "";
    const fresh = await page(address);
    if (this.#wanted !== version) return;
    this.#wanted = "";
    if (led && (!this.session?.follows || this.#stay(version))) return;
    const next = fresh?.querySelector("take-review");
    if (!next || next.getAttribute("data-version") !== version) {
      return void setTimeout(() => void this.#follow(), AGAIN);
    }
    this.#drop();
    history.replaceState(null, "", address);
    this.#leaves = false;
    if (this.#take) this.#drafts.exchange(this.#take, document.importNode(next as HTMLElement, true));
    this.#markPlace(version);
    const place = this.#data.items.find((one) => one.version === version);
    if (place) this.#say("place", { place: place.label });
    this.#reportMissing(version);
  }

  /** Nobody is taken away from words they have begun: they would go on writing into the keys. */
  #stay(version: string): boolean {
    const { session } = this;
    if (!session || !this.#take || this.#leaves || !isWriting(this.#take)) return false;
    const place = this.#data.items.find((one) => one.version === version)?.label ?? "";
    this.#stays = true;
    session.follows = false;
    this.#announcer?.say(filled(this.#words.stays, { place }));
    this.#note(filled(this.#words.stays, { place }));
    return true;
  }

  #markPlace(version: string): void {
    for (const link of this.querySelectorAll<HTMLElement>("[data-place]")) {
      if (link.dataset.place === version) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** Until the picture can be played the others read that this city still loads it. */
  #reportMissing(version: string): void {
    const follows = this.session?.follows ?? true;
    this.session?.report({ version, hash: "", ready: false, follows, skew: null });
  }

  #drop(): void {
    this.conductor?.close();
    this.#sharing?.close();
    this.conductor = undefined;
    this.#sharing = undefined;
    this.#shown = "";
  }

  /** The picture of the place is there: from now on it moves with the session. */
  #taken(): void {
    const { session } = this;
    const take = this.#take;
    const { player, review } = take ?? {};
    if (!session || !take || !player || !review || this.#shown === review.uri) return;
    this.#drop();
    this.#shown = review.uri;
    this.conductor = new Conductor(session, player, review.uri, review.hash);
    this.conductor.onWait = () => this.#tell();
    this.#sharing = new Sharing(session, take, review.uri);
  }

  #tell(): void {
    const { conductor } = this;
    conductor?.keep();
    const late = this.#panel?.late() ?? "";
    const { player, review } = this.#take ?? {};
    const frame = player && review ? numbering(review).numberOf(player.frame) : 0;
    this.#panel?.tell(conductor?.isWaiting ?? false, conductor?.skew ?? null, frame);
    const waitsFor = conductor?.isWaiting ? late : "";
    if (waitsFor !== this.#late) this.#announcer?.say(waitsFor);
    this.#late = waitsFor;
    this.#panel?.show();
  }

  #toggle(): void {
    const { session } = this;
    if (!session) return;
    this.#leaves = this.#stays;
    this.#stays = false;
    session.follows = !session.follows;
    if (session.follows) this.#note("");
  }

  /** A place or a note that somebody chose: for everybody if they present, else by themselves. */
  #go(said: Pick<SaidThen, "version" | "first">): void {
    const { session } = this;
    const item = session?.state?.items.findIndex(({ version }) => version === said.version) ?? -1;
    if (!session || item < 0) return;
    const frame = said.first === undefined ? {} : { frame: said.first };
    if (session.follows && session.move({ command: "item", item, ...frame })) return;
    session.follows = false;
    if (said.version === this.#current) this.#take?.player?.show(said.first ?? this.#take.player.first);
    else void this.#open(said.version);
  }

  #choose(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLElement>("a[data-place]");
    if (!link?.dataset.place || !this.session?.state || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#go({ version: link.dataset.place });
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event.target as Element | null, event.key)) return;
    const isLetter = event.key.length === 1;
    if (isLetter && localStorage.getItem("review-letters") === "off") return;
    const acts: Record<string, (() => void) | undefined> = {
      g: () => this.#toggle(),
      t: () => this.session?.take(),
      s: () => this.conductor?.startAnyway(),
      PageUp: () => this.#step(-1),
      PageDown: () => this.#step(1),
    };
    const act = acts[isLetter ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #step(by: 1 | -1): void {
    const items = this.session?.state?.items ?? [];
    const at = items.findIndex(({ version }) => version === this.#current);
    const next = items[at + by];
    if (next) this.#go({ version: next.version });
  }

  /** A note is kept by the own city without leaving the session, and put on its list. */
  async #submit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-say]") || !this.session) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const body = new FormData(form, event.submitter);
    this.#take?.sheet?.flush();
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => undefined);
    const told = (await answer?.json().catch(() => undefined)) as Kept | undefined;
    form.ariaBusy = null;
    if (!answer?.ok || !told?.uri) {
      return this.#take?.tell(told?.error ?? this.#words.away);
    }
    form.reset();
    this.#take?.tell("");
    const { uri, version, first, last, decision } = told;
    const span = first === null ? {} : { first, last };
    this.session.list("noted", { uri, version, decision, ...span });
    if (this.#stays) this.#toggle();
    await this.#take?.renew();
  }

  #refused(refused: Refused): void {
    this.#announcer?.say(sentence(refused, document.documentElement.lang), "assertive");
    this.#note(sentence(refused, document.documentElement.lang));
  }

  /** Shows *text* above the picture for a while, or for good when nothing else will be said there. */
  #note(text: string): void {
    const place = this.querySelector("[data-refused]");
    if (place) place.textContent = text;
    clearTimeout(this.#noted);
    if (text && !this.session?.isOver) this.#noted = setTimeout(() => this.#note(""), NOTED);
  }

  #asked({ from, kind }: { from: string; kind: string }): void {
    if (kind !== "ask" || !this.session?.isPresenter) return;
    const one = this.session.present.find(({ id }) => id === from);
    if (one) this.#say("asks", this.#called(one));
  }

  #acted({ kind, body, by, city }: Act): void {
    const who = this.#panel?.name(by) || this.#panel?.city(city) || "";
    if (kind === "presenter") {
      const isYou = body.to === this.session?.you?.person;
      const to = { who: this.#panel?.name(String(body.to)) ?? "" };
      this.#note("");
      this.#announcer?.say(isYou ? this.#words.you_present : filled(this.#words.presents, to));
    } else if (kind === "noted" || kind === "drawn") {
      if (by !== this.session?.you?.person && !body.removed) {
        this.#announcer?.say(`${who} · ${this.#words[kind === "drawn" ? "draws" : "says"]}`);
      }
    } else if (kind === "left" && who) this.#say("leaves", { who });
  }

  #called(one: Participant): Record<string, string> {
    return { who: this.#seat(one.person) ?? one.label };
  }

  /** What the seat of *person* is called in this page's language, once they said which it is. */
  #seat(person: string): string | undefined {
    return this.#data.seats[this.session?.seats.get(person) ?? ""];
  }

  #say(word: keyof Words, facts: Record<string, string>): void {
    const text = filled(this.#words[word], facts);
    this.#announcer?.say(text);
    if (word === "asks") this.#note(text);
  }
}

type Kept = {
  uri?: string;
  version: string;
  first: number | null;
  last: number | null;
  decision: string;
  error?: string;
};

async function page(address: URL): Promise<Document | undefined> {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  } catch {
    return undefined;
  }
}
