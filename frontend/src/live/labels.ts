/** Sentences and names: the node sends them in the page's language, here they are put together. */
import type { Participant } from "./messages.ts";

/** The sentence *text* with its `{facts}` filled in; a fact that lacks is left out. */
export function filled(text: string, facts: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact] ?? ""));
}

/** The sentences in the JSON script *id*, each of *names* there: a name that lacks is an error. */
export function sentences<Name extends string>(
  text: string | null | undefined,
  names: readonly Name[],
): Record<Name, string> {
  const told = JSON.parse(text || "{}") as Partial<Record<Name, string>>;
  const lacking = names.filter((name) => typeof told[name] !== "string");
  if (lacking.length) throw new Error(`No sentence for ${lacking.join(", ")}`);
  return told as Record<Name, string>;
}

/** Names in a row as *language* writes them: “Ana, Bo et Chi”. */
export function listed(names: readonly string[], language: string): string {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}

/** What *one* is called among others: their label and, when known and not in it, their city. */
export function called(
  one: Pick<Participant, "label" | "city">,
  cities: Readonly<Record<string, string>> = {},
): string {
  const city = cities[one.city];
  return city && !one.label.endsWith(`, ${city}`) ? `${one.label} (${city})` : one.label;
}

/** People, each once though they have several screens, in the order they came. */
export function people<One extends Pick<Participant, "person">>(present: readonly One[]): One[] {
  const seen = new Set<string>();
  return present.filter(({ person }) => !seen.has(person) && seen.add(person));
}

/** A length of time on a clock: 75 seconds are 1:15. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
