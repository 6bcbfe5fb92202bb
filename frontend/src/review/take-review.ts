/** `<take-review>`: a version frame by frame, with drawings, comparison and notes.
 *
 * It upgrades a page that already plays, lists and decides without it. `player` and `sheet` are
 * its doors for a session between the cities, with `surface`, `outbox` and `review`; the event
 * `ready` says that they are there.
 */
import { liveSource, type Change } from "../live-source.ts";
import { Stage } from "./compare/stage.ts";
import { Wiper } from "./compare/wiper.ts";
import { Outbox, type Answer, type Wish } from "./drawing/outbox.ts";
import { Sheet } from "./drawing/sheet.ts";
import { Surface } from "./drawing/surface.ts";
import { Bar } from "./page/bar.ts";
import { read, type Review } from "./page/data.ts";
import { DrawingTools } from "./page/drawing-tools.ts";
import { element } from "./page/elements.ts";
import { LookingTools } from "./page/looking-tools.ts";
import { Margin } from "./page/margin.ts";
import { Readout } from "./page/readout.ts";
import { Sources } from "./page/sources.ts";
import { Timeline } from "./page/timeline.ts";
import { figure, said } from "./page/words.ts";
import { Clip } from "./player/clip.ts";
import type { Rendition } from "./player/line.ts";
import { Player } from "./player/player.ts";
import { Still } from "./player/still.ts";
import { Row } from "./row.ts";

const AGAIN = 3000;

export class TakeReview extends HTMLElement {
  player: Player | undefined;
  sheet: Sheet | undefined;
  stage: Stage | undefined;
  surface: Surface | undefined;
  outbox: Outbox | undefined;
  review: Review | undefined;
  /** Says *text* beside the picture, above the form. */
  tell: (text: string) => void = () => undefined;

  connectedCallback(): void {
    void this.#begin();
  }

