/** `<device-check>`: tries each step of a call and names the one that fails, with what to do. */
import { Announcer } from "../../live/announce.ts";
import { filled, sentences } from "../../live/labels.ts";
import { element } from "../../review/page/elements.ts";
import { Ear, STEPS, type Bench, type Finding, type Step } from "./steps.ts";
import { WORDS, type Word, type Words } from "./words.ts";

type Row = { step: Step; item: HTMLElement; state: HTMLElement; advice: HTMLElement };

export class DeviceCheck extends HTMLElement {
  #words!: Words;
  #announcer!: Announcer;
  #rows: Row[] = [];
  #outcome = element("p", { class: "call-status" });
  #video = element("video", { autoplay: true, playsinline: true, hidden: true });
  #meter = element("meter", { min: 0, max: 1, hidden: true });
  #begin = element("button", { type: "button", class: "button" });
  #ear: Ear | undefined;
  #stream: MediaStream | undefined;
  #timer: number | undefined;

  connectedCallback(): void {
    this.#words = sentences(document.getElementById("check-words")?.textContent, WORDS);
    this.#announcer = new Announcer(this);
    this.#video.muted = true;
    this.#video.setAttribute("aria-hidden", "true");
    this.#meter.setAttribute("aria-label", this.#words.speak);
    this.#begin.textContent = this.#words.begin;
    this.#begin.addEventListener("click", () => void this.#run());
    this.#rows = STEPS.map((step) => this.#row(step));
    const list = element("ol", { class: "steps" }, ...this.#rows.map(({ item }) => item));
    this.append(list, element("p", {}, this.#begin), this.#outcome, this.#video, this.#meter);
    this.dataset.ready = "";
  }

  disconnectedCallback(): void {
    this.#close();
  }

  #row(step: Step): Row {
    const state = element("span", { class: "state" }, this.#words.wait);
    const advice = element("p", { class: "advice", hidden: true });
    const item = element("li", { "data-step": step.name, "data-state": "wait" }, element("b", {}, this.#words[step.name]), " ", state, advice);
    return { step, item, state, advice };
  }

  async #run(): Promise<void> {
    this.#close();
    this.#begin.disabled = true;
    this.#outcome.textContent = "";
    for (const row of this.#rows) this.#mark(row, "wait");
    const told = JSON.parse(document.getElementById("check-facts")?.textContent ?? "{}") as Omit<Bench, "stream">;
    const bench: Bench = { ...told, stream: new MediaStream() };
    this.#stream = bench.stream;
    let failed: Row | undefined;
    for (const row of this.#rows) {
      this.#mark(row, "now");
      if (row.step.name === "microphone") this.#show(bench.stream);
      const finding: Finding = await row.step.run(bench).catch(() => ({ ok: false }));
      this.#mark(row, finding.ok ? "works" : "fails", finding.advice);
      if (!finding.ok) failed ??= row;
      if (finding.stop) break;
    }
    this.#finish(failed);
  }

  #finish(failed: Row | undefined): void {
    const words = this.#words;
    const outcome = failed ? filled(words.failed, { step: words[failed.step.name] }) : words.all_well;
    const advice = failed?.advice.textContent ?? "";
    this.#outcome.textContent = outcome;
    this.#announcer.say(`${outcome} ${advice}`.trim(), "assertive");
    this.#begin.textContent = words.again;
    this.#begin.disabled = false;
    this.dataset.failed = failed?.step.name ?? "";
    this.dataset.done = "";
  }

  #mark({ item, state, advice }: Row, mark: "wait" | "now" | "works" | "fails", why?: Word): void {
    item.dataset.state = mark;
    state.textContent = this.#words[mark];
    advice.textContent = why ? this.#words[why] : "";
    advice.hidden = !why;
  }

  /** Shows the own picture and how loud it is. */
  #show(stream: MediaStream): void {
    this.#video.srcObject = stream;
    this.#video.hidden = !stream.getVideoTracks().length;
    this.#meter.hidden = !stream.getAudioTracks().length;
    if (!stream.getAudioTracks().length) return;
    const ear = (this.#ear = new Ear(stream));
    this.#timer = window.setInterval(() => (this.#meter.value = Math.min(1, ear.level() * 4)), 100);
  }

  #close(): void {
    window.clearInterval(this.#timer);
    this.#ear?.close();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#ear = this.#stream = undefined;
  }
}
