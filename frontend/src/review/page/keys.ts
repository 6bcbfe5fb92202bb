/** The keyboard: one table of keys, and which presses belong to the page. */

export const COMMANDS = {
  j: "back", k: "stop", l: "forward", " ": "toggle",
  ",": "frameBack", ".": "frameForward", ArrowLeft: "frameBack", ArrowRight: "frameForward",
  "shift+ArrowLeft": "tenBack", "shift+ArrowRight": "tenForward", Home: "first", End: "last",
  i: "in", o: "out", x: "clearRange", p: "loop", m: "mute", "[": "slower", "]": "faster",
  n: "nextNote", b: "previousNote", d: "draw", u: "undo", "ctrl+z": "undo", "ctrl+shift+z": "redo",
  "ctrl+y": "redo", c: "compare", w: "wipe", v: "look", a: "approve", f: "fullScreen",
  "?": "help", Escape: "escape",
} as const; // prettier-ignore
export type Command = (typeof COMMANDS)[keyof typeof COMMANDS];
type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The command of a press; without *letters* only keys that are no characters have one. */
export function command(press: Press, letters: boolean): Command | undefined {
  if (press.altKey) return undefined;
  const held = press.ctrlKey || press.metaKey;
  const isLetter = press.key.length === 1 && press.key !== " ";
  if (isLetter && !held && !letters) return undefined;
  const shift = press.shiftKey && (held || press.key.length > 1) ? "shift+" : "";
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const name = `${held ? "ctrl+" : ""}${shift}${key}`;
  return name in COMMANDS ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
}

const WRITES = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select";
const PRESSED = "button, a[href], summary, input, label";
const SLIDES = "input[type=range], input[type=radio], [role=slider]:not([data-frames])";

/** Whether the press is for *target* itself: somebody writes, pushes a button, moves a slider. */
export function isTaken(target: Element | null, key: string): boolean {
  if (!target) return false;
  if (target.matches(WRITES)) return key !== "Escape";
  if ((key === " " || key === "Enter") && target.matches(PRESSED)) return true;
  return /^(Arrow|Home|End|Page)/.test(key) && target.matches(SLIDES);
}
