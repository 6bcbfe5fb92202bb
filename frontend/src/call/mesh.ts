/** Everybody connected to everybody, without a server: for up to four participants. */
import type { Health, Incoming, Media, Outgoing, Quality, Ways } from "./engine.ts";
import { Peer } from "./peer.ts";

/** More than these cost every participant too much upload and encoding: an engine takes over. */
export const MESH_LIMIT = 4;

export class Mesh implements Media {
  onTrack: (incoming: Incoming) => void = () => undefined;
  onHealth: (participant: string, health: Health) => void = () => undefined;
  #ways: Ways;
  #peers = new Map<string, Peer>();
  #outgoing: Outgoing = {};

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  async publish(outgoing: Outgoing): Promise<void> {
    this.#outgoing = outgoing;
    await Promise.all([...this.#peers.values()].map((peer) => peer.publish(outgoing, this.#peers.size)));
  }

  subscribe(participants: readonly string[]): void {
    const wanted = new Set(participants.filter((one) => one !== this.#ways.me));
    const before = this.#peers.size;
    for (const [name, peer] of this.#peers) {
      if (wanted.has(name)) continue;
      peer.close();
      this.#peers.delete(name);
    }
    for (const name of wanted) if (!this.#peers.has(name)) this.#peers.set(name, this.#meet(name));
    if (this.#peers.size !== before) void this.publish(this.#outgoing);
  }

  async heard(from: string, body: unknown): Promise<void> {
    await this.#peers.get(from)?.heard(body);
  }

  restart(): void {
    for (const peer of this.#peers.values()) peer.restart();
  }

  pictures(participant: string, wanted: boolean): void {
    this.#peers.get(participant)?.pictures(wanted);
  }

  stats(): Promise<Quality[]> {
    return Promise.all([...this.#peers.values()].map((peer) => peer.stats()));
  }

  leave(): void {
    this.subscribe([]);
  }

  #meet(other: string): Peer {
    return new Peer({
      other,
      polite: this.#ways.me < other,
      iceServers: this.#ways.iceServers,
      send: (body) => this.#ways.signal(other, body),
      onTrack: (incoming) => this.onTrack(incoming),
      onHealth: (participant, health) => this.onHealth(participant, health),
    });
  }
}
