/**
 * The driver of Janus: one connection that sends, one for each participant that is received.
 *
 * The browser never speaks with Janus: it says `engine` to the node that hosts the session, which asks
 * Janus and answers under the number of the question. A question may get lost (the line is cut):
 * then it is given up after a while and what it was for is begun anew, on a new connection. The table
 * of questions stands in docs/protocol/calls.md.
 */
import type { Health, Incoming, Media, Outgoing, Part, Quality, Ways } from "./engine.ts";
import { PARTS } from "./engine.ts";
import { quality } from "./quality/stats.ts";

/** What the driver is given: how to say something to the host node. */
export type EngineWays = Ways & { say: (body: unknown) => void };

type Reply = Record<string, unknown>;
type Ask = (question: Record<string, unknown>) => Promise<Reply>;

const KINDS: Record<Part, "audio" | "video"> = { microphone: "audio", camera: "video", screen: "video" };
const BITS: Record<Part, number> = { microphone: 48_000, camera: 1_000_000, screen: 2_000_000 };
/** Milliseconds. */
const ANSWER_WITHIN = 8_000;
const AGAIN_AFTER = 2_000;
const GATHER = 40;

export class Janus implements Media {
  onTrack: (incoming: Incoming) => void = () => undefined;
  onHealth: (participant: string, health: Health) => void = () => undefined;
  #ways: EngineWays;
  #sender: Sender;
  #receivers = new Map<string, Receiver>();
  #questions = new Map<number, (reply: Reply) => void>();
  #last = 0;

  constructor(ways: EngineWays) {
    this.#ways = ways;
    this.#sender = new Sender(ways.iceServers, this.#ask);
    this.#sender.begin();
  }

  publish(outgoing: Outgoing): Promise<void> {
    return this.#sender.publish(outgoing);
  }

