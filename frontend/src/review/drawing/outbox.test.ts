import assert from "node:assert/strict";
import test from "node:test";
import { Outbox, type Answer, type Draft, type Drawer, type Post, type Wish } from "./outbox.ts";

const draft = (id: string, last_frame = 1043): Draft => ({
  id,
  first_frame: 1043,
  last_frame,
  strokes: [],
});

function drawer(): Drawer {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A node that is away as long as its answers say so. */
function node(answers: (Answer | undefined)[]): { heard: Wish[][]; post: Post } {
  const heard: Wish[][] = [];
  const post = async (wishes: readonly Wish[]): Promise<Answer | undefined> => {
    heard.push([...wishes]);
    return answers.shift();
  };
  return { heard, post };
}

const STORED: Answer = { annotations: [] };

test("what nobody answered is kept, said to wait, and sent again with longer pauses", async () => {
  const { heard, post } = node([undefined, undefined, STORED]);
  const pauses: number[] = [];
  const again: (() => void)[] = [];
  const wait = (then: () => void, ms: number): void => void (pauses.push(ms), again.push(then));
  const outbox = new Outbox(drawer(), "v", post, wait);

  outbox.add({ add: draft("a") });
  await settle();
  assert.equal(outbox.away, true);
  again.shift()?.();
  await settle();
  again.shift()?.();
  await settle();

  assert.deepEqual(pauses, [1000, 2000]);
  assert.equal(heard.length, 3);
  assert.equal(outbox.away, false);
  assert.deepEqual(outbox.waiting, []);
});

test("what waits outlives the page", async () => {
  const kept = drawer();
  const closed = new Outbox(kept, "v", node([undefined]).post, () => undefined);
  closed.add({ add: draft("a") });
  await settle();
  const { heard, post } = node([STORED]);
  const opened = new Outbox(kept, "v", post);

  await opened.send();

  assert.deepEqual(heard, [[{ add: draft("a") }]]);
  assert.deepEqual(new Outbox(kept, "v", post).waiting, []);
});

test("a draft changed while nobody answers is sent once, as it is now", async () => {
  const { heard, post } = node([undefined, STORED]);
  const again: (() => void)[] = [];
  const outbox = new Outbox(drawer(), "v", post, (then) => again.push(then));
  outbox.add({ add: draft("a") });
  await settle();

  outbox.add({ add: draft("a", 1047) });
  await settle();

  assert.deepEqual(heard.at(-1), [{ add: draft("a", 1047) }]);
  assert.deepEqual(outbox.waiting, []);
});

test("what is added while a wish is on its way is sent after it", async () => {
  const { heard, post } = node([STORED, STORED]);
  const outbox = new Outbox(drawer(), "v", post);

  outbox.add({ add: draft("a") });
  outbox.add({ remove: "jumelage:x:y" });
  await settle();

  assert.deepEqual(
    heard.map((wishes) => wishes.length),
    [1, 1],
  );
});

test("a damaged store is an empty one", () => {
  const kept = drawer();
  kept.setItem("v", "{");

  assert.deepEqual(new Outbox(kept, "v", node([]).post).waiting, []);
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
