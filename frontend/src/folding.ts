/** Folds what a narrow screen has no room for: filters, unless somebody just used them. */
const NARROW = "(max-width: 40rem)";

export function fold(): void {
  if (!window.matchMedia(NARROW).matches) return;
  for (const folded of document.querySelectorAll<HTMLDetailsElement>("details.folded[data-asked=no]")) {
    folded.open = false;
  }
}
