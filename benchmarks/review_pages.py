"""What the measured pages of a review run: a clock that is wrong, and a note of every frame shown."""

from string import Template

WRONG_SECONDS, DRIFT_PPM = 1234, 50
RIGHT_CLOCK = "window.rightOf = (time) => time;"
WRONG_CLOCK = Template("""
(() => {
  const [ahead, drift] = [$seconds * 1000, $drift / 1e6];
  const now = performance.now.bind(performance);
  const begun = now();
  const wrong = (time) => time + ahead + (time - begun) * drift;
  window.rightOf = (time) => (time - ahead + begun * drift) / (1 + drift);
  performance.now = () => wrong(now());
  const Right = Date;
  window.Date = class extends Right {
    constructor(...parts) {
      if (parts.length) super(...parts);
      else super(Right.now() + wrong(now()) - now());
    }
    static now() { return Right.now() + wrong(now()) - now(); }
  };
  const draw = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (then) => draw((time) => then(wrong(time)));
  const video = HTMLVideoElement.prototype;
  const watch = video.requestVideoFrameCallback;
  video.requestVideoFrameCallback = function (then) {
    return watch.call(this, (time, facts) => {
      const { presentationTime, expectedDisplayTime } = facts;
      then(wrong(time), {
        ...facts,
        presentationTime: wrong(presentationTime),
        expectedDisplayTime: wrong(expectedDisplayTime),
      });
    });
  };
})();
""").substitute(seconds=WRONG_SECONDS, drift=DRIFT_PPM)
"""`performance`, `Date` and the times of frames and drawings, all wrong alike."""

WATCH = """
window.shownFrames = [];
window.entered = 0;
const right = () => performance.timeOrigin + window.rightOf(performance.now());
document.addEventListener("ready", ({ target }) => {
  const video = target.querySelector("video");
  const again = () => video.requestVideoFrameCallback((_, facts) => {
    const at = performance.timeOrigin + window.rightOf(facts.expectedDisplayTime);
    window.shownFrames.push([facts.mediaTime, at]);
    again();
  });
  again();
});
const look = setInterval(() => {
  const { session } = document.querySelector("together-review") ?? {};
  if (session?.connection.standing !== "open") return;
  window.entered = right();
  clearInterval(look);
}, 5);
"""
"""Notes each presented frame with the instant it is on the screen, by this machine's clock."""

NUMBER = """
bits => {
  const video = document.querySelector("take-review video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    const x = Math.floor(((bit + 0.5) * canvas.width) / bits);
    if (pen.getImageData(x, Math.floor(canvas.height / 4), 1, 1).data[1] > 120) number |= 1 << bit;
  }
  return number;
}
"""
"""Reads the number that a picture of `tests/components/studio/media/made.py` carries."""

STEADY = """
frame => {
  const { session } = document.querySelector("together-review");
  const { player } = document.querySelector("take-review");
  const { transport } = session;
  return !transport.playing && transport.frame === frame && player.frame === frame
    && player.clip.settled;
}
"""
MOVE = "asked => document.querySelector('together-review').session.move(asked)"
READY = """
() => {
  const { session } = document.querySelector("together-review") ?? {};
  return session?.present.length >= 2 && session.absent.length === 0
    && session.connection.clock.samples >= 12;
}
"""
BY_THEMSELVES = """
how => {
  const together = document.querySelector("together-review");
  const { session } = together;
  session.follows = how === "off";
  if (window.naive) return;
  const video = document.querySelector("take-review video");
  window.naive = true;
  session.connection.on("act", ({ kind, body }) => {
    if (session.follows || kind !== "transport") return;
    video.playbackRate = 1;
    if (body.playing) void video.play();
    else video.pause();
  });
}
"""
"""The naive way: play when the message comes, pause when it comes, and never look again."""
