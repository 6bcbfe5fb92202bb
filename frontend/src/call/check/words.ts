/** The sentences of the device check; `components/rooms/calls/words.py` holds the same names. */
export const WORDS = [
  "begin", "again", "works", "fails", "wait", "now", "permission", "camera", "microphone",
  "signalling", "ice", "first_frame", "speak", "all_well", "failed", "permission_refused",
  "permission_insecure", "no_camera", "black", "no_microphone", "silence", "no_node", "no_way",
  "local_only", "no_relay", "no_frame",
] as const;
export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;
