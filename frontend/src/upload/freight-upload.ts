/** `<freight-upload>`: sends the chosen files piece by piece, so that a cut line costs one piece
 * and a large file needs no form of its size; without it the form sends them in one go.
 */
type Chosen = { file: File; path: string };
type Answer = { here?: number; error?: { message: string; facts?: { here?: number } } };

const LEFT_OUT = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);
const LONGEST_WAIT = 30_000;
const OUT_OF_PLACE = 409;
const NO_ROOM = new Set([413, 507]);

class Refused extends Error {
  readonly final: boolean;

  constructor(message: string, final: boolean) {
    super(message);
    this.final = final;
  }
}

export class FreightUpload extends HTMLElement {
  #busy = false;
  #left = (event: Event): void => event.preventDefault();

  connectedCallback(): void {
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#busy) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    const chosen = this.#chosen();
    if (!chosen.length) return;
    this.#begin();
    const refused: string[] = [];
    try {
      await this.#ask({ "Upload-Left": String(chosen.reduce((sum, c) => sum + c.file.size, 0)) });
      for (const [number, one] of chosen.entries()) {
        try {
          await this.#send(one, number, chosen.length);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          refused.push(this.#words("refused", { file: one.path, reason: error.message }));
          if (error.final) break;
        }
      }
    } catch (error) {
      refused.push(error instanceof Refused ? error.message : String(error));
    }
    this.#end(refused, chosen.length);
  }

  #chosen(): Chosen[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[type=file]")]
      .flatMap((input) => [...(input.files ?? [])])
      .filter((file) => !LEFT_OUT.has(file.name))
      .map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  }

  /** Sends one file from where it stopped; a line that is cut is waited for. */
  async #send({ file, path }: Chosen, number: number, all: number): Promise<void> {
    const size = Number(this.dataset.piece);
    let at = 0;
    let wait = 1000;
    do {
      this.#show(path, file.size ? at / file.size : 1, number, all);
      try {
        const head = { "Upload-Path": encodeURIComponent(path), "Upload-Size": String(file.size) };
        at = await this.#ask({ ...head, "Upload-At": String(at) }, file.slice(at, at + size));
        wait = 1000;
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.#say(this.#words("broken", {}));
        await new Promise((go) => window.setTimeout(go, wait));
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    } while (at < file.size);
  }

  /** Returns how many bytes of the file are there; throws `Refused`, or a broken line. */
  async #ask(head: Record<string, string>, piece?: Blob): Promise<number> {
    const token = this.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { ...head, Accept: "application/json", "X-CSRFToken": token };
    const body = piece && { method: "POST", body: new Blob([piece], { type: "application/octet-stream" }) };
    const answer = await fetch(this.dataset.url ?? "", { ...body, headers });
    if (answer.status >= 500 && !NO_ROOM.has(answer.status)) throw new Error(String(answer.status));
    const told = (await answer.json()) as Answer;
    const here = told.here ?? told.error?.facts?.here;
    if (here !== undefined && (answer.ok || answer.status === OUT_OF_PLACE)) return here;
    throw new Refused(told.error?.message ?? String(answer.status), NO_ROOM.has(answer.status));
  }

  #begin(): void {
    this.#busy = true;
    window.addEventListener("beforeunload", this.#left);
    this.#bar()?.parentElement?.removeAttribute("hidden");
  }

  #end(refused: string[], all: number): void {
    this.#busy = false;
    window.removeEventListener("beforeunload", this.#left);
    if (!refused.length) {
      this.#say(this.#words("whole", { all: String(all) }));
      location.reload();
      return;
    }
    this.#say(refused.slice(0, 5).join(" "));
  }

  #show(path: string, share: number, number: number, all: number): void {
    const bar = this.#bar();
    if (bar) bar.value = (number + share) / all;
    const told = { file: path, share: percent(share), done: String(number) };
    this.#say(this.#words("working", { ...told, all: String(all) }));
  }

  #bar(): HTMLProgressElement | null {
    return this.querySelector("progress");
  }

  #words(name: string, facts: Record<string, string>): string {
    const text = this.dataset[name] ?? "";
    return Object.entries(facts).reduce((said, [key, value]) => said.replace(`{${key}}`, () => value), text);
  }

  #say(text: string): void {
    const status = this.querySelector("[role=status]");
    if (status && status.textContent !== text) status.textContent = text;
  }
}

function percent(share: number): string {
  const style = { style: "percent" } as const;
  return new Intl.NumberFormat(document.documentElement.lang, style).format(Math.floor(share * 100) / 100);
}
