"""Many small cities in one process, for a benchmark: real keys, feeds, HTTP and signatures.

Each city listens on a port of its own, demands the RFC 9421 signature of the node that asks and
checks it with the product's code, signs its feed with its own key, and reads the node's feed
over an open stream with the product's client, chain and checkpoint checks. What is not real:
a city has no database, and all of them share one process.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
import orjson

from jumelage.bridge.api import publish
from jumelage.bridge.boundary.policy import allowed_fields, open_kind
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head, extend, follow
from jumelage.bridge.feeds.checkpoints import Signed, Statement
from jumelage.bridge.feeds.wire import encode_body, encode_line
from jumelage.bridge.identity import genesis, signatures
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.requests import Signer, own_node
from jumelage.bridge.models import Node, Pairing
from jumelage.bridge.replication.answers import is_beat, is_checkpoint
from jumelage.bridge.replication.client import PeerClient, split_page
from jumelage.components.agreement.records import EvidenceStated
from jumelage.kit import clock
from jumelage.kit.city import City as Described
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id

EVERY = 1.0
"""Seconds between two records of a city."""
BEAT_SECONDS = 2.0
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def evidence(origin: str, number: int) -> EvidenceStated:
    """Return a record of *origin*."""
    text = Bilingual(fr=f"Fait numéro {number}.", en=f"Fact number {number}.")
    return EvidenceStated(
        uri=str(Uri(origin, new_id())), commitment=str(Uri(origin, "a" * 26)),
        type="statement", date=date(2026, 5, 31), text=text, source="log",
    )  # fmt: skip


@dataclass
class City:
    """One city: its key, its feed, and when each of its records was said."""

    number: int
    node: Node
    """The node under test."""
    key: SigningKey = field(default_factory=SigningKey.make)
    lines: list[bytes] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    heard: dict[int, float] = field(default_factory=dict)
    """When each entry of the node under test was verified here."""
    refused: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        """Give the city its name."""
        self.genesis = genesis.make(recovery=SigningKey.make(), signing=self.key)
        self.origin = self.genesis.origin
        self.heads = [Head(self.origin, "public", 0, 0, bytes(32))]
        self.more = asyncio.Event()

    async def open(self) -> None:
        """Listen on a port of loopback."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def introduce(self) -> None:
        """Write the city into the node's database as a paired one."""
        name = f"Ville {self.number}"
        described = Described(
            slug=f"ville-{self.number}", name=Bilingual(fr=name, en=name), country="FR",
            time_zone="Europe/Paris", languages=("fr", "en"),
        )  # fmt: skip
        node = Node.objects.create(
            origin=self.origin, genesis=self.genesis.text,
            genesis_signatures=self.genesis.signatures, signing_key=self.key.public,
            url=self.url, **genesis.describe(described),
        )  # fmt: skip
        Pairing.objects.create(
            nonce=new_id(), node=node, state=Pairing.State.PAIRED, created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )  # fmt: skip

    async def talk(self, end: float) -> None:
        """Say something every second until *end*, each city at its own moment of the second."""
        await asyncio.sleep(self.number / 49 * EVERY)
        due = time.time()
        while time.time() < end:
            self.say()
            due += EVERY
            await asyncio.sleep(max(0.0, due - time.time()))

    def say(self) -> None:
        """Append a record to the feed and wake the open streams."""
        record = evidence(self.origin, len(self.lines) + 1)
        head, link = extend(
            self.heads[-1], kind=record.kind, record_id=Uri.parse(record.uri).id, rev=1, op="put",
            body=encode_body(record, allowed_fields(type(record), "public")), time=clock.now(),
        )  # fmt: skip
        self.heads.append(head)
        self.lines.append(encode_line(link.raw, link.salt, link.body))
        self.said.append(time.time())
        self.more.set()
        self.more = asyncio.Event()

    def page(self, after: int, limit: int = 500) -> bytes:
        """Return the entries after *after* and the checkpoint over the last of them."""
        lines = self.lines[after : after + limit]
        if not lines:
            return b""
        head = self.heads[after + len(lines)]
        text = msgspec.json.encode(
            Statement(v=1, origin=self.origin, feed="public", epoch=0, seq=head.seq,
                      head=head.hash.hex())
        )  # fmt: skip
        signed = Signed(text, self.key.sign(checkpoints.KIND, text))
        return b"".join([*lines, signed.line()])

    async def listen(self) -> None:
        """Read the node's own feed over an open stream, verifying each batch."""
        client = PeerClient(self.node, Signer(self.origin, self.key), local=True)
        head = Head(self.node.origin, "public", 0, 0, bytes(32))
        gathered: list[bytes] = []
        async with client.stream({"public": 0}) as lines:
            async for line in lines:
                if is_beat(line):
                    continue
                gathered.append(line)
                if is_checkpoint(line):
                    read, signed = split_page(b"\n".join(gathered))
                    last = list(follow(head, read))[-1]
                    at = Head(head.origin, "public", 0, last.header.seq, last.hash)
                    checkpoints.check(signed, at, bytes(self.node.signing_key))
                    now = time.time()
                    self.heard |= dict.fromkeys(range(head.seq + 1, at.seq + 1), now)
                    head, gathered = at, []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                top, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = top.split(" ")
                pairs = (line.partition(": ") for line in rest if line)
                headers = {name.lower(): value for name, _, value in pairs}
                self._authenticate(method, target, headers)
                path, _, query = target.partition("?")
                asked = dict(parse_qsl(query))
                if path == "/bridge/stream":
                    await self._stream(writer, int(asked["public"]))
                else:
                    await self._answer(writer, path, asked)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except Exception as error:  # noqa: BLE001  # told in the result
            self.refused.append(repr(error))
        finally:
            writer.close()

    def _authenticate(self, method: str, target: str, headers: Mapping[str, str]) -> None:
        claim = signatures.read(headers["signature-input"])
        message = signatures.Message(method, self.url + target, headers["content-digest"])
        if claim.keyid != self.node.origin:
            raise PermissionError(claim.keyid)
        key = bytes(self.node.signing_key)
        signatures.check(claim, headers["signature"], message, key)

    async def _answer(
        self, writer: asyncio.StreamWriter, path: str, asked: Mapping[str, str]
    ) -> None:
        status, body = "200 OK", b""
        if path == "/bridge/feeds":
            body = orjson.dumps({"feeds": {"public": len(self.lines)}})
        elif path == "/bridge/feed":
            body = self.page(int(asked["after"]), int(asked["limit"]))
        else:
            status = "404 Not Found"
        kind = "application/x-ndjson" if path == "/bridge/feed" else "application/json"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async def _stream(self, writer: asyncio.StreamWriter, after: int) -> None:
        writer.write(STREAM_HEAD)
        _send(writer, _beat())
        while True:
            more = self.more
            if body := self.page(after):
                after = len(self.lines)
                _send(writer, body)
            await writer.drain()
            try:
                await asyncio.wait_for(more.wait(), BEAT_SECONDS)
            except TimeoutError:
                _send(writer, _beat())


