import assert from "node:assert/strict";
import test from "node:test";
import { Outbox, type Answer, type Post, type Wish } from "./outbox.ts";
import { idOf, newId, Sheet } from "./sheet.ts";
import type { Annotation, Stroke } from "./strokes.ts";

const HAND = { seat: "s1", label: "student 3", city: "paris" };
const AT = { first: 1043, last: 1043 };
const stroke = (x: number): Stroke => ({
  tool: "arrow",
  colour: "#ffffff",
  width: 0.004,
  points: [
    [x, 0],
    [1, 1],
  ],
});

/** A node that stores what it is sent, and never answers while it is away. */
function node(): { sheet: Sheet; sent: Wish[][]; stored: Annotation[]; away: { value: boolean } } {
  const [sent, stored, away]: [Wish[][], Annotation[], { value: boolean }] = [
    [],
    [],
    { value: false },
  ];
  const post: Post = async (wishes): Promise<Answer | undefined> => {
    sent.push([...wishes]);
    if (away.value) return undefined;
    for (const wish of wishes) {
      const id = "add" in wish ? wish.add.id : wish.remove;
      const at = stored.findIndex(({ uri }) => idOf(uri) === id);
      if (at >= 0) stored.splice(at, 1);
      if ("add" in wish) {
        const { first_frame, last_frame, strokes } = wish.add;
        stored.push({ uri: `jumelage:x:${id}`, first_frame, last_frame, strokes, ...HAND, mine: true });
      }
    }
    return { annotations: [...stored] };
  };
  const drawer = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const outbox = new Outbox(drawer, "v", post, () => undefined);
  return { sheet: new Sheet(outbox, HAND), sent, stored, away };
}

test("strokes of a moment are one drawing, shown before it is stored", async () => {
  const { sheet, sent, stored } = node();

  sheet.add(stroke(0.1), AT);
  sheet.add(stroke(0.2), AT);
  assert.equal(sheet.all[0]?.strokes.length, 2);
  sheet.flush();
  await settle();

  assert.equal(sent.length, 1);
  assert.equal(stored[0]?.strokes.length, 2);
  assert.equal(sheet.all.length, 1);
});

test("a stored stroke is taken back by itself, and can be put again", async () => {
  const { sheet, stored } = node();
  sheet.add(stroke(0.1), AT);
  sheet.add(stroke(0.2), AT);
  sheet.flush();
  await settle();

  sheet.undo(1043);
  sheet.flush();
  await settle();
  assert.deepEqual(
    stored.map(({ strokes }) => strokes.length),
    [1],
  );
  sheet.undo(1043);
  await settle();
  assert.equal(stored.length, 0);

  sheet.redo();
  sheet.flush();
  await settle();
  assert.equal(stored[0]?.strokes[0]?.points[0]?.[0], 0.1);
});

test("what the other city drew is shown, hidden with its author, and never undone here", () => {
  const { sheet } = node();
  const there = { uri: "jumelage:y:b", first_frame: 1043, last_frame: 1047, strokes: [stroke(0)] };
  sheet.store([{ ...there, seat: "s2", label: "teacher", city: "sf", mine: false }]);

  sheet.undo(1043);
  assert.equal(sheet.layers(1045).length, 1);
  sheet.hide("s2", true);

  assert.equal(sheet.layers(1045).length, 0);
  assert.equal(sheet.all.length, 1);
});

test("drawings made while the node is away stay on the page", async () => {
  const { sheet, away } = node();
  away.value = true;

  sheet.add(stroke(0.1), AT);
  sheet.flush();
  await settle();

  assert.equal(sheet.layers(1043).length, 1);
});

test("an identifier is 16 bytes in base32", () => {
  assert.equal(newId(new Uint8Array(16).fill(255)), `${"7".repeat(25)}4`);
  assert.match(newId(), /^[a-z2-7]{26}$/);
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
