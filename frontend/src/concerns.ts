/** Whether a change concerns a page. */

/** *shown* lists prefixes of record kinds, separated by spaces; empty means every kind. */
export function concerns(kinds: string[], shown: string): boolean {
  const prefixes = shown.split(/\s+/).filter(Boolean);
  return prefixes.length === 0 || kinds.some((kind) => prefixes.some((p) => kind.startsWith(p)));
}
