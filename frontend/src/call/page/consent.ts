/** Asks everybody before anything is recorded; one no, or no answer, and nothing is. */
import { filled } from "../../live/labels.ts";
import { element } from "../../review/page/elements.ts";
import type { CallState } from "../fold.ts";
import type { Room } from "../room.ts";
import { counted, question } from "./asking.ts";
import type { Words } from "./words.ts";

export class Consent {
  readonly element = element("section", { class: "consent", role: "group", hidden: true });
  /** For those in charge: asks, takes the question back, or stops the recording. */
  readonly button: HTMLButtonElement;
  /** Told what is to be said aloud: the question, when it is put or changes. */
  onAsked: (sentence: string) => void = () => undefined;
  #room: Room;
  #words: Words;
  #question = element("p", { id: "consent-question" });
  #count = element("p", { class: "soft" });
  #answers: [boolean, HTMLButtonElement][];
  #asked: ReturnType<typeof question>;
  #began = false;

  constructor(room: Room, words: Words) {
    [this.#room, this.#words] = [room, words];
    this.element.setAttribute("aria-labelledby", "consent-question");
    this.#answers = [[true, this.#answer(true, words.agree, "")], [false, this.#answer(false, words.disagree, "second")]];
    this.element.append(this.#question, element("div", { class: "actions" }, ...this.#answers.map(([, button]) => button)), this.#count);
    this.button = element("button", { type: "button", class: "button second" }, words.record);
    this.button.addEventListener("click", () => this.#press());
  }

  /** Shows the question while it stands. Focus stays where it is: nobody agrees by a key meant for a message. */
  show(): void {
    const { state, connection } = this.#room;
    const me = connection.you?.person ?? "";
    const asked = state && question(state, me);
    this.element.hidden = !asked;
    const does = state?.recording.on ? "record_stop" : state?.asking ? "record_back" : "record";
    this.button.textContent = this.#words[does];
    if (!state?.asking) this.#began = false;
    if (this.#asked !== asked) this.#put(asked);
    if (!state || !asked) return;
    for (const [yes, button] of this.#answers) button.setAttribute("aria-pressed", String(state.consents[me] === yes));
    this.#tally(state);
  }

  #put(asked: ReturnType<typeof question>): void {
    this.#asked = asked;
    if (!asked) return;
    this.#question.textContent = this.#words[asked];
    this.onAsked(this.#words[asked]);
  }

  #tally(state: CallState): void {
    const { all, agreed, declined } = counted(state);
    const text = declined && state.asking ? this.#words.declined : filled(this.#words.agreed, { count: agreed, all });
    if (this.#count.textContent !== text) this.#count.textContent = text;
    if (!state.asking || agreed < all || !this.#isAsker || this.#began) return;
    this.#began = true;
    this.#room.connection.act("recording", { on: true });
  }

  #answer(yes: boolean, label: string, kind: string): HTMLButtonElement {
    const made = element("button", { type: "button", class: `button ${kind}` }, label);
    made.addEventListener("click", () => void this.#room.connection.act("consented", { yes }));
    return made;
  }

  /** The first in charge in the host city begins the recording, once all agreed. */
  get #isAsker(): boolean {
    const { connection, state } = this.#room;
    const hosts = connection.present.filter(({ role, city }) => role === "host" && city === state?.host);
    return hosts.map(({ id }) => id).sort()[0] === connection.you?.id;
  }

  #press(): void {
    const { state, connection } = this.#room;
    if (state?.recording.on) connection.act("recording", { on: false });
    else connection.act("wished", { on: state?.asking !== true });
  }
}
