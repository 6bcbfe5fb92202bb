/** What the page tells a session: its places, its cities, its sentences. */
import { sentences } from "../live/labels.ts";
import type { Ranges } from "../review/time/frames.ts";
import type { Item } from "./transport.ts";

/** A place of the list; *numbers* as in `Review`: only people read them, the session counts frames. */
export type Place = Item & { label: string; address: string; numbers: Ranges };
export type City = { name: string; slug: string };
export type Data = {
  seat: string;
  /** What each seat is called in the page's language. */
  seats: Record<string, string>;
  items: Place[];
  cities: Record<string, City>;
  addresses: { ticket: string; data: string };
};

/** Every sentence there is; the node's `together/words.py` holds the same names. */
export const WORDS = [
  "alone", "asks", "away", "both_on", "by_yourself", "chosen", "comes", "cut", "draws", "follow", "give",
  "here", "leaves", "line_back", "line_cut", "loading", "look", "nobody", "on_frame", "other_picture",
  "place", "presents", "retake", "approved", "says", "start", "take", "they_look", "ask", "waits",
  "within", "you", "you_present", "over", "stays", "nothing_said", "connecting", "frames", "frame",
] as const; // prettier-ignore
export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;

export function words(root: ParentNode): Words {
  return sentences(root.querySelector("#review-words")?.textContent, WORDS);
}

export async function read(address: string): Promise<Data | undefined> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Data) : undefined;
  } catch {
    return undefined;
  }
}
