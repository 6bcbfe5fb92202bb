import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Carrier, LINGER, OVERLAP } from "./carriers.ts";
import type { Health, Media, Ways } from "./engine.ts";

const WAYS: Ways = { me: "me", iceServers: [], signal: () => undefined, say: () => undefined };

/** Carriers that carry nothing and note whether they were let go. */
class Idle implements Media {
  left = false;
  onTrack = (): void => undefined;
  onHealth: (participant: string, health: Health) => void = () => undefined;
  publish = (): Promise<void> => Promise.resolve();
  heard = (): Promise<void> => Promise.resolve();
  stats = (): Promise<never[]> => Promise.resolve([]);
  subscribe(): void {}
  restart(): void {}
  pictures(): void {}
  leave(): void {
    this.left = true;
  }
}

async function goneOver(t: TestContext): Promise<{ carrier: Carrier; mesh: Idle; engine: Idle }> {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [mesh, engine] = [new Idle(), new Idle()];
  const carrier = new Carrier({ mesh: async () => () => mesh, janus: async () => () => engine });
  carrier.subscribe(["me", "ann", "bob"]);
  await carrier.go("mesh", WAYS);
  await carrier.go("janus", WAYS);
  return { carrier, mesh, engine };
}

test("the old carrier goes on until everybody flows by the new one, and a little longer", async (t) => {
  const { mesh, engine } = await goneOver(t);
  engine.onHealth("ann", "flowing");
  t.mock.timers.tick(LINGER);
  assert.equal(mesh.left, false);
  engine.onHealth("bob", "flowing");
  assert.equal(mesh.left, false);
  t.mock.timers.tick(LINGER);
  assert.equal(mesh.left, true);
  assert.equal(engine.left, false);
});

test("a carrier that never flows keeps the old one no longer than agreed", async (t) => {
  const { mesh } = await goneOver(t);
  t.mock.timers.tick(OVERLAP - 1);
  assert.equal(mesh.left, false);
  t.mock.timers.tick(1);
  assert.equal(mesh.left, true);
});
