/** Two soft tones: somebody knocks. */
const TONES = [660, 880];
const LENGTH = 0.16;

/** Sounds once; a browser that plays nothing yet stays silent. */
export function chime(): void {
  const sound = new AudioContext();
  for (const [index, frequency] of TONES.entries()) {
    const [tone, level] = [sound.createOscillator(), sound.createGain()];
    const begins = sound.currentTime + index * LENGTH;
    tone.frequency.value = frequency;
    level.gain.setValueAtTime(0.12, begins);
    level.gain.exponentialRampToValueAtTime(0.001, begins + LENGTH);
    tone.connect(level).connect(sound.destination);
    tone.start(begins);
    tone.stop(begins + LENGTH);
  }
  setTimeout(() => void sound.close(), 1000);
}