  subscribe(participants: readonly string[]): void {
    const wanted = new Set(participants.filter((one) => one !== this.#ways.me));
    for (const [name, receiver] of this.#receivers) {
      if (wanted.has(name)) continue;
      receiver.end();
      this.#receivers.delete(name);
      void this.#ask({ do: "unsubscribe", feed: name });
    }
    for (const name of wanted) if (!this.#receivers.has(name)) this.#receive(name);
  }

  /** Participants do not speak with each other here. */
  heard(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes what the host said: an answer, that somebody can be received, or that all was lost. */
  engineHeard(body: unknown): void {
    const told = (body ?? {}) as Reply;
    if (typeof told["ask"] === "number") this.#questions.get(told["ask"])?.(told);
    else if (typeof told["flows"] === "string") this.#receivers.get(told["flows"])?.begin();
    else if (told["lost"] === true) this.#anew();
  }

  restart(): void {
    if (this.#sender.health !== "flowing") this.#sender.begin();
    for (const receiver of this.#receivers.values()) if (receiver.health !== "flowing") receiver.begin();
  }

  pictures(participant: string, wanted: boolean): void {
    this.#receivers.get(participant)?.pictures(wanted);
  }

  async stats(): Promise<Quality[]> {
    const sent = quality("", await this.#sender.report());
    const one = async ([name, receiver]: [string, Receiver]): Promise<Quality> => {
      const { bytesSent, lossThere } = sent;
      return { ...quality(name, await receiver.report()), bytesSent, lossThere };
    };
    return Promise.all([...this.#receivers].map(one));
  }

  leave(): void {
    this.#sender.end();
    for (const receiver of this.#receivers.values()) receiver.end();
    this.#receivers.clear();
    this.#questions.clear();
  }

  #anew(): void {
    this.#sender.begin();
    for (const receiver of this.#receivers.values()) receiver.begin();
  }

  #receive(name: string): void {
    const receiver = new Receiver(name, this.#ways.iceServers, this.#ask);
    receiver.onTrack = (part, track) => this.onTrack({ from: name, part, track });
    receiver.onHealth = (health) => this.onHealth(name, health);
    this.#receivers.set(name, receiver);
    receiver.begin();
  }

  /** Asks the host; `refused` in the reply tells why not, `silent` when none came in time. */
  #ask: Ask = (question) => {
    const ask = ++this.#last;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ refused: "silent" }), ANSWER_WITHIN);
      const settle = (reply: Reply): void => {
        clearTimeout(timer);
        this.#questions.delete(ask);
        resolve(reply);
      };
      this.#questions.set(ask, settle);
      this.#ways.say({ ...question, ask });
    });
  };
}

/** A connection with Janus that is begun anew until it flows. */
abstract class Line {
  onHealth: (health: Health) => void = () => undefined;
  health: Health = "connecting";
  protected connection: RTCPeerConnection | undefined;
  protected ask: Ask;
  #iceServers: RTCIceServer[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #found: RTCIceCandidateInit[] = [];
  #ended = false;

  constructor(iceServers: RTCIceServer[], ask: Ask) {
    this.#iceServers = iceServers;
    this.ask = ask;
  }

  /** Which participant this line receives; empty for the line that sends. */
  abstract readonly feed: string;
  /** Negotiates on *connection*; false when it could not be done now. */
  protected abstract negotiate(connection: RTCPeerConnection): Promise<boolean>;

  begin(): void {
    this.#drop();
    if (this.#ended) return;
    const made = new RTCPeerConnection({ iceServers: this.#iceServers, bundlePolicy: "max-bundle" });
    this.connection = made;
    this.#become("connecting");
    made.onicecandidate = ({ candidate }) => candidate && this.#gather(made, candidate.toJSON());
    made.onconnectionstatechange = () => this.#look(made);
    made.oniceconnectionstatechange = () => this.#look(made);
    this.#retry(ANSWER_WITHIN + AGAIN_AFTER);
    this.negotiate(made)
      .catch(() => false)
      .then((done) => {
        if (!done && made === this.connection) this.#retry(AGAIN_AFTER);
      });
  }

  end(): void {
    this.#ended = true;
    this.#drop();
  }

  report(): Promise<RTCStatsReport | undefined> {
    return this.connection?.getStats() ?? Promise.resolve(undefined);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const old = this.connection;
    this.connection = undefined;
    this.#found = [];
    if (!old) return;
    old.onicecandidate = old.onconnectionstatechange = old.oniceconnectionstatechange = old.ontrack = null;
    old.close();
  }

  #retry(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.health !== "flowing") this.begin();
    }, after);
  }

  /** Says several candidates at once: each message may cross an ocean. */
  #gather(made: RTCPeerConnection, candidate: RTCIceCandidateInit): void {
    if (this.#found.push(candidate) > 1) return;
    setTimeout(() => {
      if (made !== this.connection) return;
      const found = this.#found.splice(0);
      void this.ask({ do: "candidates", feed: this.feed, found });
    }, GATHER);
  }

  #look(made: RTCPeerConnection): void {
    if (made !== this.connection) return;
    const { connectionState: state, iceConnectionState: ice } = made;
    const health = state === "failed" || state === "closed" || ice === "failed" ? "failed"
      : ice === "disconnected" ? "cut"
      : state === "connected" ? "flowing"
      : "connecting";
    const changed = this.#become(health);
    if (health === "flowing") clearTimeout(this.#timer);
    if (health === "failed") this.#retry(changed ? 0 : AGAIN_AFTER);
  }

  #become(health: Health): boolean {
    const changed = health !== this.health;
    this.health = health;
    if (changed) this.onHealth(health);
    return changed;
  }
}

class Sender extends Line {
  readonly feed = "";
  #outgoing: Outgoing = {};
  #stream = new MediaStream(); // microphone and camera of one stream stay in step

  async publish(outgoing: Outgoing): Promise<void> {
    this.#outgoing = outgoing;
    const lines = this.connection?.getTransceivers() ?? [];
    await Promise.all(lines.map((line, index) => this.#feed(line, PARTS[index])));
  }

  protected async negotiate(connection: RTCPeerConnection): Promise<boolean> {
    for (const part of PARTS) {
      const streams = part === "screen" ? {} : { streams: [this.#stream] };
      const sendEncodings = [{ maxBitrate: BITS[part] }];
      connection.addTransceiver(KINDS[part], { direction: "sendonly", sendEncodings, ...streams });
    }
    await this.publish(this.#outgoing);
    await connection.setLocalDescription();
    const mids = connection.getTransceivers().map((line, index) => [line.mid ?? "", PARTS[index]]);
    const offer = connection.localDescription?.sdp;
    const reply = await this.ask({ do: "publish", offer, parts: Object.fromEntries(mids) });
    if (connection !== this.connection || typeof reply["answer"] !== "string") return false;
    await connection.setRemoteDescription({ type: "answer", sdp: reply["answer"] });
    return true;
  }

  async #feed(line: RTCRtpTransceiver, part: Part | undefined): Promise<void> {
    const track = (part && this.#outgoing[part]) ?? null;
    if (line.sender.track !== track) await line.sender.replaceTrack(track);
  }
}

class Receiver extends Line {
  onTrack: (part: Part, track: MediaStreamTrack) => void = () => undefined;
  readonly feed: string;
  #parts: Record<string, string> = {};
  #wanted = true;

  constructor(feed: string, iceServers: RTCIceServer[], ask: Ask) {
    super(iceServers, ask);
    this.feed = feed;
  }

  /** Lets the host forward the camera, or spare this line. */
  pictures(wanted: boolean): void {
    this.#wanted = wanted;
    const mids = Object.keys(this.#parts).filter((mid) => this.#parts[mid] === "camera");
    if (mids.length > 0) void this.ask({ do: "pictures", feed: this.feed, mids, wanted });
  }

  protected async negotiate(connection: RTCPeerConnection): Promise<boolean> {
    connection.ontrack = ({ transceiver, track }) => {
      const part = PARTS.find((one) => one === this.#parts[transceiver.mid ?? ""]);
      if (part) this.onTrack(part, track);
    };
    const reply = await this.ask({ do: "subscribe", feed: this.feed });
    if (connection !== this.connection || typeof reply["offer"] !== "string") return false;
    this.#parts = (reply["parts"] ?? {}) as Record<string, string>;
    await connection.setRemoteDescription({ type: "offer", sdp: reply["offer"] });
    await connection.setLocalDescription();
    const answer = connection.localDescription?.sdp;
    const started = await this.ask({ do: "start", feed: this.feed, answer });
    if (!this.#wanted) this.pictures(false);
    return started["refused"] === undefined;
  }
}
