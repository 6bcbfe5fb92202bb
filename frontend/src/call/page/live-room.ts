/** `<live-room>`: the page of a call; pictures, people, words, keys, and what is said aloud. */
import { Announcer } from "../../live/announce.ts";
import { filled, sentences } from "../../live/labels.ts";
import { sentence, type Participant } from "../../live/messages.ts";
import type { SharedMinutes } from "../../minutes/shared-minutes.ts";
import { element } from "../../review/page/elements.ts";
import type { Trouble } from "../own.ts";
import { Bar, devices } from "./bar.ts";
import { Consent } from "./consent.ts";
import { chime } from "./chime.ts";
import { People } from "./people.ts";
import { Talk } from "./talk.ts";
import { put, Tiles } from "./tiles.ts";
import { WORDS, type CallFacts, type Word, type Words } from "./words.ts";
import { Room } from "../room.ts";

const CLOCK = 20_000;
/** The node's word for what only those inside may say. */
const AT_THE_DOOR = "outside";

export class LiveRoom extends HTMLElement {
  room!: Room;
  #words!: Words;
  #facts!: CallFacts;
  #announcer!: Announcer;
  #tiles!: Tiles;
  #people!: People;
  #talk!: Talk;
  #consent!: Consent;
  #bar: Bar | undefined;
  #stage = element("div", { class: "stage" });
  #margin = element("aside", { class: "call-margin" });
  #status = element("p", { class: "call-status" });
  #problem = element("p", { class: "notice", hidden: true });
  #blank: Element | undefined;
  #timer: number | undefined;
  #stop = new AbortController();
  /** Why the node does not let us in; it closes the connection next. */
  #why = "";

