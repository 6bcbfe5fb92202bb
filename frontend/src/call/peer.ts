/**
 * One connection to one other participant: perfect negotiation, restarts, three fixed lines.
 *
 * Every connection has three media lines from the start (microphone, camera, screen), open both
 * ways. The impolite side makes them, so their order says which is which; muting, another camera or
 * a shared screen are a `replaceTrack` and need no negotiation.
 *
 * Signals may be lost (they are passed on, never kept) and either page may have begun anew. So each
 * side names its connection by a random word: a description from an unknown connection means that
 * the other page began anew, and this side does so too; `ask` means "offer (again), I know nothing".
 *
 * Source: W3C WebRTC 1.0, section 10.7 (perfect negotiation); RFC 8839, section 4.4.1.1.1 (restart).
 */
import type { Health, Incoming, Outgoing, Part, Quality } from "./engine.ts";
import { PARTS } from "./engine.ts";
import { quality } from "./quality/stats.ts";

type Signal = {
  /** The connection that speaks, and the one it speaks to as far as it knows. */
  mine: string;
  yours: string;
  description?: RTCSessionDescriptionInit;
  candidate?: RTCIceCandidateInit;
  ask?: boolean;
  /** Whether the one who speaks wants the other's camera. */
  pictures?: boolean;
};
type Options = {
  /** The other participant. */
  other: string;
  polite: boolean;
  iceServers: RTCIceServer[];
  send: (signal: unknown) => void;
  onTrack: (incoming: Incoming) => void;
  onHealth: (participant: string, health: Health) => void;
};

const KINDS: Record<Part, "audio" | "video"> = { microphone: "audio", camera: "video", screen: "video" };
/** Bits a second at most: a line should carry sound even when it carries little else. */
const BITS: Record<Part, number> = { microphone: 48_000, camera: 1_500_000, screen: 2_500_000 };
/**
 * Milliseconds without success after which a connection that does not flow is restarted: at first,
 * and at most, since each further try is left twice the time. A restart ends what was begun; always
 * after the same time it would keep those apart who need a little longer.
 */
const PATIENCE = { first: 5_000, most: 20_000 };
/** Milliseconds in which a new connection is left to itself. */
const FRESH = 2_000;

export class Peer {
  #options: Options;
  #connection: RTCPeerConnection | undefined;
  #mine = "";
  #yours = "";
  #offering = false;
  #ignoring = false;
  #work: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outgoing: Outgoing = {};
  #wanted = true; // the other wants our camera
  #wants = true; // we want theirs
  #share = 1;
  #stream = new MediaStream(); // microphone and camera of one stream stay in step
  #health: Health = "connecting";
  #begun = performance.now();
  #patience = PATIENCE.first;

  constructor(options: Options) {
    this.#options = options;
    this.#begin("");
    if (options.polite) this.#say({ ask: true });
    else this.#makeLines();
    this.#watch();
  }

  get health(): Health {
    return this.#health;
  }

