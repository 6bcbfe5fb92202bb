/** Drawing together: strokes and lasers pass at once, the finished drawing is its city's record. */
import type { SaidThen } from "./fold.ts";
import type { Session } from "./session.ts";
import type { Answer } from "../review/drawing/outbox.ts";
import { idOf } from "../review/drawing/sheet.ts";
import type { Annotation, Point, Stroke } from "../review/drawing/strokes.ts";
import type { TakeReview } from "../review/take-review.ts";
import { element } from "../review/page/elements.ts";

const EVERY = 50;
const STAYS = 30_000;
const NAMED = 1200;
const AGAIN = [200, 1000, 2500, 6000];
type Guest = { from: string; frame: number; stroke: Stroke; done: boolean; at: number };

export class Sharing {
  readonly #session: Session;
  readonly #take: TakeReview;
  readonly #version: string;
  readonly #stop = new AbortController();
  readonly #names = new Map<string, { tag: HTMLElement; timer: ReturnType<typeof setTimeout> }>();
  #guests: Guest[] = [];
  #drawnAt = 0;
  #mine = new Map<string, Annotation>();

  constructor(session: Session, take: TakeReview, version: string) {
    [this.#session, this.#take, this.#version] = [session, take, version];
    const { signal } = this.#stop;
    const { surface, outbox, player, sheet } = take;
    this.#mine = new Map((take.review?.annotations ?? []).filter(isMine).map((one) => [one.uri, one]));
    surface?.addEventListener("laser", (e) => this.#point((e as CustomEvent<Point[]>).detail), { signal });
    surface?.addEventListener("drawing", (e) => this.#draw((e as CustomEvent<Stroke>).detail, false), { signal });
    surface?.addEventListener("stroke", (e) => this.#draw((e as CustomEvent<Stroke>).detail, true), { signal });
    outbox?.addEventListener("stored", (e) => this.#stored((e as CustomEvent<Answer>).detail), { signal });
    player?.addEventListener("frame", () => this.#show(), { signal });
    sheet?.addEventListener("change", () => this.#show(), { signal });
    session.addEventListener("said", (e) => this.#hear((e as CustomEvent).detail), { signal });
    session.log.addEventListener("act", (e) => this.#acted((e as CustomEvent).detail), { signal });
  }

  close(): void {
    this.#stop.abort();
    for (const { tag } of this.#names.values()) tag.remove();
  }

  get #frame(): number {
    return this.#take.player?.frame ?? 0;
  }

  #point(path: readonly Point[]): void {
    const colour = this.#take.surface?.colour ?? "#ffffff";
    this.#session.connection.say("laser", { version: this.#version, path, colour });
  }

  /** A line under the pen is shown as it grows, some twenty times a second. */
  #draw(stroke: Stroke, done: boolean): void {
    const now = performance.now();
    if (!done && now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    const body = { version: this.#version, frame: this.#frame, stroke, done };
    this.#session.connection.say("stroke", body);
  }

  /** What the own node has kept or taken back goes on the session's list. */
  #stored({ annotations }: Answer): void {
    const mine = new Map(annotations.filter(isMine).map((one) => [one.uri, one]));
    for (const [uri, { first_frame: first, last_frame: last }] of mine) {
      const before = this.#mine.get(uri);
      if (!before) this.#session.list("drawn", { uri, version: this.#version, first, last });
    }
    const listed = new Set((this.#session.state?.said ?? []).map((one: SaidThen) => one.uri));
    for (const uri of this.#mine.keys()) {
      const isGone = !mine.has(uri) && listed.has(uri);
      if (isGone) this.#session.list("drawn", { uri, version: this.#version, removed: true });
    }
    this.#mine = mine;
  }

  #hear({ from, kind, body }: { from: string; kind: string; body: Record<string, unknown> }): void {
    if (body.version !== this.#version) return;
    if (kind === "laser" && isPath(body.path)) this.#glow(from, body.path, String(body.colour));
    if (kind !== "stroke" || !isPath((body.stroke as Stroke | undefined)?.points)) return;
    const rest = this.#guests.filter((one) => one.done || one.from !== from);
    const stroke = body.stroke as Stroke;
    const at = performance.now();
    this.#guests = [...rest, { from, frame: Number(body.frame), stroke, done: Boolean(body.done), at }];
    this.#show();
  }

  /** The record of a drawing has come, or will: what passed live gives way to it. */
  #acted({ kind, body, by }: { kind: string; body: Record<string, unknown>; by: string }): void {
    if (kind !== "drawn" || body.version !== this.#version) return;
    const { you, present } = this.#session;
    if (by === you?.person) return;
    const theirs = new Set(present.filter(({ person }) => person === by).map(({ id }) => id));
    void this.#fetch(String(body.uri), Boolean(body.removed)).then(() => {
      this.#guests = this.#guests.filter(({ from, done }) => !(done && theirs.has(from)));
      this.#show();
    });
  }

  /** Asks the own node until the other city's record has arrived there. */
  async #fetch(uri: string, removed: boolean): Promise<void> {
    for (const pause of AGAIN) {
      await new Promise((done) => setTimeout(done, pause));
      if (this.#stop.signal.aborted) return;
      await this.#take.renew();
      const isThere = this.#take.sheet?.all.some((one) => idOf(one.uri) === idOf(uri)) ?? false;
      if (isThere !== removed) return;
    }
  }

  #show(): void {
    const now = performance.now();
    this.#guests = this.#guests.filter(({ at }) => now - at < STAYS);
    const here = this.#guests.filter(({ frame }) => frame === this.#frame);
    this.#take.surface?.showGuests(here.map(({ stroke }) => stroke));
  }

  #glow(from: string, path: readonly Point[], colour: string): void {
    const end = path.at(-1);
    if (!end || !this.#take.surface) return;
    this.#take.surface.glow(path, colour);
    const label = this.#session.present.find(({ id }) => id === from)?.label ?? "";
    const known = this.#names.get(from);
    const tag = known?.tag ?? element("span", { class: "laser-name", "aria-hidden": "true" }, label);
    clearTimeout(known?.timer);
    placeBeside(tag, end);
    tag.style.setProperty("--ink", colour);
    if (!known) this.#take.querySelector(".picture")?.append(tag);
    const timer = setTimeout(() => {
      tag.remove();
      this.#names.delete(from);
    }, NAMED);
    this.#names.set(from, { tag, timer });
  }
}

/** Puts the name of a laser where it is read whole: on the side of its point that has more room. */
function placeBeside(tag: HTMLElement, [x, y]: Point): void {
  const isLeft = x > 0.5;
  tag.style.left = isLeft ? "auto" : `${x * 100}%`;
  tag.style.right = isLeft ? `${(1 - x) * 100}%` : "auto";
  tag.style.top = `clamp(0.7em, ${y * 100}%, 100% - 0.9em)`;
}

function isMine(one: Annotation): boolean {
  return one.mine;
}

/** Whether what another browser sent can be drawn at all. */
function isPath(path: unknown): path is Point[] {
  if (!Array.isArray(path) || path.length === 0) return false;
  return path.every((at) => Array.isArray(at) && at.length === 2 && at.every(Number.isFinite));
}