def _beat() -> bytes:
    return orjson.dumps({"beat": clock.now().isoformat(timespec="milliseconds")}) + b"\n"


def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")


@dataclass
class Watch:
    """Sees in the node's SQLite file when each entry of each city is committed there."""

    file: Path
    applied: dict[tuple[str, int], float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look at every commit until told that it is over."""
        look = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True).execute
        reached: dict[str, int] = {}
        version = None
        while not self.over.wait(0.002):
            now = look("PRAGMA data_version").fetchone()
            if now == version:
                continue
            version, at = now, time.time()
            for origin, seq in look("SELECT node_id, head_seq FROM bridge_feed").fetchall():
                for each in range(reached.get(origin, 0) + 1, seq + 1):
                    self.applied[origin, each] = at
                reached[origin] = seq


def _speak(origin: str, end: float, said: dict[int, float]) -> None:
    """Publish a record of the node itself every second."""
    number = 0
    while time.time() < end:
        number += 1
        seq = publish(evidence(origin, number)).seq
        said[seq] = time.time()
        time.sleep(EVERY)


async def _live(cities: list[City], watch: Watch, warm: float, seconds: float) -> dict[int, float]:
    end = time.time() + warm + seconds
    own: dict[int, float] = {}
    origin = cities[0].node.origin
    threads = [threading.Thread(target=watch.run),
               threading.Thread(target=_speak, args=(origin, end, own))]  # fmt: skip
    for thread in threads:
        thread.start()
    reading = [asyncio.create_task(city.listen()) for city in cities]
    await asyncio.gather(*(city.talk(end) for city in cities))
    await asyncio.sleep(6)
    watch.over.set()
    for task in reading:
        task.cancel()
    for result in await asyncio.gather(*reading, return_exceptions=True):
        if not isinstance(result, asyncio.CancelledError):
            cities[0].refused.append(repr(result))
    return own


async def _run(folder: Path, count: int, warm: float, seconds: float) -> dict[str, object]:
    node = await asyncio.to_thread(own_node)
    cities = [City(number, node) for number in range(1, count + 1)]
    for city in cities:
        await city.open()
        await asyncio.to_thread(city.introduce)
    watch = Watch(folder / "node.sqlite3")
    own = await _live(cities, watch, warm, seconds)
    after = min(own.values()) + warm
    inward = [
        (watch.applied.get((city.origin, seq), float("inf")) - at) * 1000
        for city in cities for seq, at in enumerate(city.said, 1) if at >= after
    ]  # fmt: skip
    outward = [
        (city.heard.get(seq, float("inf")) - at) * 1000
        for city in cities for seq, at in own.items() if at >= after
    ]  # fmt: skip
    refused = [each for city in cities for each in city.refused]
    return {"inward": inward, "outward": outward, "refused": refused[:5]}


def run(folder: str, count: int, warm: float, seconds: float) -> dict[str, object]:
    """Let *count* cities talk with the node in *folder*; return the lags in ms, both ways."""
    open_kind(kind=EvidenceStated.kind, audience="public", article="bench", instrument="bench")
    return asyncio.run(_run(Path(folder), count, warm, seconds))