  /** Sends these tracks, and of the camera only a part of the bits: there are *others* to feed. */
  async publish(outgoing: Outgoing, others: number): Promise<void> {
    this.#outgoing = outgoing;
    this.#share = 1 / Math.max(others, 1);
    await Promise.all(this.#lines().map((line, index) => this.#feed(line, PARTS[index])));
  }

  /** Takes a signal, in the order they came; one that cannot be used is left alone. */
  heard(body: unknown): Promise<void> {
    this.#work = this.#work.then(() => this.#take(body as Signal)).catch(() => this.#retryLater());
    return this.#work;
  }

  /** Connects again at once, unless media flow or it has only just begun. */
  restart(): void {
    const isNew = this.#health === "connecting" && performance.now() - this.#begun < FRESH;
    if (this.#health === "flowing" || isNew) return;
    this.#again();
    this.#patience = PATIENCE.first;
    this.#retryLater();
  }

  /** Asks the other for no camera, or for it again. */
  pictures(wanted: boolean): void {
    this.#wants = wanted;
    this.#say({ pictures: wanted });
  }

  async stats(): Promise<Quality> {
    const report = await this.#connection?.getStats();
    return quality(this.#options.other, report);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end();
  }

  #begin(yours: string): void {
    this.#end();
    this.#mine = crypto.randomUUID();
    this.#yours = yours;
    this.#offering = this.#ignoring = false;
    const made = new RTCPeerConnection({ iceServers: this.#options.iceServers, bundlePolicy: "max-bundle" });
    made.onnegotiationneeded = () => void this.#offer();
    made.onicecandidate = ({ candidate }) => candidate && this.#say({ candidate: candidate.toJSON() });
    made.ontrack = ({ transceiver, track }) => this.#came(transceiver, track);
    made.onconnectionstatechange = () => this.#look();
    made.oniceconnectionstatechange = () => this.#look();
    this.#connection = made;
  }

  #end(): void {
    const old = this.#connection;
    if (!old) return;
    old.onnegotiationneeded = old.onicecandidate = old.ontrack = null;
    old.onconnectionstatechange = old.oniceconnectionstatechange = null;
    old.close();
    this.#connection = undefined;
  }

  #makeLines(): void {
    const streams = [this.#stream];
    for (const part of PARTS) {
      this.#connection?.addTransceiver(KINDS[part], part === "screen" ? {} : { streams });
    }
    for (const [index, line] of this.#lines().entries()) void this.#feed(line, PARTS[index]);
  }

  #lines(): RTCRtpTransceiver[] {
    return this.#connection?.getTransceivers() ?? [];
  }

  /** Puts the track of *part* on its line, with its limits. */
  async #feed(line: RTCRtpTransceiver, part: Part | undefined): Promise<void> {
    if (!part || this.#connection?.signalingState === "closed") return;
    const track = (part !== "camera" || this.#wanted ? this.#outgoing[part] : undefined) ?? null;
    if (line.sender.track !== track) await line.sender.replaceTrack(track);
    await limit(line.sender, part, this.#share);
  }

  async #offer(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    try {
      this.#offering = true;
      await connection.setLocalDescription();
      if (connection === this.#connection) this.#describe();
    } catch {
      this.#retryLater(); // closed under way, or another description came first
    } finally {
      this.#offering = false;
    }
  }

  #describe(): void {
    const description = this.#connection?.localDescription?.toJSON();
    if (description) this.#say({ description });
  }

  async #take(signal: Signal): Promise<void> {
    if (signal.pictures !== undefined) await this.#turnCamera(signal.pictures);
    if (signal.ask) return this.#answerAsk(signal);
    if (signal.yours && signal.yours !== this.#mine) return; // it speaks to a connection that ended
    if (signal.description) return this.#describeOther(signal);
    if (!signal.candidate || signal.mine !== this.#yours) return;
    try {
      await this.#connection?.addIceCandidate(signal.candidate);
    } catch (error) {
      if (!this.#ignoring) throw error;
    }
  }

  async #turnCamera(wanted: boolean): Promise<void> {
    this.#wanted = wanted;
    const camera = this.#lines()[PARTS.indexOf("camera")];
    if (camera) await this.#feed(camera, "camera");
  }

  /** The other knows nothing of us: offer anew, from the start if it began anew. */
  #answerAsk(signal: Signal): void {
    if (this.#options.polite) return;
    if (this.#yours && signal.mine !== this.#yours) {
      this.#begin("");
      this.#makeLines();
    } else if (this.#connection?.signalingState === "have-local-offer") this.#describe();
    else if (this.#health !== "flowing") this.#connection?.restartIce();
  }

  async #describeOther(signal: Signal): Promise<void> {
    const description = signal.description as RTCSessionDescriptionInit;
    const anew = this.#yours !== "" && signal.mine !== this.#yours;
    if (anew && description.type === "offer") this.#begin(signal.mine);
    const connection = this.#connection;
    if (!connection) return;
    if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
    const collides = description.type === "offer"
      && (this.#offering || connection.signalingState !== "stable");
    this.#ignoring = !this.#options.polite && collides;
    if (this.#ignoring) return;
    await connection.setRemoteDescription(description);
    this.#yours = signal.mine;
    if (description.type === "offer") await this.#answer(connection);
  }

  async #answer(connection: RTCPeerConnection): Promise<void> {
    for (const [index, line] of this.#lines().entries()) {
      line.direction = "sendrecv";
      if (PARTS[index] !== "screen") line.sender.setStreams(this.#stream);
      await this.#feed(line, PARTS[index]);
    }
    await connection.setLocalDescription();
    this.#describe();
    if (!this.#wants) this.#say({ pictures: false });
  }

  #came(line: RTCRtpTransceiver, track: MediaStreamTrack): void {
    const part = PARTS[this.#lines().indexOf(line)];
    if (part) this.#options.onTrack({ from: this.#options.other, part, track });
  }

  #look(): void {
    const state = this.#connection?.connectionState;
    const ice = this.#connection?.iceConnectionState;
    const health = state === "failed" || ice === "failed" ? "failed"
      : ice === "disconnected" ? "cut"
      : state === "connected" ? "flowing"
      : "connecting";
    const changed = health !== this.#health;
    this.#health = health;
    if (health === "flowing") this.#patience = PATIENCE.first;
    if (changed && health === "failed") this.#again();
    if (changed) this.#options.onHealth(this.#options.other, health);
  }

  /** Looks again and again whether what does not flow needs another try: signals may get lost. */
  #watch(): void {
    this.#timer = setTimeout(() => {
      if (this.#health === "failed" || this.#health === "connecting") {
        this.#again();
        this.#patience = Math.min(this.#patience * 2, PATIENCE.most);
      }
      this.#watch();
    }, this.#patience);
  }

  #retryLater(): void {
    if (this.#health === "flowing" || !this.#connection) return;
    clearTimeout(this.#timer);
    this.#watch();
  }

  #again(): void {
    const connection = this.#connection;
    if (!connection) return;
    if (connection.signalingState === "have-local-offer") this.#describe();
    else if (connection.remoteDescription) connection.restartIce();
    else if (this.#options.polite) this.#say({ ask: true });
    else void this.#offer();
  }

  #say(what: Partial<Signal>): void {
    this.#options.send({ mine: this.#mine, yours: this.#yours, ...what });
  }
}

/** Gives a sender its bits; what a browser refuses to limit goes unlimited. */
async function limit(sender: RTCRtpSender, part: Part, share: number): Promise<void> {
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings ?? [];
  if (!encoding) return;
  const most = part === "camera" ? BITS.camera * share : BITS[part];
  if (encoding.maxBitrate === most) return;
  encoding.maxBitrate = most;
  encoding.priority = encoding.networkPriority = part === "microphone" ? "high" : "low";
  if (part === "screen") parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters).catch(() => undefined);
}
