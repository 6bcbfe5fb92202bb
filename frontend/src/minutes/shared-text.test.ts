import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import * as Y from "yjs";
import { DIFFERENCE, FrameReader, PART_BYTES, UPDATE, VECTOR, parts, sync, type Bytes } from "./frames.ts";
import { OURS, SharedText, type Carrier, type Drawer } from "./shared-text.ts";

/** A node that holds the text and gives receipts, with as many browsers as connect. */
class Node {
  readonly doc = new Y.Doc();
  readonly browsers = new Set<Browser>();
  /** Takes nothing and says why. */
  refusing = "";
  isSilent = false;

  get text(): string {
    return this.doc.getText("minutes").toString();
  }

  enter(browser: Browser): void {
    this.browsers.add(browser);
    browser.hear(sync(VECTOR, Y.encodeStateVector(this.doc)));
  }

  take(browser: Browser, raw: Bytes): void {
    const frame = browser.reader.read(raw);
    if (frame?.said === "vector") {
      for (const part of parts(sync(DIFFERENCE, Y.encodeStateAsUpdate(this.doc, frame.data)))) browser.hear(part);
    } else if (frame?.said === "update" || frame?.said === "difference") this.#apply(browser, frame.data);
  }

  #apply(browser: Browser, update: Bytes): void {
    if (this.refusing) return browser.hear(Uint8Array.of(20, ...new TextEncoder().encode(this.refusing)));
    Y.applyUpdate(this.doc, update);
    browser.received += 1;
    if (!this.isSilent) browser.hear(Uint8Array.of(16, browser.received));
    for (const other of this.browsers) if (other !== browser) other.hear(sync(UPDATE, update));
  }
}

/** A connection to that node, as much of it as the text needs. */
class Browser extends EventTarget implements Carrier {
  standing = "closed";
  received = 0;
  reader = new FrameReader();
  readonly node: Node;

  constructor(node: Node) {
    super();
    this.node = node;
  }

  connect(): void {
    [this.standing, this.received, this.reader] = ["open", 0, new FrameReader()];
    this.dispatchEvent(new CustomEvent("standing"));
    this.dispatchEvent(new CustomEvent("welcome"));
    this.node.enter(this);
  }

  cut(): void {
    this.standing = "cut";
    this.node.browsers.delete(this);
    this.dispatchEvent(new CustomEvent("standing"));
  }

  hear(raw: Bytes): void {
    queueMicrotask(() => {
      if (this.standing === "open") this.dispatchEvent(new CustomEvent("minutes", { detail: raw }));
    });
  }

  sendMinutes(frame: Bytes): boolean {
    if (this.standing !== "open") return false;
    queueMicrotask(() => this.node.take(this, frame));
    return true;
  }

  on(name: string, hear: (detail: never) => void, signal?: AbortSignal): void {
    this.addEventListener(name, (e) => hear((e as CustomEvent<never>).detail), signal ? { signal } : {});
  }
}

function drawer(): Drawer & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function opened(t: TestContext, node: Node, store?: Drawer): { browser: Browser; shared: SharedText } {
  const browser = new Browser(node);
  const shared = new SharedText(browser, "uri", store);
  t.after(() => shared.close());
  browser.connect();
  return { browser, shared };
}

test("what one writes the other reads, and it is said to be saved", async (t) => {
  const node = new Node();
  const [ana, bo] = [opened(t, node), opened(t, node)];
  await until(() => ana.shared.state === "saved");

  ana.shared.edit(0, 0, "Hello");
  assert.equal(ana.shared.state, "saving");
  await until(() => bo.shared.text.toString() === "Hello");
  await until(() => ana.shared.state === "saved");

  assert.equal(node.text, "Hello");
});

test("what is written while cut crosses with the next connection", async (t) => {
  const node = new Node();
  const [ana, bo] = [opened(t, node), opened(t, node)];
  await until(() => ana.shared.state === "saved");
  ana.browser.cut();

  ana.shared.edit(0, 0, "from Paris ");
  bo.shared.edit(0, 0, "from San Francisco ");
  await until(() => bo.shared.state === "saved");
  assert.equal(ana.shared.state, "away");
  ana.browser.connect();
  await until(() => ana.shared.state === "saved" && bo.shared.text.length === 30);

  assert.equal(ana.shared.text.toString(), bo.shared.text.toString());
});

test("what has no receipt is not called saved", async (t) => {
  const node = new Node();
  const { shared } = opened(t, node);
  await until(() => shared.state === "saved");
  node.isSilent = true;

  shared.edit(0, 0, "x");
  await until(() => node.text === "x");

  assert.equal(shared.state, "saving");
});

test("a refusal is told, and all of it is sent again with the next edit", async (t) => {
  const node = new Node();
  const { shared } = opened(t, node);
  await until(() => shared.state === "saved");
  node.refusing = "full-minutes";
  shared.edit(0, 0, "too much");
  await until(() => shared.refusal === "full-minutes");
  assert.equal(shared.state, "refused");

  node.refusing = "";
  shared.edit(0, 4, "");
  await until(() => shared.state === "saved");

  assert.equal(node.text, "much");
});

test("what is not saved outlives the page", async (t) => {
  const store = drawer();
  const node = new Node();
  const closed = opened(t, node, store);
  await until(() => closed.shared.state === "saved");
  closed.browser.cut();
  closed.shared.edit(0, 0, "before the page was closed");
  closed.shared.close();
  assert.equal(store.kept.size, 1);

  const again = opened(t, node, store);
  await until(() => again.shared.state === "saved");

  assert.equal(node.text, "before the page was closed");
  assert.equal(store.kept.size, 0);
});

test("nothing of the others comes in while a word is composed", async (t) => {
  const node = new Node();
  const [ana, bo] = [opened(t, node), opened(t, node)];
  await until(() => ana.shared.state === "saved" && bo.shared.state === "saved");
  ana.shared.pause();

  bo.shared.edit(0, 0, "meanwhile");
  await until(() => bo.shared.state === "saved");
  assert.equal(ana.shared.text.toString(), "");
  ana.shared.resume();

  assert.equal(ana.shared.text.toString(), "meanwhile");
});

test("undoing takes back only what we wrote", async (t) => {
  const node = new Node();
  const [ana, bo] = [opened(t, node), opened(t, node)];
  await until(() => ana.shared.state === "saved" && bo.shared.state === "saved");
  ana.shared.edit(0, 0, "mine");
  await until(() => bo.shared.text.length === 4);
  bo.shared.edit(4, 0, " theirs");
  await until(() => ana.shared.text.length === 11);

  ana.shared.undo.undo();

  assert.equal(ana.shared.text.toString(), " theirs");
  assert.equal(OURS, "ours");
});

test("a long text crosses in parts", async (t) => {
  const node = new Node();
  node.doc.getText("minutes").insert(0, "x".repeat(2 * PART_BYTES));
  const { shared } = opened(t, node);

  await until(() => shared.state === "saved");

  assert.equal(shared.text.length, 2 * PART_BYTES);
  assert.equal(parts(sync(UPDATE, new Uint8Array(2 * PART_BYTES))).length, 3);
});

async function until(holds: () => boolean, ms = 4000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${holds}`);
    await new Promise((go) => setTimeout(go, 2));
  }
}
