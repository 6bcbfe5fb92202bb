/** A node within the test's own process: what the protocol says, without a line or a database. */
import type { Getter } from "./tickets.ts";
import type { Act, FromNode, Participant, ToNode, Vector, Welcome } from "./messages.ts";

const HOST = "a".repeat(32);

/** The browser's end of a connection to a `LoopbackNode`. */
class LoopbackSocket extends EventTarget {
  binaryType = "arraybuffer";
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly node: LoopbackNode;

  constructor(node: LoopbackNode) {
    super();
    this.node = node;
    setTimeout(() => {
      if (node.isDeaf) return;
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(data: string | Uint8Array): void {
    if (!this.node.isDeaf) this.node.hear(this, data);
  }

  close(code = 1005): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.node.sockets.delete(this);
    this.onclose?.({ code });
  }
}

export class LoopbackNode {
  readonly sockets = new Set<LoopbackSocket>();
  readonly heard: ToNode[] = [];
  readonly frames: Uint8Array[] = [];
  readonly acts: Act[] = [];
  tickets = 0;
  /** Takes nothing and answers nothing, as behind a cut line. */
  isDeaf = false;
  /** Logs acts but loses the receipts. */
  isForgetful = false;
  /** How far the host's clock is before `performance.now()`. */
  ahead = 1_234_000;
  refusing: { code: string; close: number } | undefined;
  readonly #ids = new Map<string, Act>();

  readonly ticket: Getter = async () => ({ ticket: `ticket ${++this.tickets}` });

  /** What `new WebSocket(...)` is for a `Connection` to this node. */
  get Socket(): typeof WebSocket {
    const node = this;
    return function make() {
      return new LoopbackSocket(node);
    } as unknown as typeof WebSocket;
  }

  hear(socket: LoopbackSocket, data: string | Uint8Array): void {
    if (typeof data !== "string") return void this.frames.push(data);
    const told = JSON.parse(data) as ToNode;
    this.heard.push(told);
    if (told.type === "join") this.#join(socket, told.seen);
    if (told.type === "clock") this.tell(socket, { type: "clock", sent: told.sent, time: this.#time() });
    if (told.type === "act") this.#act(socket, told);
    if (told.type === "leave") socket.close(1000);
  }

  tell(socket: LoopbackSocket, message: FromNode): void {
    const text = JSON.stringify(message);
    queueMicrotask(() => socket.readyState === 1 && !this.isDeaf && socket.onmessage?.({ data: text }));
  }

  tellAll(message: FromNode): void {
    for (const socket of this.sockets) this.tell(socket, message);
  }

  /** Cuts every connection, as a restart does. */
  cut(code = 1012): void {
    for (const socket of [...this.sockets]) socket.close(code);
  }

  /** Logs an act of *origin* and tells it. */
  log(act: Pick<Act, "origin" | "number" | "stamp"> & Partial<Act>): Act {
    const whole = { session: "s", at: "2026-11-22T20:00:00Z", by: "", city: HOST, kind: "chat", body: {}, ...act };
    this.acts.push(whole);
    return whole;
  }

  #join(socket: LoopbackSocket, seen: Vector): void {
    if (this.refusing) {
      this.tell(socket, { type: "refused", code: this.refusing.code, fr: "Non.", en: "No." });
      const { close } = this.refusing;
      setTimeout(() => socket.close(close));
      return;
    }
    this.sockets.add(socket);
    const you = participant(String(this.tickets));
    const facts = { uri: "s", kind: "call", host: HOST, cities: [HOST], begins: null, ends: null };
    const acts = this.acts.filter(({ origin, number }) => number > (seen[origin] ?? 0));
    const welcome: Welcome = {
      type: "welcome",
      you,
      facts: { ...facts, capacity: null, title: "", more: {} },
      state: null,
      present: [you],
      acts,
      vector: {},
      time: this.#time(),
      host: HOST,
      line: [],
    };
    this.tell(socket, welcome);
  }

  #act(socket: LoopbackSocket, { id, kind, body }: Extract<ToNode, { type: "act" }>): void {
    const known = this.#ids.get(id);
    const number = this.acts.length + 1;
    const act = known ?? this.log({ origin: HOST, number, stamp: number, kind, body });
    this.#ids.set(id, act);
    if (!this.isForgetful) this.tell(socket, { type: "act", ...act, id });
  }

  #time(): number {
    return performance.now() + this.ahead;
  }
}

export function participant(id: string, person = "p"): Participant {
  return { id, person, city: HOST, role: "member", label: "Ana" };
}
