/** Counters of a connection, from the browser's statistics. */
import type { Quality } from "../engine.ts";

type Entry = Record<string, unknown> & { type: string };

/** Sums the counters of *report* for one participant; without a report everything is zero. */
export function quality(participant: string, report?: Iterable<[string, unknown]>): Quality {
  const entries = [...(report ?? [])].map(([, entry]) => entry as Entry);
  const incoming = entries.filter((entry) => entry.type === "inbound-rtp");
  const there = entries.filter((entry) => entry.type === "remote-inbound-rtp");
  const pair = entries.find((entry) => entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded");
  const seconds = number(pair ?? {}, "currentRoundTripTime");
  return {
    with: participant,
    roundTrip: seconds ? seconds * 1000 : null,
    packetsReceived: sum(incoming, "packetsReceived"),
    packetsLost: Math.max(sum(incoming, "packetsLost"), 0),
    lossThere: there.length ? Math.max(...there.map((entry) => number(entry, "fractionLost"))) : null,
    freezes: sum(incoming, "freezeCount"),
    framesDecoded: sum(incoming, "framesDecoded"),
    framesPerSecond: most(incoming, "framesPerSecond"),
    height: most(incoming, "frameHeight"),
    audioSamples: sum(incoming, "totalSamplesReceived"),
    audioEnergy: sum(incoming, "totalAudioEnergy"),
    bytesReceived: sum(incoming, "bytesReceived"),
    bytesSent: sum(entries.filter((entry) => entry.type === "outbound-rtp"), "bytesSent"),
  };
}

function number(entry: Record<string, unknown>, name: string): number {
  const value = entry[name];
  return typeof value === "number" ? value : 0;
}

function sum(entries: Entry[], name: string): number {
  return entries.reduce((total, entry) => total + number(entry, name), 0);
}

function most(entries: Entry[], name: string): number {
  return Math.max(0, ...entries.map((entry) => number(entry, name)));
}
