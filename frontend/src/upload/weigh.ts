/** Weighs chosen files before they are sent: what the node would refuse is said at once, beside the
 * input, and nothing that was typed is lost. The node weighs again.
 *
 * `form[data-rooms]`: how much may come in all, `[{left, said}]`, with `{size}` in each sentence.
 * `input[data-most]`: the bytes of one file; `data-over` says what of more, with `{name}`.
 */
export type Room = { left: number; said: string };
export type Weighed = { name: string; size: number };

const UNITS: Record<string, string[]> = {
  en: ["B", "kB", "MB", "GB", "TB"],
  fr: ["o", "ko", "Mo", "Go", "To"],
};

/** Writes bytes by thousands as the pages do: `1.2 GB`, `1,2 Go`. */
export function size(bytes: number, language: string): string {
  const units = UNITS[language] ?? UNITS.en!;
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 99.5 ? 0 : 1;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${amount.toLocaleString(language, options)}\u00a0${units[unit]}`;
}

/** Returns what is said of files that are too large together; empty: they may come. */
export function tooMuch(files: Weighed[], rooms: Room[], language: string): string {
  const coming = files.reduce((sum, file) => sum + file.size, 0);
  const full = rooms.find((room) => coming > room.left);
  return full ? full.said.replace("{size}", size(coming, language)) : "";
}

/** Returns what is said of the first file over *most* bytes; empty: there is none. */
export function tooLarge(files: Weighed[], most: number, over: string): string {
  const one = files.find((file) => file.size > most);
  return one ? over.replace("{name}", one.name) : "";
}

function chosen(inputs: Iterable<HTMLInputElement>): File[] {
  return [...inputs].flatMap((input) => [...(input.files ?? [])]);
}

function fileInputs(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
}

/** Returns what is said of all that *form* would send, and beside which input. */
function refusal(form: HTMLFormElement): [HTMLInputElement, string] | null {
  const inputs = fileInputs(form);
  for (const input of inputs) {
    const said = tooLarge(chosen([input]), Number(input.dataset.most ?? Infinity), input.dataset.over ?? "");
    if (said) return [input, said];
  }
  const rooms = JSON.parse(form.dataset.rooms ?? "[]") as Room[];
  const said = tooMuch(chosen(inputs), rooms, document.documentElement.lang);
  const used = inputs.find((input) => input.files?.length);
  return said && used ? [used, said] : null;
}

/** Says in *form* what is too much, or nothing; returns whether it may be sent. */
function weigh(form: HTMLFormElement): boolean {
  for (const old of form.querySelectorAll(".weighed")) old.remove();
  for (const input of fileInputs(form)) input.removeAttribute("aria-invalid");
  const found = refusal(form);
  if (!found) return true;
  const [input, said] = found;
  const told = Object.assign(document.createElement("p"), { className: "weighed", textContent: said });
  told.setAttribute("role", "alert");
  input.setAttribute("aria-invalid", "true");
  input.before(told);
  return false;
}

const WEIGHED = "form[data-rooms], form:has(input[data-most])";

export function weighFiles(): void {
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if ((event.target as HTMLInputElement).type === "file" && form?.matches(WEIGHED)) weigh(form);
  });
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches(WEIGHED) || weigh(form)) return;
      event.preventDefault();
      event.stopPropagation();
      form.querySelector<HTMLElement>("input[aria-invalid]")?.focus();
    },
    true,
  );
}