  connectedCallback(): void {
    this.#facts = JSON.parse(document.getElementById("call-facts")?.textContent ?? "{}") as CallFacts;
    this.#words = sentences(document.getElementById("call-words")?.textContent, WORDS);
    this.#announcer = new Announcer(this);
    this.#blank = this.querySelector("shared-minutes")?.cloneNode(true) as Element | undefined;
    this.#make();
    addEventListener("keydown", (event) => this.#bar?.pressed(event), { signal: this.#stop.signal });
    this.#timer = window.setInterval(() => this.#show(), CLOCK);
    if (sessionStorage.getItem(this.#mark) === "in") void this.#enter();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    window.clearInterval(this.#timer);
    this.room.leave();
  }

  /** A page that is loaded again while in the call goes straight in again. */
  get #mark(): string {
    return `call:${this.#facts.uri}:in`;
  }

  /** Makes a fresh room and its page: our own picture first, and a way in. */
  #make(): void {
    const { uri, ticket, figures, cities } = this.#facts;
    if (this.#blank) this.querySelector("shared-minutes")?.replaceWith(this.#blank.cloneNode(true));
    this.room = new Room({ uri, ticket, figures });
    this.#tiles = new Tiles(this.#words, cities);
    this.#people = new People(this.#words, cities);
    this.#talk = new Talk(this.room, this.#words, cities);
    this.#consent = new Consent(this.room, this.#words);
    this.#tiles.onSilenced = () => this.#offerSound();
    this.#consent.onAsked = (sentence) => this.#announcer.say(sentence, "assertive");
    const enter = element("button", { type: "button", class: "button enter" }, this.#words[this.#facts.role === "waiting" ? "knock" : "enter"]);
    enter.addEventListener("click", () => void this.#enter());
    this.#stage.replaceChildren(this.#tiles.element, this.#talk.overlay);
    const first = this.#bar = this.#ownBar([enter]);
    this.querySelector("[data-call]")?.replaceChildren(this.#status, this.#problem, this.#stage, first.element);
    put(this.#status, this.#words.preview);
    this.#listen();
    void this.room.own.open().then(() => this.#show());
    this.#show();
    this.dataset.ready = "";
  }

  async #enter(): Promise<void> {
    sessionStorage.setItem(this.#mark, "in");
    this.#bar = this.#ownBar(this.#chair());
    this.#margin.replaceChildren(this.#people.element, this.#talk.element);
    const parts = [this.#status, this.#problem, this.#consent.element, this.#stage, this.#bar.element, this.#margin];
    this.querySelector("[data-call]")?.replaceChildren(...parts);
    put(this.#status, "");
    this.room.open();
    this.querySelector<SharedMinutes>("shared-minutes")?.join(this.room.connection);
    this.#bar.element.querySelector("button")?.focus({ preventScroll: true });
    this.#show();
  }

  #ownBar(more: HTMLElement[]): Bar {
    const { room } = this;
    const words = this.#words;
    const turn = (part: "microphone" | "camera") => () => void room.own.turn(part, !room.own[part]);
    const state = (is: () => boolean, yes: Word = "on") => () => words[is() ? yes : "off"];
    const inCall = room.connection.standing !== "closed" || sessionStorage.getItem(this.#mark) === "in";
    const hand = (): boolean => Boolean(room.state?.hands[room.connection.you?.person ?? ""]);
    const actions = [
      { key: "M", label: words.microphone, act: turn("microphone"), state: state(() => room.own.microphone), pressed: () => room.own.microphone },
      { key: "V", label: words.camera, act: turn("camera"), state: state(() => room.own.camera), pressed: () => room.own.camera },
      ...(inCall ? [
        { key: "S", label: words.screen, act: () => void room.own.share(!room.own.screen), pressed: () => room.own.screen, inside: true },
        { key: "H", label: words.hand, act: () => void room.connection.act("hand", { up: !hand() }), pressed: hand, inside: true },
        { key: "C", label: words.caption_key, act: () => this.#talk.caption.focus(), inside: true },
        { key: "T", label: words.chat_key, act: () => this.#talk.chat.focus(), inside: true },
        { key: "F", label: words.full, act: () => this.#fullScreen(), inside: true },
      ] : []),
    ];
    return new Bar(words, words.devices, actions, [...more, devices(words, room)]);
  }

  /** What only those in charge can do, and the way out. */
  #chair(): HTMLElement[] {
    const words = this.#words;
    const button = (word: Word, act: () => void, kind = "second"): HTMLElement => {
      const made = element("button", { type: "button", class: `button ${kind}`, "data-does": word }, words[word]);
      made.addEventListener("click", act);
      return made;
    };
    const act = (kind: string, body = {}) => () => void this.room.connection.act(kind, body);
    const leave = button("leave", () => this.#gone("gone"), "grave");
    if (this.#facts.role !== "host") return [leave];
    const close = button("close", () => confirm(words.close_sure) && act("closed")(), "grave");
    const record = this.#facts.records ? [this.#consent.button] : [];
    const chair = [button("open_doors", act("opened")), button("hush", act("muted")), ...record, close];
    for (const one of chair) one.setAttribute("data-inside", "");
    return [leave, ...chair];
  }

  #fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.#stage.requestFullscreen?.().catch(() => undefined);
  }

  #listen(): void {
    const { room } = this;
    const { connection } = room;
    const say = (word: Word, who?: Participant, urgent = false): void =>
      this.#announcer.say(filled(this.#words[word], { who: who ? this.#called(who) : "" }), urgent ? "assertive" : "polite");
    room.on("people", () => this.#show());
    room.on("knock", (one) => {
      say("said_knock", one, true);
      if (room.isHost) chime();
    });
    room.on("entered", (one) => say("said_entered", one));
    room.on("left", (one) => say("said_left", one));
    room.on("back", (one) => say("said_back", one));
    room.on("weather", (guest) => say(guest.soundOnly ? "said_bad" : "said_good", guest.participant));
    room.on("hushed", () => say("said_hushed", undefined, true));
    this.#flows();
    const cut = new Set<string>();
    connection.on("welcome", () => {
      if (connection.cut) cut.add(connection.cut.city);
      this.#welcomed();
    });
    connection.on("line", ({ up, city }) => {
      const isNews = up ? cut.delete(city) : !cut.has(city) && Boolean(cut.add(city));
      if (!isNews) return this.#show(); // a line that comes up for the first time was never cut
      const name = this.#facts.cities[city]?.name ?? "";
      this.#announcer.say(filled(this.#words[up ? "said_line" : "said_cut"], { city: name }), up ? "polite" : "assertive");
      this.#show();
    });
    connection.on("standing", (standing) => {
      if (standing === "cut") say("said_own_cut", undefined, true);
      // Those who came early close and knock again at once; whoever stays outside was let go.
      if (standing === "closed") queueMicrotask(() => connection.standing === "closed" && this.#letGo());
      this.#show();
    });
    connection.on("refused", (refused) => {
      if (refused.code === AT_THE_DOOR) return; // the page says so already
      const why = sentence(refused, document.documentElement.lang);
      this.#announcer.say(why, "assertive");
      if (refused.id === undefined && !room.inside) this.#why = why;
      if (connection.standing === "closed") this.#over(why);
      else this.#tell(why);
    });
    connection.on("ended", () => {
      say("said_ended", undefined, true);
      this.#gone("ended");
    });
    room.log.addEventListener("act", (event) => this.#acted((event as CustomEvent<{ kind: string; by: string; body: Record<string, unknown> }>).detail));
    room.log.addEventListener("change", () => this.#show());
    room.own.addEventListener("change", () => this.#show());
    room.own.addEventListener("trouble", (event) => this.#fails((event as CustomEvent<Trouble>).detail));
  }

  /** Says when somebody's media come back after they were cut. */
  #flows(): void {
    const cut = new Set<string>();
    this.room.on("health", ({ guest, health }) => {
      const { id } = guest.participant;
      if (health === "cut" || health === "failed") cut.add(id);
      if (health !== "flowing" || !cut.delete(id)) return;
      this.#announcer.say(filled(this.#words.said_flows, { who: this.#called(guest.participant) }));
    });
  }

  #isLate = true;

  #welcomed(): void {
    const { room } = this;
    if (room.inside) this.#announcer.say(this.#words[this.#isLate ? "said_in" : "said_own_back"]);
    if (room.inside && this.#isLate) this.#stage.scrollIntoView({ block: "start" });
    this.#isLate = !room.inside;
    this.#show();
  }

  #acted({ kind, by, body }: { kind: string; by: string; body: Record<string, unknown> }): void {
    const one = this.room.connection.present.find(({ person }) => person === by);
    if (kind === "hand" && body.up === true && one && one.id !== this.room.connection.you?.id) {
      this.#announcer.say(filled(this.#words.said_hand, { who: this.#called(one) }));
    }
    if (kind === "recording") this.#announcer.say(this.#words[body.on === true ? "said_recording" : "said_recorded"], "assertive");
  }

  #called({ label, city }: Participant): string {
    const name = this.#facts.cities[city]?.name;
    return name ? `${label} (${name})` : label;
  }

  #fails({ part, name }: Trouble): void {
    const known = (WORDS as readonly string[]).includes(name) ? (name as Word) : "trouble";
    const device = this.#words[part === "screen" ? "screen" : part];
    const why = filled(this.#words[known], { device });
    this.#announcer.say(why, "assertive");
    this.#tell(why);
  }

  #tell(why: string): void {
    put(this.#problem, why);
    this.#problem.hidden = false;
  }

  #offerSound(): void {
    if (this.#stage.querySelector(".sound-on")) return;
    const button = element("button", { type: "button", class: "button sound-on" }, this.#words.sound_on);
    button.addEventListener("click", () => {
      this.#tiles.play();
      button.remove();
    });
    this.#stage.append(button);
  }

  #gone(word: "gone" | "ended"): void {
    this.room.leave();
    this.#over(this.#words[word]);
  }

  /** The node closed the connection: the call is over, or we are not let in. */
  #letGo(): void {
    if (sessionStorage.getItem(this.#mark) === "in") this.#over(this.#why || this.#words.ended);
  }

  /** Says why it is over, and offers to come again. */
  #over(why: string): void {
    sessionStorage.removeItem(this.#mark);
    this.#why = "";
    const again = element("button", { type: "button", class: "button" }, this.#words.again);
    again.addEventListener("click", () => this.#make());
    this.room.leave();
    this.#bar = undefined;
    this.dataset.standing = "before";
    this.querySelector("[data-minutes]")?.toggleAttribute("hidden", true);
    this.querySelector("[data-call]")?.replaceChildren(element("p", { class: "call-status" }, why), element("p", { class: "actions" }, again, ...this.#after()));
    again.focus();
  }

  #after(): HTMLElement[] {
    const { after } = this.#facts;
    return after ? [element("a", { class: "button second", href: after }, this.#words.after)] : [];
  }

  #show(): void {
    const { room } = this;
    this.#tiles.show(room);
    this.#people.show(room);
    this.#talk.show();
    this.#consent.show();
    this.#bar?.show();
    const standing = this.#standing();
    put(this.#status, standing);
    this.#status.hidden = !standing;
    const minutes = this.querySelector<HTMLElement>("[data-minutes]");
    if (minutes) minutes.hidden = !room.inside;
    this.#margin.hidden = !room.inside;
    this.#chairs();
    this.dataset.standing = room.inside ? "in" : room.connection.standing === "closed" ? "before" : "waiting";
  }

  /** Shows what those in charge can do now: the host city orders most, and doors open once. */
  #chairs(): void {
    const { room } = this;
    const orders = room.connection.you?.city === room.state?.host;
    const isEarly = Date.now() < Date.parse(this.#facts.doors) || room.lobby.some(({ role }) => role === "early");
    const shown = { open_doors: orders && isEarly, close: orders };
    for (const [does, isShown] of Object.entries(shown)) {
      const button = this.querySelector<HTMLElement>(`[data-does=${does}]`);
      if (button) button.hidden = !isShown;
    }
    this.#consent.button.hidden = !orders;
  }

  /** The one sentence on top: what stands between us and the others. */
  #standing(): string {
    const { connection, state } = this.room;
    const words = this.#words;
    if (connection.standing === "closed") return words.preview;
    if (connection.standing !== "open") return connection.welcome ? words.cut : words.connecting;
    const role = connection.you?.role;
    if (role === "waiting" || role === "early") return words[role];
    const { cut } = connection;
    if (cut) return filled(words.said_cut, { city: this.#facts.cities[cut.city]?.name ?? "" });
    return state?.recording.on ? words.said_recording : "";
  }
}
