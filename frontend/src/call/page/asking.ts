/** What the question to record says to somebody, and what came of it. */
import type { CallState } from "../fold.ts";

type Asked = Pick<CallState, "asking" | "consents" | "inside" | "recording">;

/** The sentence for *me*, by its name; whoever is recorded can take it back. `undefined`: nothing is asked. */
export function question(state: Asked, me: string): "asked_record" | "recorded_you" | "recorded_not_you" | undefined {
  if (state.recording.on) return state.consents[me] === true ? "recorded_you" : "recorded_not_you";
  return state.asking ? "asked_record" : undefined;
}

/** How many people are inside, and how many of them said yes and no. */
export function counted({ inside, consents }: Asked): { all: number; agreed: number; declined: number } {
  const people = [...new Set(Object.values(inside).map(({ person }) => person))];
  const said = (yes: boolean): number => people.filter((person) => consents[person] === yes).length;
  return { all: people.length, agreed: said(true), declined: said(false) };
}
