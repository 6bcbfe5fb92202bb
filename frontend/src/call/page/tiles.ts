/** The pictures: our own, everybody else's, shared screens; each with its name and its city's clock. */
import { hour } from "../../times.ts";
import { filled } from "../../live/labels.ts";
import type { Part } from "../engine.ts";
import type { Room } from "../room.ts";
import { element } from "../../review/page/elements.ts";
import type { City, Words } from "./words.ts";

/** What one tile shows. */
type Shown = {
  key: string;
  label: string;
  city: City | undefined;
  what: "camera" | "screen";
  tracks: MediaStreamTrack[];
  /** Why there is no picture, or empty. */
  instead: string;
  marks: string[];
  muted: boolean;
  speaking: boolean;
};

export class Tiles {
  readonly element = element("div", { class: "tiles" });
  #words: Words;
  #cities: Record<string, City>;
  #tiles = new Map<string, Tile>();
  /** Told when the browser does not let sound play before somebody touched the page. */
  onSilenced: () => void = () => undefined;

  constructor(words: Words, cities: Record<string, City>) {
    [this.#words, this.#cities] = [words, cities];
  }

  /** Shows what is in the room now; a tile that stays is changed, never made anew. */
  show(room: Room): void {
    const shown = [...this.#others(room), ...this.#own(room)];
    const keys = new Set(shown.map(({ key }) => key));
    for (const [key, tile] of this.#tiles) {
      if (keys.has(key)) continue;
      tile.element.remove();
      this.#tiles.delete(key);
    }
    for (const one of shown) this.#tile(one).show(one);
    this.element.dataset.count = String(shown.length);
    this.element.dataset.screen = String(shown.some(({ what }) => what === "screen"));
  }

  /** Plays everything again: somebody touched the page. */
  play(): void {
    for (const tile of this.#tiles.values()) void tile.video.play().catch(() => undefined);
  }

  #tile({ key, muted }: Shown): Tile {
    const known = this.#tiles.get(key);
    if (known) return known;
    const tile = new Tile(() => this.onSilenced(), muted);
    this.#tiles.set(key, tile);
    this.element.append(tile.element);
    return tile;
  }

  #own(room: Room): Shown[] {
    const words = this.#words;
    const you = room.connection.you;
    const city = this.#cities[you?.city ?? ""] ?? Object.values(this.#cities)[0];
    const camera = room.own.camera ? room.own.track("camera") : undefined;
    const shown: Shown = {
      key: "own", label: you ? `${you.label} (${words.you})` : words.you, city, what: "camera",
      tracks: camera ? [camera] : [], instead: camera ? "" : words.no_picture,
      marks: room.own.microphone ? [] : [words.muted], muted: true, speaking: false,
    };
    if (you && room.state?.hands[you.person]) shown.marks.push(words.hand_up);
    const screen = room.own.track("screen");
    const label = filled(words.screen_of, { who: shown.label });
    return screen
      ? [{ ...shown, key: "own screen", label, what: "screen", tracks: [screen], instead: "", marks: [] }, shown]
      : [shown];
  }

  #others(room: Room): Shown[] {
    return [...room.guests.values()].flatMap((guest) => {
      const { participant, sending, tracks, health, soundOnly, away } = guest;
      const words = this.#words;
      const picture = sending.camera && !soundOnly && tracks.camera;
      const instead = health === "connecting" ? words.connecting : away !== undefined && health !== "flowing" ? words.away
        : health === "cut" || health === "failed" ? words.away : soundOnly && sending.camera ? words.sound_only
        : picture ? "" : words.no_picture;
      const marks = [];
      if (participant.role === "kiosk") marks.push(words.room_screen);
      if (!sending.microphone) marks.push(words.muted);
      if (room.state?.hands[participant.person]) marks.push(words.hand_up);
      const shown: Shown = {
        key: participant.id, label: participant.label, city: this.#cities[participant.city],
        what: "camera", tracks: given(tracks, ["microphone", "camera"]), instead, marks, muted: false,
        speaking: guest.speaking,
      };
      const screen = sending.screen && tracks.screen;
      if (!screen) return [shown];
      const label = filled(words.screen_of, { who: participant.label });
      return [{ ...shown, key: `${shown.key} screen`, label, what: "screen" as const, tracks: [screen], instead: "", marks: [], muted: true, speaking: false }, shown];
    });
  }
}

class Tile {
  readonly element: HTMLElement;
  readonly video = element("video", { autoplay: true, playsinline: true });
  #stream = new MediaStream();
  #instead = element("p", { class: "instead" });
  #name = element("b");
  #city = element("span", { class: "city" });
  #marks = element("span", { class: "marks" });

  #silenced: () => void;

  /** What is *muted* from the start plays everywhere: browsers only hold back what sounds. */
  constructor(silenced: () => void, muted: boolean) {
    this.#silenced = silenced;
    this.video.muted = muted;
    this.element = element("figure", { class: "tile" }, this.video, this.#instead,
      element("figcaption", {}, this.#name, this.#city, this.#marks));
    this.video.addEventListener("pause", () => void this.video.play().catch(silenced));
  }

  /** Plays once there is something to play: a stream without tracks would keep the page loading. */
  #play(): void {
    if (this.video.srcObject || this.#stream.getTracks().length === 0) return;
    this.video.srcObject = this.#stream;
    this.video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#silenced();
    });
  }

  show(shown: Shown): void {
    this.#hold(shown.tracks);
    this.video.muted = shown.muted;
    this.#play();
    this.element.className = `tile ${shown.what}${shown.city ? ` city-${shown.city.slug}` : ""}`;
    this.element.dataset.speaking = String(shown.speaking);
    this.element.dataset.key = shown.key;
    put(this.#instead, shown.instead);
    this.#instead.hidden = !shown.instead;
    put(this.#name, shown.label);
    put(this.#city, shown.city ? `${shown.city.name} ${hour(shown.city.zone, new Date())}` : "");
    put(this.#marks, shown.marks.join(" · "));
    this.video.setAttribute("aria-label", shown.label);
  }

  #hold(tracks: MediaStreamTrack[]): void {
    for (const track of this.#stream.getTracks()) if (!tracks.includes(track)) this.#stream.removeTrack(track);
    for (const track of tracks) if (!this.#stream.getTracks().includes(track)) this.#stream.addTrack(track);
  }
}

function given(tracks: Partial<Record<Part, MediaStreamTrack>>, parts: Part[]): MediaStreamTrack[] {
  return parts.map((part) => tracks[part]).filter((track) => track !== undefined);
}

export function put(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