  get #address(): string {
    return this.dataset.src ?? "";
  }

  async #begin(): Promise<void> {
    const review = await read(this.#address);
    if (!review) return void setTimeout(() => void this.#begin(), AGAIN);
    const shown = this.querySelector<HTMLVideoElement | HTMLImageElement>(".picture > *");
    const picture = this.querySelector<HTMLElement>(".picture");
    if (!this.isConnected) return;
    if (!shown || !picture) return this.#await(review);
    const isVideo = shown instanceof HTMLVideoElement;
    this.#build(review, isVideo ? moving(shown, review) : new Still(shown), picture);
  }

  /** The pictures are not here yet: the page comes again when they are. */
  #await(review: Review): void {
    if (review.renditions.length || review.picture) return location.reload();
    setTimeout(() => void this.#begin(), AGAIN);
  }

  #build(review: Review, clip: Clip, picture: HTMLElement): void {
    picture.style.setProperty("--shape", String(review.width / review.height));
    const player = (this.player = new Player(clip, review.first_frame));
    const canvas = element("canvas", { class: "painting", hidden: true, "aria-hidden": "true" });
    const stage = (this.stage = new Stage(player, canvas));
    const surface = (this.surface = new Surface(review.width, review.height));
    const outbox = (this.outbox = this.#outbox(review));
    this.review = review;
    const hand = review.hand ?? { seat: "", label: "", city: "" };
    const sheet = (this.sheet = new Sheet(outbox, hand));
    const sources = new Sources(this.#address, review);
    const readout = new Readout(review, player);
    const timeline = new Timeline(review, player, readout.timecode);
    const drawing = new DrawingTools(review, surface, sheet, player);
    const looking = new LookingTools(review, stage, () => sources.open?.bytes ?? Infinity);
    const bar = new Bar({ review, player, stage, drawing, looking, timeline, picture });
    const margin = new Margin(this, review, player, sheet, outbox);

    const tags = [review.label, ""].map((text) => element("span", { class: "tag" }, text));
    const wiper = new Wiper(stage, review.words.wipe);
    picture.append(canvas, surface.element, wiper.element, ...tags);
    const rows = [drawing.element, looking.comparing, looking.looking, bar.help];
    const quality = this.#quality(review, sources);
    readout.element.append(quality);
    const moves = review.frames > 1 ? [readout.element, timeline.element] : [];
    picture.after(...moves, bar.element, ...rows);
    this.toggleAttribute("data-ready", true);

    const show = (): void => {
      const { frame } = stage;
      readout.show(frame);
      timeline.show(frame);
      margin.show(frame);
      surface.show(sheet.layers(frame));
    };
    const mark = (): void => {
      timeline.mark(margin.notes(), sheet.kept);
      show();
    };
    this.tell = (text) => margin.say(text);
    const tell = (e: Event): void => margin.say((e as CustomEvent<string>).detail);
    player.addEventListener("frame", show);
    player.addEventListener("state", show);
    outbox.addEventListener("stored", (e) => {
      const { refused } = (e as CustomEvent<Answer>).detail;
      const reason = refused?.[0]?.reason;
      if (reason) setTimeout(() => margin.say(said(review.words, "refused", { reason })));
    });
    stage.addEventListener("frame", show);
    stage.addEventListener("look", () => {
      const { mode } = stage.look;
      picture.dataset.mode = mode;
      if (tags[1]) tags[1].textContent = mode === "single" ? "" : (stage.partner?.label ?? "");
      show();
    });
    sheet.addEventListener("change", mark);
    looking.addEventListener("said", tell);
    picture.addEventListener("click", (e) => this.#tap(e, surface, player));
    picture.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && surface.instrument === "text") surface.write();
    });
    this.#watch(review, clip.video, sources, readout, margin);
    sources.addEventListener("renewed", () => void looking.renew());
    this.#listen(mark);
    sheet.store(review.annotations);
    player.seek(this.#asked(review));
    if (review.kind !== "picture") void sources.begin();
    void outbox.send();
    const row = document.querySelector<HTMLElement>("nav.in-a-row");
    if (row) new Row(row, player);
    this.dispatchEvent(new Event("ready", { bubbles: true }));
  }

  /** What both cities have drawn by now. */
  async renew(): Promise<void> {
    const review = await read(this.#address);
    if (review) this.sheet?.store(review.annotations);
  }

  /** A tap plays or stops, unless a tool is in the hand. */
  #tap(event: Event, surface: Surface, player: Player): void {
    if (surface.instrument || (event.target as Element).closest(".wiper, .lettering")) return;
    player.toggle();
  }

  /** The frame that the address asks for (`#f1043`), or the first. */
  #asked(review: Review): number {
    const found = /^#f(-?\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : review.first_frame;
  }

  #outbox(review: Review): Outbox {
    const place = `review:${review.hand?.seat ?? ""}:${review.uri}`;
    const token = this.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const post = async (wishes: readonly Wish[]): Promise<Answer | undefined> => {
      const answer = await fetch(review.addresses.annotate, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ hash: review.hash, wishes }),
      });
      return answer.ok ? ((await answer.json()) as Answer) : undefined;
    };
    return new Outbox(localStorage, place, post);
  }

  #quality(review: Review, sources: Sources): HTMLElement {
    const { words } = review;
    const select = element("select", { "aria-label": words.quality });
    select.append(element("option", { value: "automatic" }, words.automatic));
    for (const { name, label } of review.renditions) {
      select.append(element("option", { value: name }, label));
    }
    select.addEventListener("change", () => sources.choose(select.value));
    sources.addEventListener("open", (e) => {
      const { label } = (e as CustomEvent<Rendition>).detail;
      const first = select.options[0];
      if (first) first.textContent = `${words.automatic} (${label})`;
    });
    const line = element("span", { class: "line" });
    sources.addEventListener("open", () => {
      const speed = sources.line;
      const written = figure(speed, speed < 10 ? 1 : 0);
      line.textContent = speed ? said(words, "line_speed", { speed: written }) : "";
    });
    return element("span", { class: "quality" }, select, line);
  }

  /** Opens what is chosen; asks for fresh addresses when the old ones have expired. */
  #watch(
    review: Review,
    video: HTMLVideoElement,
    sources: Sources,
    readout: Readout,
    margin: Margin,
  ): void {
    const open = (e: Event): void => {
      const { url } = (e as CustomEvent<Rendition>).detail;
      if (this.player && video.getAttribute("src") !== url) this.player.clip.open(url);
    };
    sources.addEventListener("open", open);
    sources.addEventListener("away", () => margin.say(review.words.away));
    video.addEventListener("error", () => void sources.renew());
    video.addEventListener("waiting", () => {
      readout.showState(true);
      if (this.player?.playing) sources.stalled();
    });
    for (const event of ["playing", "seeked", "pause"]) {
      video.addEventListener(event, () => readout.showState(false));
    }
  }

  /** What the other city says meanwhile comes in; the page's notes renew themselves. */
  #listen(mark: () => void): void {
    liveSource()?.addEventListener("change", (e) => {
      const { kinds } = (e as CustomEvent<Change>).detail;
      if (!this.isConnected || !kinds.some((kind) => kind.startsWith("studio."))) return;
      void this.renew();
    });
    const notes = this.querySelector("[data-live]");
    if (notes) new MutationObserver(mark).observe(notes, { childList: true, subtree: true });
  }
}

/** The video of the page without the browser's own controls. */
function moving(video: HTMLVideoElement, review: Review): Clip {
  video.controls = false;
  video.loop = false;
  video.replaceChildren();
  return new Clip(video, review.rate, review.frames);
}
