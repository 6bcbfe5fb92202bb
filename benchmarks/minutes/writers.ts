/** People who write minutes: the browser's own code (Connection, SharedText, Yjs), without a page.
 *
 * Reads one JSON command a line and answers each with one: see `writers.py`.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { Connection } from "../../frontend/src/live/connection.ts";
import { SharedText } from "../../frontend/src/minutes/shared-text.ts";

type Place = { socket: string; origin: string; tickets: string };
type Command = { do: string } & Record<string, unknown>;
type Writer = { connection: Connection; shared: SharedText; typed: [letter: string, at: number][] };

const places = JSON.parse(process.argv[2] ?? "{}") as Record<string, Place>;
const writers = new Map<string, Writer>();

/** A websocket that says which page it comes from, as a browser's does. */
function socketOf(origin: string): typeof WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers: { origin } } as never);
    }
  };
}

function join(name: string, city: string): void {
  const place = places[city];
  if (!place) throw new Error(`no city ${city}`);
  const ticket = async (): Promise<{ ticket: string }> =>
    (await fetch(`${place.tickets}?person=${name}`)).json() as Promise<{ ticket: string }>;
  const options = { socket: place.socket, Socket: socketOf(place.origin) };
  const connection = new Connection(ticket, options);
  connection.on("refused", ({ code }) => process.stderr.write(`refused: ${code}\n`));
  writers.set(name, { connection, shared: new SharedText(connection, name), typed: [] });
  connection.open();
}

function all(names: unknown): Writer[] {
  return (names as string[]).map((name) => {
    const writer = writers.get(name);
    if (!writer) throw new Error(`nobody is called ${name}`);
    return writer;
  });
}

async function until(holds: () => boolean, seconds: number): Promise<boolean> {
  const end = performance.now() + 1000 * seconds;
  while (!holds() && performance.now() < end) await new Promise((go) => setTimeout(go, 4));
  return holds();
}

/** Writes *inserts* pieces of five letters at random places, all writers at the same time. */
async function burst(names: unknown, inserts: number): Promise<number> {
  const who = all(names);
  for (let number = 0; number < inserts; number += 1) {
    const { shared } = who[number % who.length] as Writer;
    shared.edit(Math.floor(Math.random() * (shared.text.length + 1)), 0, String(number).padStart(5, "."));
    if (number % 40 === 39) await new Promise((go) => setTimeout(go, 20));
  }
  return 5 * inserts;
}

/** Types until `hush`, a letter each *gap* ms, and remembers when each was typed. */
function type(name: string, gap: number): void {
  const [writer] = all([name]);
  if (writer) writer.typed = [];
  const timer = setInterval(() => {
    if (!writer || !writers.has(name) || hushed.has(name)) return clearInterval(timer);
    const letter = String.fromCodePoint(0x4e00 + (letters += 1));
    writer.shared.edit(writer.shared.text.length, 0, letter);
    writer.typed.push([letter, Date.now()]);
  }, gap);
}
const hushed = new Set<string>();
/** No letter is typed twice, whoever types. */
let letters = 0;

async function act(command: Command): Promise<unknown> {
  switch (command.do) {
    case "join":
      for (const name of command.names as string[]) join(name, String(command.city));
      return until(() => all(command.names).every(({ shared }) => shared.state === "saved"), 30);
    case "burst": {
      const began = performance.now();
      const length = await burst(command.names, Number(command.inserts));
      const wrote = performance.now();
      const who = all(command.names);
      const alike = await until(
        () => new Set(who.map(({ shared }) => shared.text.toString())).size === 1 &&
          who[0]?.shared.text.length === length,
        60,
      );
      const converged = performance.now();
      const saved = await until(() => who.every(({ shared }) => shared.state === "saved"), 30);
      const seconds = (ms: number): number => (ms - began) / 1000;
      return { alike, saved, wrote: seconds(wrote), converged: seconds(converged), durable: seconds(performance.now()) };
    }
    case "type":
      type(String(command.name), Number(command.gap));
      return true;
    case "hush":
      hushed.add(String(command.name));
      return true;
    case "rest":
      hushed.clear();
      return true;
    case "insert":
      for (const { shared } of all(command.names)) shared.edit(shared.text.length, 0, String(command.text));
      return true;
    case "saved":
      return until(() => all(command.names).every(({ shared }) => shared.state === "saved"), Number(command.seconds));
    case "alike": {
      const who = all(command.names);
      const began = Date.now();
      const found = await until(() => new Set(who.map(({ shared }) => shared.text.toString())).size === 1, Number(command.seconds));
      return { alike: found, at: Date.now() / 1000, seconds: (Date.now() - began) / 1000, length: who[0]?.shared.text.length };
    }
    case "texts":
      return all(command.names).map(({ shared, typed, connection }) => ({
        text: shared.text.toString(),
        sha: createHash("sha256").update(shared.text.toString()).digest("hex"),
        state: shared.state,
        standing: connection.standing,
        typed,
      }));
    case "leave":
      for (const name of command.names as string[]) {
        all([name])[0]?.connection.close();
        writers.delete(name);
      }
      return true;
    default:
      throw new Error(`no command ${command.do}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await act(JSON.parse(line) as Command).catch((error: unknown) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
