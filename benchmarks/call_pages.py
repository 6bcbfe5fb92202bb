"""What the pages of the measured calls run: a camera that draws the time, and what reads it."""

BITS = 24

CAMERA = """
(() => {
  const bits = 24, width = 640, height = 360, block = width / bits;
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const real = devices.getUserMedia.bind(devices);
  const drawn = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d", { alpha: false });
    const stream = canvas.captureStream(0);
    const [track] = stream.getVideoTracks();
    const timer = setInterval(() => {
      const now = Date.now() % 2 ** bits;
      pen.fillStyle = `hsl(${(now / 20) % 360} 60% 50%)`;
      pen.fillRect(0, 0, width, height);
      pen.fillStyle = "#fff";
      pen.fillRect((now / 5) % width, 180, 60, 60);
      for (let bit = 0; bit < bits; bit += 1) {
        pen.fillStyle = Math.floor(now / 2 ** bit) % 2 ? "#fff" : "#000";
        pen.fillRect(bit * block, 0, block, 48);
      }
      track.requestFrame();
      if (track.readyState === "ended") clearInterval(timer);
    }, 40);
    return stream;
  };
  devices.getUserMedia = async wanted => {
    const stream = wanted.video ? drawn() : new MediaStream();
    if (wanted.audio) for (const one of (await real({ audio: true })).getTracks()) stream.addTrack(one);
    return stream;
  };
})();
"""
"""Replaces the camera by a canvas of 640x360 at 25 frames a second; the microphone stays."""

WATCH = """
() => {
  const bits = 24;
  window.seen = { first: 0, ages: [], healths: [] };
  const room = document.querySelector("live-room").room;
  room.on("health", ({ health }) => window.seen.healths.push(health));
  const canvas = Object.assign(document.createElement("canvas"), { width: bits * 4, height: 54 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const watched = new WeakSet();
  const read = video => {
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const row = pen.getImageData(0, 3, canvas.width, 1).data;
    let stamp = 0;
    for (let bit = bits - 1; bit >= 0; bit -= 1) stamp = stamp * 2 + (row[(bit * 4 + 2) * 4] > 128 ? 1 : 0);
    const age = (Date.now() - stamp) % 2 ** bits;
    return age < 0 ? age + 2 ** bits : age;
  };
  const look = () => {
    const video = document.querySelector(".tile:not([data-key=own]) video");
    if (!video || watched.has(video)) return;
    watched.add(video);
    const note = () => {
      window.seen.first ||= Date.now();
      window.seen.ages.push(read(video));
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  };
  new MutationObserver(look).observe(document.querySelector("live-room"), { childList: true, subtree: true });
  look();
}
"""
"""Notes when the first remote picture was shown and how old (ms) each one is."""

STAMPS = "() => window.seen.ages.filter(age => age < 10000)"

FLOW = """
async () => {
  const room = document.querySelector("live-room").room;
  const all = await room.stats();
  const sum = name => all.reduce((total, one) => total + one[name], 0);
  const video = document.querySelector(".tile:not([data-key=own]) video");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const pen = canvas.getContext("2d");
  if (video) pen.drawImage(video, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  const light = [];
  for (let at = 0; at < data.length; at += 4) light.push((data[at] + data[at + 1] + data[at + 2]) / 3);
  const mean = light.reduce((total, one) => total + one, 0) / light.length;
  const spread = Math.sqrt(light.reduce((total, one) => total + (one - mean) ** 2, 0) / light.length);
  return { frames: sum("framesDecoded"), energy: sum("audioEnergy"), light: mean, spread };
}
"""
"""Counters of what came, and how bright and varied the picture is."""
