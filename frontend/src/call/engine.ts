/**
 * What carries pictures and sound of a call: the mesh of `mesh.ts`, or the driver of an engine.
 *
 * A `Media` knows participants by the name `Participant.id` only. Who is admitted, who is muted,
 * chat, hands and captions are never its business: the call tells it whom to hear (`subscribe`) and
 * what to send (`publish`), and it does so again by itself after any interruption.
 */

/** What one participant can send: at most one of each. */
export type Part = "microphone" | "camera" | "screen";
export const PARTS: readonly Part[] = ["microphone", "camera", "screen"];

/** All that is sent from now on; a part that is missing is sent no longer. */
export type Outgoing = Partial<Record<Part, MediaStreamTrack>>;

/** A track somebody sends; the same track object may be told again. */
export type Incoming = { from: string; part: Part; track: MediaStreamTrack };

/** How it stands with one participant: `cut` heals by itself, `failed` was restarted already. */
export type Health = "connecting" | "flowing" | "cut" | "failed";

/** Counters with one participant since the call began; `null`: this engine cannot know. */
export type Quality = {
  with: string;
  /** Milliseconds. */
  roundTrip: number | null;
  packetsReceived: number;
  packetsLost: number;
  /** Part of what we sent that the other side says it lost, 0..1. */
  lossThere: number | null;
  freezes: number;
  framesDecoded: number;
  framesPerSecond: number;
  height: number;
  audioSamples: number;
  audioEnergy: number;
  bytesReceived: number;
  bytesSent: number;
};

/** What a driver is given: how to say something to one participant through the nodes. */
export type Ways = {
  me: string;
  iceServers: RTCIceServer[];
  /** Sends `signal`; lost without a word while the line is cut. */
  signal: (to: string, body: unknown) => void;
  /** Says something to the host node, which drives an engine. */
  say: (body: unknown) => void;
};

export interface Media {
  /** Sends *outgoing* to everybody subscribed to; replaces tracks without a new negotiation. */
  publish(outgoing: Outgoing): Promise<void>;
  /** Exchanges media with these participants and with nobody else. */
  subscribe(participants: readonly string[]): void;
  /** Takes a `signal` that *from* sent. */
  heard(from: string, body: unknown): Promise<void>;
  /** Takes what the host node says about the engine; a mesh hears nothing. */
  engineHeard?(body: unknown): void;
  /** Connects again at once what does not flow: the line to the other city came back. */
  restart(): void;
  /** Asks *participant* for no camera (or for it again): what comes from there comes badly. */
  pictures(participant: string, wanted: boolean): void;
  stats(): Promise<Quality[]>;
  /** Ends everything; the object is of no use afterwards. */
  leave(): void;
  onTrack: (incoming: Incoming) => void;
  onHealth: (participant: string, health: Health) => void;
}
