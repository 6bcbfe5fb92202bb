/** Which rendition a line can carry: measured on the line itself, chosen by people if they like. */

export type Rendition = {
  name: string;
  label: string;
  url: string;
  bytes: number;
};

const PROBE = 384 * 1024;
const LONGEST = 900;
const RESERVE = 1.25;

/** Bits a second that *rendition* needs to play without a pause. */
export function needed(rendition: Rendition, seconds: number): number {
  return (rendition.bytes * 8 * RESERVE) / Math.max(seconds, 1);
}

/** The best rendition that fits a line of *speed* bits a second, else the smallest. */
export function fitting(
  renditions: readonly Rendition[],
  speed: number,
  seconds: number,
): Rendition | undefined {
  const best = [...renditions].sort((a, b) => b.bytes - a.bytes);
  return best.find((one) => needed(one, seconds) <= speed) ?? best.at(-1);
}

/** Bits a second of the line to *url*, by its first bytes; 0 when there is no line. */
export async function lineSpeed(url: string): Promise<number> {
  const stopping = new AbortController();
  const timer = window.setTimeout(() => stopping.abort(), LONGEST);
  let [bytes, begun, last] = [0, 0, 0];
  try {
    const headers = { Range: `bytes=0-${PROBE - 1}` };
    const answer = await fetch(url, { headers, signal: stopping.signal, cache: "no-store" });
    const reader = answer.body?.getReader();
    begun = last = performance.now();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.length;
      last = performance.now();
    }
  } catch {
    if (begun) last = performance.now();
  }
  window.clearTimeout(timer);
  return bytes ? (bytes * 8000) / Math.max(last - begun, 1) : 0;
}
