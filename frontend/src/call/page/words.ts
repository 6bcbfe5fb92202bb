/** The sentences of the call page; `components/rooms/calls/words.py` holds the same names. */
export const WORDS = [
  "enter", "knock", "leave", "microphone", "camera", "screen", "hand", "caption_key", "chat_key",
  "on", "off", "up", "keys_on", "full", "devices", "which_microphone", "which_camera", "standard",
  "open_doors", "hush", "close", "close_sure", "record", "record_back", "record_stop", "sound_on", "people", "you",
  "muted", "no_picture", "sound_only", "screen_of", "picture_of", "speaking", "hand_up", "away",
  "connecting", "in_charge", "room_screen", "at_the_door", "invited_early",
  "let_in_who", "turn_away_who", "quality", "alone", "said_knock", "said_entered", "said_left",
  "said_back", "said_cut", "said_line", "said_own_cut", "said_own_back", "said_flows", "said_bad",
  "said_good", "said_hushed", "said_hand", "said_recording", "said_recorded", "said_in",
  "said_ended", "said_refused", "waiting", "early", "ended", "gone", "again", "after", "preview", "cut",
  "NotAllowedError", "NotFoundError", "NotReadableError", "SecurityError", "trouble", "words",
  "chat", "caption", "caption_help", "send", "captioned", "no_words", "export", "asked_record",
  "recorded_you", "recorded_not_you", "agree", "disagree", "agreed", "declined",
] as const;
export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;

/** A city as the page tells it. */
export type City = { name: string; slug: string; zone: string };
/** What the page tells besides sentences. */
export type CallFacts = {
  uri: string;
  ticket: string;
  figures: string;
  role: string;
  records: boolean;
  /** Where it says how the call went, with its recordings; empty: not for this person. */
  after: string;
  /** When the doors open, ISO 8601. */
  doors: string;
  cities: Record<string, City>;
};
