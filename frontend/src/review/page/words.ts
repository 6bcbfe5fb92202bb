/** The sentences of the page, which the node sends in the page's language. */

/** Every sentence there is; the node's `review/words.py` holds the same names. */
export const WORDS = [
  "approve", "arrow", "automatic", "away", "back", "beside", "black", "blend", "blue", "channel",
  "colour", "compare", "difference", "discard", "draw", "drawings", "drawings_of", "ellipse",
  "exposure", "forward", "frame", "frame_back", "frame_forward", "frame_of", "full_screen",
  "gamma", "green", "help", "here_colour", "in", "ink", "keys", "keys_on", "laser", "line",
  "line_speed", "loading", "look", "loop", "luma", "mute", "no_webgl", "not_here", "offset",
  "onion", "other_version", "out", "pace", "overlay", "paused", "pen", "play", "playing", "quality",
  "range_clear", "range_draw", "rectangle", "red", "redo", "refused", "reset", "saved", "saving",
  "single", "speed", "stop", "text", "text_of", "thickness", "timeline", "undo", "waiting_many",
  "waiting_one", "white", "wipe", "yellow",
] as const;
export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;

/** The sentence *name* with its `{facts}` filled in. */
export function said(words: Words, name: Word, facts: Record<string, string | number> = {}): string {
  return words[name].replace(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact] ?? ""));
}

/** A figure as the page's language writes it. */
export function figure(value: number, digits: number): string {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, places).format(value);
}
