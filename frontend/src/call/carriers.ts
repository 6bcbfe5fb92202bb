/**
 * The one that carries now: a mesh for few, the engine the host names once there are more.
 *
 * Going over is make before break: the old carrier goes on until everybody flows by the new one, and
 * a little longer, since others may still see us by the old one.
 */
import type { Health, Incoming, Media, Outgoing, Quality, Ways } from "./engine.ts";
import { Mesh } from "./mesh.ts";

type Maker = (ways: Ways) => Media;
type Drivers = Record<string, () => Promise<Maker>>;
/** How to get the driver of an engine; loaded only when it is needed. */
const DRIVERS: Drivers = {
  mesh: async () => (ways) => new Mesh(ways),
  janus: async () => {
    const { Janus } = await import("./janus.ts");
    return (ways) => new Janus(ways);
  },
};
/** Milliseconds that the old carrier lives at most when the new one does not flow. */
export const OVERLAP = 15_000;
/** Milliseconds that it lives on when all flow by the new one. */
export const LINGER = 4_000;

export class Carrier {
  onTrack: (incoming: Incoming) => void = () => undefined;
  onHealth: (participant: string, health: Health) => void = () => undefined;
  engine = "";
  #ways: Ways | undefined;
  #now: Media | undefined;
  #before: Media | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outgoing: Outgoing = {};
  #participants: readonly string[] = [];
  #flowing = new Set<string>();
  readonly #drivers: Drivers;

  constructor(drivers = DRIVERS) {
    this.#drivers = drivers;
  }

  /** Carries by *engine*, as the participant that *ways* names; the same as before changes nothing. */
  async go(engine: string, ways: Ways): Promise<void> {
    if (engine === this.engine && ways.me === this.#ways?.me) return;
    [this.engine, this.#ways] = [engine, ways];
    const make = await this.#drivers[engine]?.();
    if (!make || ways !== this.#ways) return;
    this.#settle();
    this.#before = this.#now;
    this.#flowing.clear();
    this.#settleIn(OVERLAP);
    const media = make(ways);
    this.#now = media;
    media.onTrack = (incoming) => this.onTrack(incoming);
    media.onHealth = (participant, health) => this.#stands(media, participant, health);
    media.subscribe(this.#participants);
    await media.publish(this.#outgoing);
  }

  async publish(outgoing: Outgoing): Promise<void> {
    this.#outgoing = outgoing;
    await Promise.all([this.#now?.publish(outgoing), this.#before?.publish(outgoing)]);
  }

  subscribe(participants: readonly string[]): void {
    this.#participants = participants;
    this.#now?.subscribe(participants);
  }

  async heard(from: string, body: unknown): Promise<void> {
    await this.#now?.heard(from, body);
  }

  engineHeard(body: unknown): void {
    this.#now?.engineHeard?.(body);
  }

  restart(): void {
    this.#now?.restart();
  }

  pictures(participant: string, wanted: boolean): void {
    this.#now?.pictures(participant, wanted);
  }

  async stats(): Promise<Quality[]> {
    return (await this.#now?.stats()) ?? [];
  }

  leave(): void {
    this.#settle();
    this.#now?.leave();
    this.#now = this.#ways = undefined;
    this.engine = "";
  }

  #stands(media: Media, participant: string, health: Health): void {
    if (media !== this.#now) return;
    if (health === "flowing") this.#flowing.add(participant);
    else this.#flowing.delete(participant);
    const others = this.#participants.filter((one) => one !== this.#ways?.me);
    if (this.#before && others.every((one) => this.#flowing.has(one))) this.#settleIn(LINGER);
    this.onHealth(participant, health);
  }

  #settleIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), milliseconds);
  }

  /** Lets go of the carrier before. */
  #settle(): void {
    clearTimeout(this.#timer);
    this.#before?.leave();
    this.#before = undefined;
  }
}
