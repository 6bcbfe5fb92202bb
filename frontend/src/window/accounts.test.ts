import assert from "node:assert/strict";
import { test } from "node:test";
import { Accounts } from "./accounts.ts";

class Storage {
  kept = new Map<string, string>();
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
}

const MINUTE = 60_000;

test("time open is counted once, and told again until the node has it", () => {
  let now = 0;
  const accounts = new Accounts(new Storage(), () => now);
  accounts.note("open");
  now = MINUTE;
  assert.equal(accounts.report().open, 60);
  const again = accounts.report();
  assert.equal(again.open, 60);
  again.taken();
  now += 5000;
  assert.equal(accounts.report().open, 5);
});

test("an interruption has its beginning, its end and its first cause", () => {
  let now = MINUTE;
  const accounts = new Accounts(new Storage(), () => now);
  accounts.note("open");
  now += 1000;
  accounts.note("line");
  now += 12_000;
  accounts.note("media");
  now += 2000;
  accounts.note("open");
  const { interruptions } = accounts.report();
  assert.deepEqual(interruptions, [
    { began: "1970-01-01T00:01:01.000Z", ended: "1970-01-01T00:01:15.000Z", cause: "line" },
  ]);
});

test("trembling is none, quiet hours end one, and a reload forgets none", () => {
  let now = 0;
  const storage = new Storage();
  const before = new Accounts(storage, () => now);
  before.note("media");
  now += 2000;
  before.note("open");
  before.note("node");
  now += MINUTE;
  const after = new Accounts(storage, () => now);
  after.note(undefined);
  assert.deepEqual(after.report().interruptions.map(({ cause }) => cause), ["node"]);
  assert.equal(after.report().open, 0);
});

test("what the storage holds is read or left", () => {
  const storage = new Storage();
  storage.setItem("window:accounts", "{");
  assert.deepEqual(new Accounts(storage, () => 0).report().interruptions, []);
});
