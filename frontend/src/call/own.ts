/**
 * What we show and say: camera, microphone, screen, and whether they are on.
 *
 * That we are muted is ours: it is kept for the session, holds across every reconnect and reload, and
 * no engine or node can undo it. A microphone that is off sends nothing; a camera that is off is given
 * back, so that its light goes out.
 */
import type { Outgoing, Part } from "./engine.ts";

export type Choice = { microphone: boolean; camera: boolean };
export type Trouble = { part: Part; name: string };

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } };
const DEVICES = "call:devices";

/** Events: `change` whenever what is sent changed; `trouble` (detail: Trouble) when a device failed. */
export class Own extends EventTarget {
  #key: string;
  #choice: Choice;
  #tracks: Outgoing = {};

  /** *session* names the call whose choice is kept; *first* is the choice before there was one. */
  constructor(session: string, first: Choice = { microphone: true, camera: true }) {
    super();
    this.#key = `call:${session}`;
    this.#choice = { ...first, ...stored(sessionStorage, this.#key) };
  }

  get microphone(): boolean {
    return this.#choice.microphone;
  }

  get camera(): boolean {
    return this.#choice.camera;
  }

  get screen(): boolean {
    return this.#tracks.screen !== undefined;
  }

  /** What is to be sent now. */
  get outgoing(): Outgoing {
    const { microphone, ...pictures } = this.#tracks;
    return this.#choice.microphone && microphone ? { ...pictures, microphone } : pictures;
  }

  /** The track of a device that is open, sent or not (for our own meter and picture). */
  track(part: Part): MediaStreamTrack | undefined {
    return this.#tracks[part];
  }

  /** Opens the devices that the choice wants; what fails is told and the rest goes on. */
  async open(): Promise<void> {
    if (this.#choice.microphone && this.#choice.camera) {
      const both = await devices({ audio: wanted("microphone"), video: wanted("camera") }).catch(() => undefined);
      if (both) return this.#take(both);
    }
    for (const part of ["microphone", "camera"] as const) if (this.#choice[part]) await this.#get(part);
  }

  /** Switches microphone or camera on or off, for good. */
  async turn(part: "microphone" | "camera", on: boolean): Promise<void> {
    this.#choice = { ...this.#choice, [part]: on };
    sessionStorage.setItem(this.#key, JSON.stringify(this.#choice));
    if (on && !this.#tracks[part]) await this.#get(part);
    if (!on && part === "camera") this.#drop("camera");
    this.#changed();
  }

  /** Shows the screen, a window or a tab that the person picks, or stops it. */
  async share(on: boolean): Promise<void> {
    if (!on) this.#drop("screen");
    else {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
        const [track] = stream.getVideoTracks();
        if (track) {
          track.contentHint = "detail";
          this.#hold("screen", track);
        }
      } catch (error) {
        this.#failed("screen", error);
      }
    }
    this.#changed();
  }

  /** Takes another device from now on. */
  async choose(part: "microphone" | "camera", id: string): Promise<void> {
    const chosen = stored(localStorage, DEVICES);
    localStorage.setItem(DEVICES, JSON.stringify({ ...chosen, [part]: id }));
    this.#drop(part);
    if (this.#choice[part]) await this.#get(part);
    this.#changed();
  }

  /** Gives all devices back. */
  close(): void {
    for (const part of ["microphone", "camera", "screen"] as const) this.#drop(part);
  }

  async #get(part: "microphone" | "camera"): Promise<void> {
    const kind = part === "microphone" ? "audio" : "video";
    try {
      this.#take(await devices({ [kind]: wanted(part) }));
    } catch (error) {
      this.#failed(part, error);
    }
  }

  #take(stream: MediaStream): void {
    const [microphone] = stream.getAudioTracks();
    const [camera] = stream.getVideoTracks();
    if (microphone) this.#hold("microphone", microphone);
    if (camera) this.#hold("camera", camera);
    this.#changed();
  }

  #hold(part: Part, track: MediaStreamTrack): void {
    this.#drop(part);
    this.#tracks[part] = track;
    track.onended = () => this.#ended(part, track);
  }

  #drop(part: Part): void {
    const track = this.#tracks[part];
    if (!track) return;
    delete this.#tracks[part];
    track.onended = null;
    track.stop();
  }

  /** The device was pulled out, or the browser's own bar ended the screen. */
  #ended(part: Part, track: MediaStreamTrack): void {
    if (this.#tracks[part] !== track) return;
    this.#drop(part);
    if (part !== "screen") this.#failed(part, new DOMException("", "NotFoundError"));
    this.#changed();
  }

  #failed(part: Part, error: unknown): void {
    const name = error instanceof DOMException ? error.name : "Error";
    if (part === "screen" && name === "NotAllowedError") return; // the person thought better of it
    this.dispatchEvent(new CustomEvent<Trouble>("trouble", { detail: { part, name } }));
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** The constraints of a device: the one chosen earlier, if it is still there. */
export function wanted(part: "microphone" | "camera"): MediaTrackConstraints {
  const id = stored(localStorage, DEVICES)[part];
  const device = typeof id === "string" && id ? { deviceId: { ideal: id } } : {};
  return { ...(part === "microphone" ? SOUND : PICTURE), ...device };
}

/** Opens devices; on a page that may not have any it fails like a refusal. */
async function devices(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
  return navigator.mediaDevices.getUserMedia(constraints);
}

function stored(place: Storage, key: string): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(place.getItem(key) ?? "{}");
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
