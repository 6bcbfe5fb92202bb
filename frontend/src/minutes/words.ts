/** The sentences of shared minutes; the node's `shell/minutes.py` holds the same names. */
export const WORDS = [
  "away", "back", "broken", "copied_here", "cut", "download", "full", "here_now", "here_reading",
  "here_writing", "label", "nobody", "opening", "read_only", "saved", "saving",
] as const;
export type Word = (typeof WORDS)[number];
/** What the node tells in the element's JSON script: sentences, and the cities' names by origin. */
export type Told = { words: Record<Word, string>; cities: Record<string, string> };
