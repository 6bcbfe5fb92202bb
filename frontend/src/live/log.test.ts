import assert from "node:assert/strict";
import test from "node:test";
import { Log, type Kind } from "./log.ts";
import { LoopbackNode, participant } from "./loopback.ts";
import type { Act, Welcome } from "./messages.ts";

const WORDS: Kind<string> = {
  begin: () => ">",
  fold: (state, act) => `${state} ${act.origin}${act.number}`,
};
const said = (origin: string, number: number, stamp: number): Act =>
  new LoopbackNode().log({ origin, number, stamp });

function welcome(state: string | null, acts: Act[]): Welcome {
  const you = participant("1");
  const facts = { uri: "s", kind: "call", host: "a", cities: [], begins: null, ends: null };
  return {
    type: "welcome", you, present: [you], acts, vector: {}, time: 0, host: "a", line: [], state,
    facts: { ...facts, capacity: null, title: "", more: {} },
  };
}

function log(state: string | null, acts: Act[]): { log: Log<string>; asked: () => number } {
  let asked = 0;
  const made = new Log(WORDS, () => (asked += 1));
  made.welcome(welcome(state, acts));
  return { log: made, asked: () => asked };
}

test("acts fold in their order, whatever order they come in", () => {
  const { log: made } = log(null, [said("b", 1, 2), said("a", 1, 1)]);

  made.add(said("b", 2, 4));
  made.add(said("a", 2, 3));
  made.add(said("a", 3, 4));

  assert.equal(made.state, "> a1 b1 a2 a3 b2");
  assert.deepEqual(made.vector, { a: 3, b: 2 });
});

test("an act that is told twice counts once", () => {
  const { log: made } = log(null, []);

  made.add(said("a", 1, 1));
  made.add(said("a", 1, 1));

  assert.equal(made.state, "> a1");
  assert.equal(made.acts.length, 1);
});

test("with only the end of a long log a late act is folded by the node", () => {
  const { log: made, asked } = log("all before", [said("a", 41, 90)]);

  made.add(said("a", 42, 95));
  assert.equal(made.state, "all before a42");
  made.add(said("b", 7, 91));
  assert.equal(asked(), 1);
  made.restate("all of it");

  assert.equal(made.state, "all of it");
  assert.deepEqual(made.vector, { a: 42, b: 7 });
});

test("what was missed while cut is folded, and told one by one", () => {
  const { log: made } = log(null, [said("a", 1, 1)]);
  const told: string[] = [];
  made.addEventListener("act", (e) => told.push(`${(e as CustomEvent<Act>).detail.number}`));

  made.welcome(welcome(null, [said("a", 3, 3), said("a", 2, 2)]));

  assert.equal(made.state, "> a1 a2 a3");
  assert.deepEqual(told, ["2", "3"]);
});

test("an origin with a gap is asked for anew", () => {
  const { log: made } = log("all", [said("a", 1, 1), said("a", 600, 900)]);

  assert.deepEqual(made.vector, {});
});
