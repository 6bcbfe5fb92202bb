/** Who is here and who stands at the door, with what the people in charge can do about it. */
import { element } from "../../review/page/elements.ts";
import { filled, people as persons } from "../../live/labels.ts";
import type { Participant } from "../../live/messages.ts";
import type { Room } from "../room.ts";
import type { City, Words } from "./words.ts";

export class People {
  readonly element = element("section", { class: "people" });
  #words: Words;
  #cities: Record<string, City>;
  #shown = "";

  constructor(words: Words, cities: Record<string, City>) {
    [this.#words, this.#cities] = [words, cities];
  }

  /** Shows both lists; nothing is touched while nothing changed, so that focus stays. */
  show(room: Room): void {
    const words = this.#words;
    const inside = [...room.guests.values()];
    const door = persons(room.lobby);
    const facts = JSON.stringify([inside.map(({ participant, sample, away }) => [participant.id, participant.role, away === undefined, this.#quality(sample)]), door, room.isHost]);
    if (facts === this.#shown) return;
    this.#shown = facts;
    const focused = document.activeElement?.getAttribute("data-id");
    const knocks = door.length ? [element("h2", {}, words.at_the_door), element("ul", { class: "door" }, ...door.map((one) => this.#knock(room, one)))] : [];
    const { you } = room.connection;
    const rows = inside.map(({ participant, sample, away }) =>
      this.#row(participant, [away === undefined ? this.#quality(sample) : words.away]));
    this.element.replaceChildren(...knocks, element("h2", {}, words.people),
      element("ul", { class: "plain" }, ...(you ? [this.#row(you, [words.you])] : []), ...rows),
      ...(inside.length ? [] : [element("p", { class: "soft" }, words.alone)]));
    if (focused) this.element.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(one: Participant, marks: string[]): HTMLElement {
    const city = this.#cities[one.city];
    const words = this.#words;
    const role = one.role === "host" ? [words.in_charge] : one.role === "kiosk" ? [words.room_screen] : [];
    const said = [city?.name ?? "", ...role, ...marks].filter(Boolean).join(" · ");
    return element("li", { class: city ? `city-${city.slug}` : "" }, element("b", {}, one.label), " ", element("small", {}, said));
  }

  #knock(room: Room, one: Participant): HTMLElement {
    const words = this.#words;
    const row = this.#row(one, one.role === "early" ? [words.invited_early] : []);
    if (!room.isHost) return row;
    row.append(this.#button(room, "admitted", one, words.let_in_who));
    if (one.role === "waiting") row.append(this.#button(room, "denied", one, words.turn_away_who));
    return row;
  }

  #button(room: Room, kind: string, one: Participant, label: string): HTMLElement {
    const button = element("button", {
      type: "button", class: kind === "admitted" ? "button" : "button second",
      "data-id": `${kind} ${one.id}`,
    }, filled(label, { who: one.label }));
    button.addEventListener("click", () => room.connection.act(kind, { participant: one.id }));
    return button;
  }

  #quality(sample: { received: number; lost: number; roundTrip: number | null } | undefined): string {
    if (!sample || sample.roundTrip === null) return "";
    const packets = sample.received + sample.lost;
    const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
    const loss = share.format(packets ? sample.lost / packets : 0);
    return filled(this.#words.quality, { trip: Math.round(sample.roundTrip), loss });
  }
}
