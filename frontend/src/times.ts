/** Local times of two cities, from IANA zones; pure functions. */

const MINUTE = 60_000;

/** Wall-clock parts of *at* in *zone*, as numbers. */
function parts(zone: string, at: Date): { day: number; minutes: number } {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const part = Object.fromEntries(format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
  const day = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day) / (24 * 60 * MINUTE);
  return { day, minutes: (part.hour ?? 0) * 60 + (part.minute ?? 0) };
}

/** `17:30` in *zone*. */
export function hour(zone: string, at: Date): string {
  const { minutes } = parts(zone, at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `dim. 22 nov.` or `Sun 22 Nov` in *zone*, as the server writes it. */
export function day(zone: string, at: Date, language: string): string {
  const one = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language === "en" ? "en-US" : language, { timeZone: zone, ...options })
      .formatToParts(at)
      .filter((part) => part.type !== "literal" || part.value === ".")
      .map((part) => part.value)
      .join("");
  return [one({ weekday: "short" }), one({ day: "numeric" }), one({ month: "short" })].join(" ");
}

/** Days between the date there and the date here: -1, 0 or 1. */
export function dayShift(here: string, there: string, at: Date): number {
  return parts(there, at).day - parts(here, at).day;
}

/** Minutes between both wall clocks, without sign. */
export function gap(here: string, there: string, at: Date): number {
  const [a, b] = [parts(here, at), parts(there, at)];
  return Math.abs((b.day - a.day) * 24 * 60 + b.minutes - a.minutes);
}

/** `(+1)`, `(−1)` or nothing. */
export function shiftMark(shift: number): string {
  if (shift === 0) return "";
  return shift > 0 ? `(+${shift})` : `(−${-shift})`;
}
