/** Plays what comes on a screen nobody touches: where the browser holds back sound, the picture goes on without. */

export type Playable = Pick<HTMLVideoElement, "muted" | "paused" | "play">;

/** Plays *video*; refused because of its sound it plays muted, which no browser refuses. */
export async function start(video: Playable): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || video.muted) return;
    video.muted = true;
    await video.play().catch(() => undefined);
  }
}

/** Lets *video* be heard again: somebody touched the page, or it captures itself, which browsers take for consent. */
export async function unmute(video: Playable): Promise<void> {
  if (!video.muted) return;
  video.muted = false;
  await start(video);
}
