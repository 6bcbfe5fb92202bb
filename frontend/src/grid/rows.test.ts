import assert from "node:assert/strict";
import test from "node:test";
import { changed, plain } from "./rows.ts";

const row = (key: string, text: string) => ({ key, text });

test("rows that say the same stay", () => {
  const before = [row("a", "todo"), row("b", "todo")];
  assert.deepEqual([...changed(before, [row("b", "todo"), row("a", "todo")])], []);
});

test("rows that are new or say something else are renewed", () => {
  const before = [row("a", "todo"), row("b", "todo")];
  assert.deepEqual([...changed(before, [row("a", "done"), row("b", "todo"), row("c", "todo")])], ["a", "c"]);
});

test("what the page wrote into a row is no change", () => {
  const held = '<td aria-selected="true"><a href="/x" tabindex="-1">x</a></td>';
  assert.equal(plain(held), '<td><a href="/x">x</a></td>');
});
