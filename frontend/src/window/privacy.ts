/** Which sentence says who sees and hears whom now: the one thing a window must never get wrong. */

export type Standing = {
  quiet: boolean;
  gone: boolean;
  closed: boolean;
  /** The websocket to the own node stands. */
  node: boolean;
  /** The line between the cities stands. */
  line: boolean;
  /** The other room's screen is in the session. */
  other: boolean;
  /** Its media come, so ours may go. */
  flows: boolean;
  camera: boolean;
  microphone: boolean;
};
export type Word =
  | "quiet" | "gone" | "closed" | "node" | "cut" | "alone" | "connecting"
  | "seen-and-heard" | "seen" | "heard" | "unseen";

/** Media that flow go from screen to screen: whatever else is cut, they are still seen and heard. */
export function privacy(how: Standing): Word {
  if (how.gone) return "gone";
  if (how.closed) return "closed";
  if (how.quiet) return "quiet";
  if (how.flows && how.other) return exposed(how);
  if (!how.node) return "node";
  if (!how.line) return "cut";
  return how.other ? "connecting" : "alone";
}

function exposed({ camera, microphone }: Standing): Word {
  if (camera) return microphone ? "seen-and-heard" : "seen";
  return microphone ? "heard" : "unseen";
}
