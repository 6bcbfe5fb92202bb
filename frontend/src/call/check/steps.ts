/** The steps of a call, tried one by one; each tells what is wrong by the name of a sentence. */
import { wanted } from "../own.ts";
import type { Word } from "./words.ts";

/** What the steps share. */
export type Bench = { ice: RTCIceServer[]; socket: string; stream: MediaStream };
/** What a step found: `ok`, what it says besides, and whether the next ones make sense. */
export type Finding = { ok: boolean; advice?: Word; stop?: boolean };
export type Step = { name: Word; run: (bench: Bench) => Promise<Finding> };

const PATIENCE = 8000;
const FINE: Finding = { ok: true };

export const STEPS: readonly Step[] = [
  { name: "permission", run: permission },
  { name: "camera", run: camera },
  { name: "microphone", run: microphone },
  { name: "signalling", run: signalling },
  { name: "ice", run: ice },
  { name: "first_frame", run: firstFrame },
];

async function permission(bench: Bench): Promise<Finding> {
  if (!navigator.mediaDevices) return { ok: false, advice: "permission_insecure" };
  const refusals: string[] = [];
  for (const [part, kind] of [["camera", "video"], ["microphone", "audio"]] as const) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: wanted(part) });
      for (const track of stream.getTracks()) bench.stream.addTrack(track);
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") refusals.push(kind);
    }
  }
  return refusals.length ? { ok: false, advice: "permission_refused" } : FINE;
}

async function camera({ stream }: Bench): Promise<Finding> {
  if (!stream.getVideoTracks().length) return { ok: false, advice: "no_camera" };
  const video = playing(stream);
  try {
    await frame(video);
    // A cover over the lens: nothing but black, some frames long.
    for (let tries = 0; tries < 8; tries += 1) {
      if (brightness(video) > 6) return FINE;
      await pause(250);
    }
    return { ok: false, advice: "black" };
  } catch {
    return { ok: false, advice: "no_camera" };
  } finally {
    video.srcObject = null;
  }
}

async function microphone({ stream }: Bench): Promise<Finding> {
  if (!stream.getAudioTracks().length) return { ok: false, advice: "no_microphone" };
  const ear = new Ear(stream);
  try {
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      if (ear.level() > 0.01) return FINE;
      await pause(100);
    }
    return { ok: false, advice: "silence" };
  } finally {
    ear.close();
  }
}

/** Opens a websocket at the node and says nothing: that it opens is the answer. */
async function signalling({ socket }: Bench): Promise<Finding> {
  const address = new URL(socket, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const line = new WebSocket(address);
  const opened = new Promise<boolean>((settle) => {
    line.onopen = () => settle(true);
    line.onerror = () => settle(false);
  });
  const ok = await Promise.race([opened, pause(PATIENCE).then(() => false)]);
  line.close();
  return ok ? FINE : { ok: false, advice: "no_node", stop: true };
}

/** Looks for ways out: own addresses, what a STUN server sees, a relay. */
async function ice({ ice: servers }: Bench): Promise<Finding> {
  const connection = new RTCPeerConnection({ iceServers: servers });
  const kinds = new Set<string>();
  connection.createDataChannel("check");
  connection.onicecandidate = ({ candidate }) => candidate?.type && kinds.add(candidate.type);
  await connection.setLocalDescription();
  const end = performance.now() + PATIENCE;
  while (connection.iceGatheringState !== "complete" && performance.now() < end) await pause(50);
  connection.close();
  const hasTurn = servers.some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));
  if (!kinds.size) return { ok: false, advice: "no_way", stop: true };
  if (hasTurn) return kinds.has("relay") ? FINE : { ok: false, advice: "no_relay" };
  return { ok: true, advice: "local_only" };
}

/** Sends the camera (or a drawn picture) through the network to this page itself. */
async function firstFrame({ ice: servers, stream }: Bench): Promise<Finding> {
  const [here, there] = [new RTCPeerConnection({ iceServers: servers }), new RTCPeerConnection({ iceServers: servers })];
  here.onicecandidate = ({ candidate }) => candidate && void there.addIceCandidate(candidate);
  there.onicecandidate = ({ candidate }) => candidate && void here.addIceCandidate(candidate);
  const [track] = stream.getVideoTracks();
  const sent = track ?? drawn();
  here.addTrack(sent);
  const video = document.createElement("video");
  there.ontrack = ({ track: came }) => start(video, new MediaStream([came]));
  try {
    await here.setLocalDescription();
    await there.setRemoteDescription(here.localDescription as RTCSessionDescription);
    await there.setLocalDescription();
    await here.setRemoteDescription(there.localDescription as RTCSessionDescription);
    await frame(video);
    return FINE;
  } catch {
    return { ok: false, advice: "no_frame" };
  } finally {
    here.close();
    there.close();
    if (!track) sent.stop();
  }
}

function drawn(): MediaStreamTrack {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  let count = 0;
  const timer = setInterval(() => {
    pen.fillStyle = (count += 1) % 2 ? "#444" : "#888";
    pen.fillRect(0, 0, 320, 180);
  }, 60);
  const [track] = canvas.captureStream(15).getVideoTracks() as [MediaStreamTrack];
  setTimeout(() => clearInterval(timer), PATIENCE * 2);
  return track;
}

function playing(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement("video");
  start(video, new MediaStream(stream.getVideoTracks()));
  return video;
}

function start(video: HTMLVideoElement, stream: MediaStream): void {
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
}

/** Waits for a picture of *video*; fails when none comes. */
async function frame(video: HTMLVideoElement): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (video.readyState < 2 || video.videoWidth < 2) {
    if (performance.now() > end) throw new Error("no frame");
    await pause(50);
  }
}

/** The mean brightness of what *video* shows, 0..255. */
function brightness(video: HTMLVideoElement): number {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const pen = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  pen.drawImage(video, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += ((data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0)) / 3;
  return sum / (data.length / 4);
}

/** Hears how loud a stream is. */
export class Ear {
  #sound = new AudioContext();
  #ear = this.#sound.createAnalyser();
  #samples = new Float32Array(this.#ear.fftSize);

  constructor(stream: MediaStream) {
    this.#sound.createMediaStreamSource(stream).connect(this.#ear);
    void this.#sound.resume();
  }

  /** Root mean square, 0..1. */
  level(): number {
    this.#ear.getFloatTimeDomainData(this.#samples);
    return Math.sqrt(this.#samples.reduce((sum, one) => sum + one * one, 0) / this.#samples.length);
  }

  close(): void {
    void this.#sound.close();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, milliseconds));
}
