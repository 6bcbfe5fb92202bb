/** What is said on the websocket of a session; the specification is docs/protocol/live.md. */

/** One connection: two screens of one person are two participants. */
export type Participant = {
  id: string;
  /** Opaque and stable within this session, never a name. */
  person: string;
  /** The origin of the node they are connected to. */
  city: string;
  role: string;
  /** What others read. */
  label: string;
};
export type Body = Record<string, unknown>;
/** One durable thing that happened; the order of all is (stamp, origin, number), everywhere. */
export type Act = {
  session: string;
  origin: string;
  number: number;
  stamp: number;
  /** The host's time as the logging node knew it, ISO 8601: for display, never for order. */
  at: string;
  /** `Participant.person`; empty: the node itself. */
  by: string;
  city: string;
  kind: string;
  body: Body;
  /** Only in the echo to its author: the wish that it acknowledges. */
  id?: string;
};
export type Facts = {
  uri: string;
  kind: string;
  host: string;
  cities: string[];
  begins: string | null;
  ends: string | null;
  capacity: number | null;
  title: string;
  more: Body;
};
/** Whether the line to the other city stands; `since` in milliseconds of the host's clock. */
export type Line = { up: boolean; since: number | null; city: string };
/** For each origin the highest number held. */
export type Vector = Record<string, number>;
/** Milliseconds of the host's clock since 1970. */
export type HostTime = number;

export type Welcome = {
  type: "welcome";
  you: Participant;
  facts: Facts;
  /** Null: what was seen and `acts` are all there is, fold them. */
  state: unknown;
  present: Participant[];
  acts: Act[];
  vector: Vector;
  time: HostTime;
  host: string;
  line: Line[];
};
export type Said = { type: "said"; from: string; kind: string; body: Body };
export type Refused = { type: "refused"; id?: string; code: string; fr: string; en: string };
export type FromNode =
  | Welcome
  | { type: "clock"; sent: number; time: HostTime }
  | ({ type: "act" } & Act)
  | { type: "state"; state: unknown; vector: Vector }
  | Said
  | { type: "entered" | "changed"; participant: Participant }
  | { type: "left"; id: string; reason: string }
  | ({ type: "line" } & Line)
  | Refused
  | { type: "ended" };
export type ToNode =
  | { type: "join"; ticket: string; seen: Vector }
  | { type: "clock"; sent: number }
  | { type: "act"; id: string; kind: string; body: Body }
  | { type: "say"; kind: string; body: Body; to?: string }
  | { type: "state" }
  | { type: "leave" };

/** The sentence of a refusal in the page's language. */
export function sentence(refused: Pick<Refused, "fr" | "en" | "code">, language: string): string {
  return (language.startsWith("fr") ? refused.fr : refused.en) || refused.code;
}

/** Reads one text frame; undefined: nothing that can be read. */
export function read(text: unknown): FromNode | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const told: unknown = JSON.parse(text);
    return isMessage(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(told: unknown): told is FromNode {
  return typeof told === "object" && told !== null && "type" in told && typeof told.type === "string";
}
