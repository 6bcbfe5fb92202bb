/** One event stream a page, shared by its islands; closed while the page is hidden.
 *
 * Browsers allow six connections to a server over HTTP/1.1: hidden tabs must not hold any.
 */

export type PeerWord = { age: number | null; up: boolean };
export type Word = {
  peers: Record<string, PeerWord>;
  head: number;
  quiet: number;
  /** Changes with the progress of deliveries; empty when none is under way. */
  freight?: string;
};
export type Change = { kinds: string[]; head: number };

export class LiveSource extends EventTarget {
  readonly #address: string;
  #source: EventSource | undefined;

  constructor(address: string) {
    super();
    this.#address = address;
    document.addEventListener("visibilitychange", () => this.#follow());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow(): void {
    if (document.hidden) this.#close();
    else this.#open();
  }

  #open(): void {
    if (this.#source) return;
    this.#source = new EventSource(this.#address);
    for (const name of ["word", "change"]) {
      this.#source.addEventListener(name, (event: MessageEvent<string>) => {
        this.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(event.data) }));
      });
    }
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}

let shared: LiveSource | undefined;

/** The page's one stream; the address is the one of `<live-page>`. */
export function liveSource(): LiveSource | undefined {
  const address = document.querySelector<HTMLElement>("live-page")?.dataset.src;
  if (!shared && address) shared = new LiveSource(address);
  return shared;
}
