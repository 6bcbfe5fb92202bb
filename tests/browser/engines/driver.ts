/** A page that does nothing but carry: the driver of Janus, a fake camera, a number for each stream. */
import type { Health } from "../../../frontend/src/call/engine.ts";
import { Janus } from "../../../frontend/src/call/janus.ts";

const me = new URLSearchParams(location.search).get("id") ?? "";
const iceServers = JSON.parse(new URLSearchParams(location.search).get("ice") ?? "[]");
const socket = new WebSocket(`ws://${location.host}/desk?id=${me}`);
const say = (body: unknown): void => socket.send(JSON.stringify(body));
const health: Record<string, Health> = {};
const videos: Record<string, HTMLVideoElement> = {};
let media: Janus;

function show(from: string, track: MediaStreamTrack): void {
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, playsInline: true, srcObject: new MediaStream([track]) });
  videos[from]?.remove();
  videos[from] = video;
  document.body.append(video);
}

/** The mean and the spread of the brightness of what is shown of *from*: black and grey have none. */
function luma(from: string): [number, number] {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  const video = videos[`${from} camera`];
  if (!video) return [0, 0];
  pen.drawImage(video, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  const values = Array.from({ length: 64 * 36 }, (_, index) => data[index * 4 + 1] ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return [mean, spread];
}

socket.onopen = async () => {
  media = new Janus({ me, iceServers, signal: () => undefined, say });
  media.onTrack = ({ from, part, track }) => part !== "screen" && show(`${from} ${part}`, track);
  media.onHealth = (from, how) => (health[from] = how);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
  const [microphone] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  if (microphone && camera) await media.publish({ microphone, camera });
};
socket.onmessage = ({ data }) => {
  const told = JSON.parse(data);
  if (told.present) media.subscribe(told.present);
  else media.engineHeard(told);
};
Object.assign(window, { stats: () => media.stats(), health, luma, restart: () => media.restart() });
