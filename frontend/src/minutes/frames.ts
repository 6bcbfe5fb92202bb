/** The binary frames of shared minutes; the specification is docs/protocol/live.md, section 5.
 *
 * The first three are those of y-protocols (sync step 1, step 2, update), the others are ours.
 */
export const VECTOR = 0;
export const DIFFERENCE = 1;
export const UPDATE = 2;
const KEPT = 16;
const PART = 17;
const LAST_PART = 18;
const MAY_WRITE = 19;
const REFUSED = 20;
/** A longer frame goes in parts. */
export const PART_BYTES = 512 * 1024;
const MOST_BYTES = 9 * 1024 * 1024;

export type Bytes = Uint8Array<ArrayBuffer>;
export type Frame =
  | { said: "vector" | "difference" | "update"; data: Bytes }
  | { said: "kept"; number: number }
  | { said: "may-write"; may: boolean }
  | { said: "refused"; code: string };
const SYNC = ["vector", "difference", "update"] as const;

/** A frame of the sync protocol. */
export function sync(step: typeof VECTOR | typeof DIFFERENCE | typeof UPDATE, data: Uint8Array): Bytes {
  return joined([Uint8Array.of(0, step), number(data.length), data]);
}

/** *frame* as it is carried. */
export function parts(frame: Bytes): Bytes[] {
  if (frame.length <= PART_BYTES) return [frame];
  const made: Bytes[] = [];
  for (let at = 0; at < frame.length; at += PART_BYTES) {
    const isLast = at + PART_BYTES >= frame.length;
    made.push(joined([Uint8Array.of(isLast ? LAST_PART : PART), frame.subarray(at, at + PART_BYTES)]));
  }
  return made;
}

/** Reads frames, and puts the parts of long ones together. */
export class FrameReader {
  #held: Bytes[] = [];
  #size = 0;

  /** What *raw* says; undefined: more parts follow, or it is nothing we know. */
  read(raw: Bytes): Frame | undefined {
    const [first] = raw;
    if (first !== PART && first !== LAST_PART) return read(raw);
    this.#size += raw.length;
    if (this.#size > MOST_BYTES) [this.#held, this.#size] = [[], 0];
    this.#held.push(raw.slice(1));
    if (first === PART) return undefined;
    const whole = joined(this.#held);
    [this.#held, this.#size] = [[], 0];
    return read(whole);
  }
}

function read(raw: Bytes): Frame | undefined {
  const [first, second] = raw;
  if (first === 0 && second !== undefined && second < SYNC.length) {
    const said = SYNC[second];
    const [length, at] = numberAt(raw, 2);
    return said && at + length === raw.length ? { said, data: raw.slice(at) } : undefined;
  }
  if (first === KEPT) return { said: "kept", number: numberAt(raw, 1)[0] };
  if (first === MAY_WRITE) return { said: "may-write", may: second === 1 };
  if (first === REFUSED) return { said: "refused", code: new TextDecoder().decode(raw.slice(1)) };
  return undefined;
}

function number(value: number): Bytes {
  const made: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) made.push(0x80 | rest % 128);
  return Uint8Array.of(...made, rest);
}

/** The number at *at*, and where it ends. */
function numberAt(raw: Bytes, at: number): [value: number, end: number] {
  let [value, scale, end] = [0, 1, at];
  for (;;) {
    const byte = raw[end] ?? 0;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    end += 1;
    if (byte < 0x80) return [value, end];
  }
}

function joined(pieces: readonly Uint8Array[]): Bytes {
  const made = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    made.set(piece, at);
    at += piece.length;
  }
  return made;
}
