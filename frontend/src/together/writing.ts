/** What somebody writes beside the picture while the session goes on: it is theirs until they send it. */
const NOTE = "form[data-say] textarea";
const LETTERS = "textarea.lettering";

/** Whether *take* holds words that nobody has sent yet. */
export function isWriting(take: Element): boolean {
  const fields = [...take.querySelectorAll<HTMLTextAreaElement>(`${NOTE}, ${LETTERS}`)];
  return fields.some((field) => field.value.trim() !== "" || field.matches(`${LETTERS}:focus`));
}

/** Notes that were begun about a version, for when it is on show again. */
export class Drafts {
  readonly #texts = new Map<string, string>();

  /** Puts *next* in the place of *take*: what was begun is kept, who stood in the field still does. */
  exchange(take: HTMLElement, next: HTMLElement): void {
    const field = take.querySelector<HTMLTextAreaElement>(NOTE);
    const stoodIn = field !== null && field === document.activeElement;
    this.#texts.set(take.dataset.version ?? "", field?.value ?? "");
    take.replaceWith(next);
    const fresh = next.querySelector<HTMLTextAreaElement>(NOTE);
    if (!fresh) return;
    fresh.value = this.#texts.get(next.dataset.version ?? "") ?? "";
    if (stoodIn) fresh.focus();
  }
}
