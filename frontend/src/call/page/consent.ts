/** Asks everybody before anything is recorded; one no, or no answer, and nothing is. */
import { filled } from "../../live/labels.ts";
import { element } from "../../review/page/elements.ts";
import type { Room } from "../room.ts";
import type { Words } from "./words.ts";

export class Consent {
  readonly element = element("section", { class: "consent", role: "group", hidden: true });
  /** For those in charge: asks, or stops the recording. */
  readonly button: HTMLButtonElement;
  #room: Room;
  #words: Words;
  #count = element("p", { class: "soft" });
  #began = false;

  constructor(room: Room, words: Words) {
    [this.#room, this.#words] = [room, words];
    const question = element("p", { id: "consent-question" }, words.asked_record);
    this.element.setAttribute("aria-labelledby", "consent-question");
    const answer = (yes: boolean, label: string, kind: string): HTMLElement => {
      const made = element("button", { type: "button", class: `button ${kind}` }, label);
      made.addEventListener("click", () => void room.connection.act("consented", { yes }));
      return made;
    };
    const answers = element("div", { class: "actions" }, answer(true, words.agree, ""), answer(false, words.disagree, "second"));
    this.element.append(question, answers, this.#count);
    this.button = element("button", { type: "button", class: "button second" }, words.record);
    this.button.addEventListener("click", () => this.#press());
  }

  show(): void {
    const { state } = this.#room;
    const isAsking = state?.asking === true;
    const wasHidden = this.element.hidden;
    this.element.hidden = !isAsking;
    this.button.textContent = this.#words[state?.recording.on ? "record_stop" : "record"];
    if (!state || !isAsking) {
      this.#began = false;
      return;
    }
    const people = new Set(Object.values(state.inside).map(({ person }) => person));
    const agreed = [...people].filter((person) => state.consents[person] === true).length;
    this.#count.textContent = filled(this.#words.agreed, { count: agreed, all: people.size });
    if (wasHidden) this.element.querySelector("button")?.focus();
    if (agreed === people.size && this.#isAsker && !this.#began) {
      this.#began = true;
      this.#room.connection.act("recording", { on: true });
    }
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
