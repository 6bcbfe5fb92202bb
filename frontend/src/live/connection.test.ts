import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { Connection, type Heard, type Options } from "./connection.ts";
import { LoopbackNode, participant } from "./loopback.ts";
import { RefusedError, ticketFrom } from "./tickets.ts";

const REFUSED = { type: "refused", code: "not-allowed", fr: "Non.", en: "No." } as const;

test("a connection joins with a ticket and knows the host's time", async (t) => {
  const { node, connection } = begin(t);

  await until(() => connection.standing === "open");
  await until(() => connection.clock.samples >= 8);

  assert.deepEqual(node.heard[0], { type: "join", ticket: "ticket 1", seen: {} });
  assert.ok(Math.abs(connection.hostNow() - performance.now() - node.ahead) < 5);
  assert.deepEqual(connection.present, [participant("1")]);
});

test("a cut connection comes back by itself with a new ticket and says what it has seen", async (t) => {
  const { node, connection } = begin(t);
  connection.seen = () => ({ here: 7 });
  const standings = heard(connection, "standing");
  await until(() => connection.standing === "open");

  node.cut();
  await until(() => connection.standing === "open");

  assert.deepEqual(standings, ["open", "cut", "open"]);
  const joins = node.heard.filter(({ type }) => type === "join");
  assert.deepEqual(joins[1], { type: "join", ticket: "ticket 2", seen: { here: 7 } });
});

test("acts made while cut are sent once the connection stands", async (t) => {
  const { node, connection } = begin(t);
  await until(() => connection.standing === "open");
  node.cut();

  connection.act("chat", { text: "one" });
  connection.act("chat", { text: "two" });
  assert.equal(connection.waiting, 2);
  await until(() => connection.waiting === 0);

  assert.deepEqual(node.acts.map(({ body }) => body.text), ["one", "two"]);
});

test("an act whose receipt was lost is sent again under the same identifier", async (t) => {
  const { node, connection } = begin(t);
  const kept = heard(connection, "kept");
  await until(() => connection.standing === "open");
  node.isForgetful = true;
  const id = connection.act("chat", { text: "once" });
  await until(() => node.acts.length === 1);
  node.isForgetful = false;

  node.cut();
  await until(() => connection.waiting === 0);

  assert.equal(node.acts.length, 1);
  assert.equal(kept[0]?.id, id);
});

test("a refused act no longer waits", async (t) => {
  const { node, connection } = begin(t);
  const refused = heard(connection, "refused");
  await until(() => connection.standing === "open");
  node.isForgetful = true;
  const id = connection.act("transport", {});

  node.tellAll({ ...REFUSED, id });
  await until(() => refused.length === 1);

  assert.equal(connection.waiting, 0);
  assert.equal(connection.standing, "open");
});

test("a silent node is left within seven seconds", async (t) => {
  const { node, connection } = begin(t);
  await until(() => connection.clock.samples >= 8);

  node.isDeaf = true;
  await until(() => connection.standing === "cut", 7500);
  node.isDeaf = false;
  await until(() => connection.standing === "open", 6500);
});

test("who is refused stays away", async (t) => {
  const { node, connection } = begin(t, { refusing: { code: "not-allowed", close: 4403 } });
  const refused = heard(connection, "refused");

  await until(() => connection.standing === "closed");

  assert.equal(refused[0]?.code, "not-allowed");
  assert.equal(node.tickets, 1);
});

test("who gets no ticket stays away and hears why", async () => {
  const connection = new Connection(() => Promise.reject(new RefusedError(REFUSED)));
  const refused = heard(connection, "refused");

  connection.open();
  await until(() => connection.standing === "closed");

  assert.deepEqual(refused, [REFUSED]);
});

test("a ticket used or stale is asked for again", async (t) => {
  const { node, connection } = begin(t, { refusing: { code: "ticket", close: 4401 } });
  await until(() => node.tickets === 2);
  node.refusing = undefined;

  await until(() => connection.standing === "open");
});

test("who leaves says so and does not come back", async (t) => {
  const { node, connection } = begin(t);
  await until(() => connection.standing === "open");

  connection.leave();

  assert.equal(connection.standing, "closed");
  assert.deepEqual(node.heard.at(-1), { type: "leave" });
});

test("those who enter, change and leave are known", async (t) => {
  const { node, connection } = begin(t);
  await until(() => connection.standing === "open");

  node.tellAll({ type: "entered", participant: participant("9") });
  node.tellAll({ type: "changed", participant: { ...participant("9"), role: "host" } });
  await until(() => connection.present.length === 2);
  assert.equal(connection.present[1]?.role, "host");
  node.tellAll({ type: "left", id: "9", reason: "left" });
  await until(() => connection.present.length === 1);
});

test("frames of the minutes go out only while the connection stands", async (t) => {
  const { node, connection } = begin(t);
  assert.equal(connection.sendMinutes(new Uint8Array([1])), false);
  await until(() => connection.standing === "open");

  assert.equal(connection.sendMinutes(new Uint8Array([2])), true);

  assert.deepEqual(node.frames, [new Uint8Array([2])]);
});

test("the line to each city is known", async (t) => {
  const { node, connection } = begin(t);
  await until(() => connection.standing === "open");

  node.tellAll({ type: "line", up: false, since: 1, city: "b" });
  await until(() => connection.cut?.city === "b");
  node.tellAll({ type: "line", up: true, since: 2, city: "b" });
  await until(() => connection.cut === undefined);
});

function begin(
  t: TestContext,
  facts: Partial<Pick<LoopbackNode, "refusing">> & Options = {},
): { node: LoopbackNode; connection: Connection } {
  const node = new LoopbackNode();
  node.refusing = facts.refusing;
  const connection = new Connection(node.ticket, { Socket: node.Socket });
  connection.open();
  t.after(() => connection.close());
  return { node, connection };
}

function heard<K extends keyof Heard>(connection: Connection, name: K): Heard[K][] {
  const list: Heard[K][] = [];
  connection.on(name, (detail) => list.push(detail));
  return list;
}

async function until(holds: () => boolean, ms = 4000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${holds}`);
    await new Promise((go) => setTimeout(go, 5));
  }
}

/** What comes of asking for a ticket where the node answers *body* with *status*. */
async function asked(status: number, body: string): Promise<unknown> {
  const fetch = (): Promise<Response> => Promise.resolve(new Response(body, { status }));
  Object.assign(globalThis, { document: { querySelector: () => null }, fetch });
  try {
    return await ticketFrom("/ticket/")();
  } catch (error) {
    return error instanceof RefusedError ? error.refused : error;
  }
}

test("a ticket is given, refused in words, or asked for later", async () => {
  assert.deepEqual(await asked(200, '{"ticket": "t"}'), { ticket: "t" });
  const over = await asked(409, '{"error": {"code": "session-over", "message": "It is over."}}');
  assert.deepEqual(over, { type: "refused", code: "session-over", fr: "It is over.", en: "It is over." });
  assert.ok((await asked(503, "")) instanceof Error);
});

test("who gets a page for nobody in particular is told that there is no place for them", async () => {
  const refused = (await asked(404, "<html>")) as Record<string, string>;
  assert.equal(refused.code, "404");
  assert.match(String(refused.en), /no longer/);
  assert.match(String(refused.fr), /plus/);
});
