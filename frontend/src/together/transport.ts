/** Where the picture of a session stands at an instant, and what moves it; pure functions.
 *
 * The same as `studio/together/transport.py` on the node; both are tested with the vectors of
 * `docs/protocol/vectors/review.json`. Frames are positions in the version (1001...), instants
 * milliseconds of the host's clock. Here it also moves the picture of a city whose line is cut.
 */
import { framesASecond, within, type Rate } from "../review/time/frames.ts";

export type Transport = {
  item: number;
  version: string;
  hash: string;
  frame: number;
  speed: number;
  playing: boolean;
  at: number;
  loop: boolean;
  revision: number;
};
/** A place of the list. */
export type Item = { version: string; hash: string; first: number; frames: number; rate: Rate };
export type Asked = {
  command: "play" | "pause" | "seek" | "step" | "rate" | "loop" | "item";
  frame?: number;
  frames?: number;
  speed?: number;
  loop?: boolean;
  item?: number;
  playing?: boolean;
  lead?: number;
};

/** Milliseconds between a command and the instant it happens everywhere. */
export const LEAD = 300;
const LONGEST_LEAD = 3000;
const FASTEST = 8;
const REST: Transport = {
  item: 0,
  version: "",
  hash: "",
  frame: 0,
  speed: 1,
  playing: false,
  at: 0,
  loop: true,
  revision: 0,
};

/** Before anything happened: the first frame of the first place. */
export function atRest(items: readonly Item[]): Transport {
  return { ...REST, ...(items[0] ? of(items[0], 0) : {}) };
}

function of(item: Item, index: number): Pick<Transport, "item" | "version" | "hash" | "frame"> {
  return { item: index, version: item.version, hash: item.hash, frame: item.first };
}

/** The frame due at *now*, with its fraction; before its instant the frame stands. */
export function due(transport: Transport, item: Item, now: number): number {
  if (!transport.playing) return transport.frame;
  const seconds = Math.max(0, now - transport.at) / 1000;
  const frame = transport.frame + seconds * framesASecond(item.rate) * transport.speed;
  const { first, frames } = item;
  if (frame >= first && frame < first + frames) return frame;
  if (transport.loop) return first + ((((frame - first) % frames) + frames) % frames);
  return within(frame, first, first + frames - 1);
}

/** The item on show, found by its version: the list may have changed around it. */
export function itemOf(transport: Transport, items: readonly Item[]): Item | undefined {
  const item = items[transport.item];
  if (item?.version === transport.version) return item;
  return items.find(({ version }) => version === transport.version);
}

/** The transport after the command *asked* at *now*; undefined: it makes no sense. */
export function moved(
  transport: Transport,
  items: readonly Item[],
  asked: Asked,
  now: number,
): Transport | undefined {
  const item = itemOf(transport, items);
  const changed = asked.command === "item" ? toItem(items, asked, now) : item && change(transport, item, asked, now);
  return changed && { ...transport, ...changed, revision: transport.revision + 1 };
}

function change(
  transport: Transport,
  item: Item,
  asked: Asked,
  now: number,
): Partial<Transport> | undefined {
  switch (asked.command) {
    case "play":
      return play(transport, item, asked, now);
    case "pause":
      return stopped(asked.frame ?? due(transport, item, now), item, now);
    case "seek":
      return asked.frame === undefined ? undefined : stopped(asked.frame, item, now);
    case "step":
      return stopped(Math.floor(due(transport, item, now)) + (asked.frames ?? 0), item, now);
    case "rate":
      return rated(transport, item, asked, now);
    case "loop":
      return { loop: Boolean(asked.loop), ...(transport.playing ? ahead(transport, item, now) : {}) };
    default:
      return undefined;
  }
}

function inside(frame: number, item: Item): number {
  return within(Math.floor(frame), item.first, item.first + item.frames - 1);
}

function lead(asked: Asked): number {
  return within(Math.trunc(asked.lead ?? LEAD), LEAD, LONGEST_LEAD);
}

function isSpeed(speed: number): boolean {
  return speed !== 0 && Math.abs(speed) <= FASTEST;
}

/** Begins at the frame that stands, or anew when it is the last. */
function play(
  transport: Transport,
  item: Item,
  asked: Asked,
  now: number,
): Partial<Transport> | undefined {
  const speed = asked.speed ?? transport.speed;
  if (!isSpeed(speed)) return undefined;
  const frame = inside(asked.frame ?? due(transport, item, now), item);
  const last = item.first + item.frames - 1;
  const [end, beginning] = speed > 0 ? [last, item.first] : [item.first, last];
  return { playing: true, frame: frame === end ? beginning : frame, speed, at: now + lead(asked) };
}

function stopped(frame: number, item: Item, now: number): Partial<Transport> {
  return { playing: false, frame: inside(frame, item), at: now };
}

function rated(
  transport: Transport,
  item: Item,
  asked: Asked,
  now: number,
): Partial<Transport> | undefined {
  const { speed } = asked;
  if (speed === undefined || !isSpeed(speed)) return undefined;
  return { speed, ...(transport.playing ? ahead(transport, item, now + lead(asked)) : {}) };
}

/** The whole frame due at or after *then*, and its instant. */
function ahead(transport: Transport, item: Item, then: number): Partial<Transport> {
  const shown = due(transport, item, then);
  const { speed } = transport;
  const whole = speed > 0 ? Math.ceil(shown) : Math.floor(shown);
  const isThere = whole >= item.first && whole < item.first + item.frames;
  const frame = isThere ? whole : item.first;
  const wait = Math.max(0, (frame - shown) / (framesASecond(item.rate) * speed));
  return { frame, at: then + Math.round(wait * 1000) };
}

/** Another place of the list, at its first frame or the one that is asked for. */
function toItem(items: readonly Item[], asked: Asked, now: number): Partial<Transport> | undefined {
  const item = items[asked.item ?? -1];
  if (!item) return undefined;
  const playing = Boolean(asked.playing);
  const frame = inside(asked.frame ?? item.first, item);
  return { ...of(item, asked.item ?? 0), frame, playing, at: playing ? now + lead(asked) : now };
}
