/** Ages in words; the phrases come translated from the server. */

export type Phrases = { s: string; min: string; h: string; d: string };

/** The age *seconds* by the coarsest unit that fits, as the server writes it. */
export function ago(seconds: number, phrases: Phrases): string {
  const steps: [keyof Phrases, number, number][] = [
    ["s", 60, 1],
    ["min", 3600, 60],
    ["h", 86400, 3600],
    ["d", Infinity, 86400],
  ];
  const age = Math.max(0, Math.floor(seconds));
  const [unit, , size] = steps.find(([, below]) => age < below) ?? ["d", 0, 86400];
  return phrases[unit].replace("{n}", String(Math.floor(age / size)));
}
