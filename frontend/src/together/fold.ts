/** What a session has come to, act by act: the same as `studio/together/folding.py` on the node. */
import type { Kind } from "../live/log.ts";
import type { Act, Facts } from "../live/messages.ts";
import { atRest, type Item, type Transport } from "./transport.ts";

export type Here = { id: string; person: string; city: string; role: string };
/** A drawing or a note of the session, kept as a record by its author's city. */
export type SaidThen = {
  kind: string;
  by: string;
  city: string;
  uri: string;
  version: string;
  first?: number;
  last?: number;
  decision?: string;
};
export type State = {
  host: string;
  items: Item[];
  transport: Transport;
  presenter: string;
  returning: string;
  here: Here[];
  lost: string[];
  said: SaidThen[];
};

export const VIEWER = "viewer";
/** The role of who may take the picture back: coordinators, supervisors and teachers. */
export const LEADER = "presenter";
const MOST_SAID = 2000;

export const REVIEW: Kind<State> = { begin, fold };

export function begin(facts: Facts): State {
  const items = (facts.more.items ?? []) as Item[];
  return {
    host: facts.host,
    items,
    transport: atRest(items),
    presenter: "",
    returning: "",
    here: [],
    lost: [],
    said: [],
  };
}

export function fold(state: State, act: Act): State {
  const step = STEPS[act.kind];
  return step ? { ...state, ...step(state, act) } : state;
}

function presented(person: string): Partial<State> {
  return { presenter: person, returning: "" };
}

function joined(state: State, { body, by, city }: Act): Partial<State> {
  const one: Here = {
    id: body.participant as string,
    person: by,
    city,
    role: body.role as string,
  };
  const here = [...state.here.filter(({ id }) => id !== one.id), one];
  const takes = one.role !== VIEWER && (!state.presenter || state.returning === by);
  return { here, ...(takes ? presented(by) : {}) };
}

function left(state: State, { body }: Act): Partial<State> {
  const here = state.here.filter(({ id }) => id !== body.participant);
  return { here, ...succeeded(state, here) };
}

/** Somebody else presents when who did is gone: a leader of the host's city first. */
function succeeded(state: State, here: readonly Here[]): Partial<State> {
  const gone = state.presenter;
  if (!gone || here.some(({ person }) => person === gone)) return {};
  const rank = (one: Here): number =>
    (one.city === state.host ? 0 : 2) + (one.role === LEADER ? 0 : 1);
  const able = here.filter(({ role }) => role !== VIEWER).sort((a, b) => rank(a) - rank(b));
  return { presenter: able[0]?.person ?? "", returning: gone };
}

/** Somebody on the host's side of the ocean presents while who did is beyond a cut line. */
function line(state: State, { body }: Act): Partial<State> {
  const city = body.city as string;
  const rest = state.lost.filter((one) => one !== city);
  if (!body.up) {
    const lost = [...rest, city];
    const near = state.here.filter((one) => !lost.includes(one.city));
    return { lost, ...succeeded(state, near) };
  }
  const returns = state.here.some((one) => one.city === city && one.person === state.returning);
  return { lost: rest, ...(returns ? presented(state.returning) : {}) };
}

function transported(state: State, { body, by }: Act): Partial<State> {
  const transport = body as unknown as Transport;
  if (transport.revision <= state.transport.revision) return {};
  const moves = !state.presenter || state.presenter === by;
  return { transport, ...(moves ? presented(by) : {}) };
}

/** Keeps a drawing or a note once; one that was taken back goes. */
function said(state: State, { kind, by, city, body }: Act): Partial<State> {
  const rest = state.said.filter(({ uri }) => uri !== body.uri);
  if (body.removed) return { said: rest };
  const one = { kind, by, city, ...body } as SaidThen;
  return { said: [...rest, one].slice(-MOST_SAID) };
}

const STEPS: Record<string, ((state: State, act: Act) => Partial<State>) | undefined> = {
  joined,
  left,
  line,
  transport: transported,
  presenter: (_, { body }) => presented(body.to as string),
  items: (_, { body }) => ({ items: body.items as Item[] }),
  drawn: said,
  noted: said,
};
