/** What the node tells of a version: `review.json`, whose addresses of media last ten minutes. */
import type { Annotation } from "../drawing/strokes.ts";
import type { Rendition } from "../player/line.ts";
import { Numbering, type Ranges, type Rate } from "../time/frames.ts";
import type { Words } from "./words.ts";

export type Note = {
  uri: string;
  first_frame: number;
  last_frame: number;
  city: string;
  label: string;
};
/** A sprite of *count* small pictures at equal distances, left to right, then down. */
export type Filmstrip = { url: string; columns: number; rows: number; count: number };
/** The shape of the sound: the loudest of each of equally long parts, 0..1. */
export type Waveform = { peaks: number[] };
export type Other = { uri: string; label: string; address: string };
export type Review = {
  uri: string;
  label: string;
  hash: string;
  kind: "movie" | "sequence" | "picture" | "file";
  rate: Rate;
  first_frame: number;
  frames: number;
  /** Of a sequence whose numbers are not those of its frames; see time/frames.ts. */
  numbers: Ranges;
  width: number;
  height: number;
  /** Of the first frame. */
  timecode: string;
  /** Whether timecode numbers drop (29.97, 59.94). */
  drops: boolean;
  sound: boolean;
  seconds: number;
  renditions: Rendition[];
  picture: string;
  filmstrip: Filmstrip | null;
  waveform: { url: string } | null;
  annotations: Annotation[];
  others: Other[];
  hand: { seat: string; label: string; city: string; colour: string } | null;
  may: { annotate: boolean; comment: boolean };
  addresses: { annotate: string };
  words: Words;
};

/** How the frames of *review* are numbered. */
export function numbering({ first_frame, numbers }: Review): Numbering {
  return new Numbering(first_frame, numbers);
}

/** Reads *address*; undefined: nobody answered, or nothing that could be read. */
export async function read(address: string): Promise<Review | undefined> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Review) : undefined;
  } catch {
    return undefined;
  }
}
