/** What a call comes to; the same as `components/rooms/calls/state.py`, held to the same vectors. */
import type { Act, Facts } from "../live/messages.ts";

export type Inside = { person: string; city: string; role: string };
export type CallState = {
  /** The city that orders the call. */
  host: string;
  lobby: Record<string, Inside>;
  inside: Record<string, Inside>;
  came: Record<string, string>;
  admitted: Record<string, true>;
  denied: Record<string, string>;
  opened: boolean;
  closed: boolean;
  /** More than a mesh carries, or a recording: `engine` takes over as soon as the host names it. */
  engaged: boolean;
  engine: string;
  hands: Record<string, string>;
  /** The host city asks whether the call may be recorded. */
  asking: boolean;
  consents: Record<string, boolean>;
  recording: { on: boolean; by: string };
  most: number;
  began: string | null;
  together_since: string | null;
  /** How long at least two were together. */
  seconds: number;
  interruptions: number;
};

const INSIDE = new Set(["host", "member", "kiosk"]);
export const MESH_MOST = 4;

export function isInside(role: string): boolean {
  return INSIDE.has(role);
}

export function begin(facts: Pick<Facts, "host">): CallState {
  return {
    host: facts.host,
    lobby: {}, inside: {}, came: {}, admitted: {}, denied: {},
    opened: false, closed: false, engaged: false, engine: "mesh",
    hands: {}, asking: false, consents: {}, recording: { on: false, by: "" },
    most: 0, began: null, together_since: null, seconds: 0, interruptions: 0,
  };
}

export function fold(state: CallState, act: Act): CallState {
  return FOLDS[act.kind]?.(state, act) ?? state;
}

const FOLDS: Record<string, (state: CallState, act: Act) => CallState> = {
  joined(state, act) {
    const { participant: who, role } = act.body;
    if (typeof who !== "string" || typeof role !== "string") return state;
    const one = { person: act.by, city: act.city, role };
    const after = without(state, who);
    if (!isInside(role)) return { ...after, lobby: { ...after.lobby, [who]: one } };
    return entered(role === "host" ? { ...after, closed: false } : after, who, one, act.at);
  },
  left(state, act) {
    const who = act.body.participant;
    return typeof who === "string" ? counted(without(state, who), act.at) : state;
  },
  admitted(state, act) {
    const { person, participant } = act.body;
    if (typeof person !== "string") return state;
    const { [person]: _, ...denied } = state.denied;
    const after = { ...state, admitted: { ...state.admitted, [person]: true as const }, denied };
    return letIn(after, act, [participant]);
  },
  opened(state, act) {
    const { participants } = act.body;
    return letIn({ ...state, opened: true }, act, Array.isArray(participants) ? participants : []);
  },
  denied(state, act) {
    const { person } = act.body;
    if (typeof person !== "string") return state;
    const lobby = kept(state.lobby, (one) => one.person !== person);
    return { ...state, denied: { ...state.denied, [person]: written(act.at) }, lobby };
  },
  hand(state, act) {
    const { [act.by]: before, ...hands } = state.hands;
    if (act.body.up === true) hands[act.by] = before ?? written(act.at);
    return { ...state, hands };
  },
  consented(state, act) {
    return { ...state, consents: { ...state.consents, [act.by]: act.body.yes === true } };
  },
  wished(state, act) {
    const asking = act.body.on === true;
    return { ...state, asking, consents: asking ? {} : state.consents };
  },
  recording(state, act) {
    const on = act.body.on === true;
    return { ...state, recording: { on, by: on ? act.by : "" }, engaged: state.engaged || on, asking: false };
  },
  carried(state, act) {
    const { engine } = act.body;
    const isTold = typeof engine === "string" && act.by === "" && act.origin === state.host;
    return isTold ? { ...state, engine } : state;
  },
  closed(state) {
    return { ...state, closed: true };
  },
  line(state, act) {
    return act.body.up === false ? { ...state, interruptions: state.interruptions + 1 } : state;
  },
};

function kept<T>(all: Record<string, T>, keep: (one: T, name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name, one]) => keep(one, name)));
}

function without(state: CallState, who: string): CallState {
  const lobby = kept(state.lobby, (_, name) => name !== who);
  const inside = kept(state.inside, (_, name) => name !== who);
  const here = new Set(Object.values(inside).map((one) => one.person));
  return { ...state, lobby, inside, hands: kept(state.hands, (_, person) => here.has(person)) };
}

function entered(state: CallState, who: string, one: Inside, at: string): CallState {
  const inside = { ...state.inside, [who]: one };
  const { [who]: _, ...lobby } = state.lobby;
  const here = Object.keys(inside).length;
  return counted({
    ...state, inside, lobby,
    came: { ...state.came, [one.person]: one.city },
    most: Math.max(state.most, here),
    engaged: state.engaged || here > MESH_MOST,
    began: state.began ?? written(at),
  }, at);
}

function letIn(state: CallState, act: Act, participants: readonly unknown[]): CallState {
  return participants.reduce<CallState>((so, who) => {
    const one = typeof who === "string" ? so.lobby[who] : undefined;
    return one ? entered(so, who as string, { ...one, role: "member" }, act.at) : so;
  }, state);
}

/** Counts the time in which at least two are together. */
function counted(state: CallState, at: string): CallState {
  const together = Object.keys(state.inside).length > 1;
  const since = state.together_since;
  if (together) return since === null ? { ...state, together_since: written(at) } : state;
  if (since === null) return state;
  const passed = Math.max(0, (Date.parse(at) - Date.parse(since)) / 1000);
  return { ...state, together_since: null, seconds: state.seconds + passed };
}

function written(at: string): string {
  return new Date(at).toISOString();
}
