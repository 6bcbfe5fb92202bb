/** Who is still loading, and how far ahead a start has to lie; pure functions. */
import type { Participant } from "../live/messages.ts";
import { LEAD, type Transport } from "./transport.ts";

/** What a browser says of itself: what it shows, whether it can play it, whether it follows. */
export type Report = {
  version: string;
  hash: string;
  ready: boolean;
  follows: boolean;
  /** Milliseconds by which its frames miss their instants. */
  skew: number | null;
  /** The host's time when it was said; the receiver knows by it how long the way is. */
  sent: number;
};
/** A report with the milliseconds it was under way. */
export type Received = Report & { way: number };
export type Absent = { city: string; why: "loading" | "other-picture" };

/** The cities that cannot show what *transport* shows, with the reason; once each. */
export function absent(
  present: readonly Participant[],
  reports: ReadonlyMap<string, Received>,
  transport: Transport,
): Absent[] {
  const found = new Map<string, Absent>();
  for (const { id, city } of present) {
    const why = hindrance(reports.get(id), transport);
    if (why) found.set(`${city} ${why}`, { city, why });
  }
  return [...found.values()];
}

function hindrance(report: Received | undefined, transport: Transport): Absent["why"] | undefined {
  if (report && !report.follows) return undefined;
  if (report?.version !== transport.version || !report.ready) return "loading";
  const differs = report.hash !== "" && transport.hash !== "" && report.hash !== transport.hash;
  return differs ? "other-picture" : undefined;
}

/** Milliseconds from a command to its instant: 300, or twice the slowest round trip. */
export function leadFor(reports: Iterable<Received>): number {
  const ways = [...reports].map(({ way }) => way).filter((way) => Number.isFinite(way));
  return Math.max(LEAD, Math.ceil(4 * Math.max(0, ...ways)));
}
