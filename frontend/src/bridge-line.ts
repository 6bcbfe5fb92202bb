/** `<bridge-line>`: the last word that crossed, ageing by the second; broken when down. */
import { ago, type Phrases } from "./ago.ts";
import { liveSource, type Word } from "./live-source.ts";

export class BridgeLine extends HTMLElement {
  #heard: number | null = null;
  #timer: number | undefined;
  #stop = new AbortController();

  connectedCallback(): void {
    const { age } = this.dataset;
    this.#heard = age ? Date.now() - Number(age) * 1000 : null;
    this.#stop = new AbortController();
    const source = liveSource();
    const options = { signal: this.#stop.signal };
    source?.addEventListener("word", (e) => this.#word((e as CustomEvent<Word>).detail), options);
    source?.addEventListener("change", () => this.#cross(), options);
    this.#timer = window.setInterval(() => this.#write(), 1000);
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    window.clearInterval(this.#timer);
  }

  #word(word: Word): void {
    const peer = word.peers[this.dataset.peer ?? ""];
    if (!peer) return;
    this.#heard = peer.age === null ? null : Date.now() - peer.age * 1000;
    this.dataset.line = peer.up ? "up" : "down";
    this.#write();
  }

  #write(): void {
    const { phraseNever = "", phraseUp = "", phraseDown = "", line } = this.dataset;
    const phrase = this.#heard === null ? phraseNever : line === "up" ? phraseUp : phraseDown;
    const age = ((Date.now() - (this.#heard ?? 0)) / 1000) | 0;
    const text = phrase.replace("{ago}", ago(age, this.#phrases()));
    const word = this.querySelector(".last");
    if (word && word.textContent !== text) word.textContent = text;
  }

  #phrases(): Phrases {
    const { agoS = "", agoMin = "", agoH = "", agoD = "" } = this.dataset;
    return { s: agoS, min: agoMin, h: agoH, d: agoD };
  }

  #cross(): void {
    this.classList.remove("crossing");
    requestAnimationFrame(() => this.classList.add("crossing"));
  }
}
