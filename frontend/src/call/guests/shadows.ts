/** Who is still shown though their connection ended, because they came back on another one. */
import type { Health } from "../engine.ts";

type Seen = { participant: { person: string; city: string }; away: number | undefined; health: Health };

/** Those who are away, from whom nothing comes any more, and who are here again as somebody else of *guests*. */
export function shadows<One extends Seen>(guests: Iterable<One>): One[] {
  const all = [...guests];
  const here = new Set(all.filter(({ away }) => away === undefined).map(name));
  return all.filter((one) => one.away !== undefined && one.health !== "flowing" && here.has(name(one)));
}

function name({ participant: { city, person } }: Seen): string {
  return `${city} ${person}`;
}
