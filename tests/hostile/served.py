"""What the hostile twin serves: each message, how it is made, and the reason it is refused with."""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from jumelage.bridge.feeds.wire import Line, decode_header, digest
from jumelage.bridge.identity.keys import SigningKey
from jumelage.kit.uris import new_id
from tests.factories.bridge import Peer
from tests.hostile.city import JSON, Asked, City, Plan, Reply, line_text

KIND = "practices.practice-shared"
STRANGER = SigningKey.make()
MEGABYTE = 1024 * 1024
BOMB = gzip.compress(bytes(100 * MEGABYTE))


@dataclass(frozen=True)
class Message:
    """One hostile message: what it is called, where it is served, the reason that is recorded."""

    name: str
    path: str
    plan: Plan
    reason: str

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def _page(name: str, reason: str, make: Callable[[City, list[Line]], bytes]) -> Message:
    """Return a message that is a page made from the honest entries asked for."""

    def plan(city: City, asked: Asked) -> Reply:
        if asked.query["name"] != "public":
            return city.honest(asked)
        return Reply(make(city, city.after(asked.after)))

    return Message(name, "/bridge/feed", plan, reason)


def _header(name: str, reason: str, change: Callable[[str], str]) -> Message:
    """Return a page whose first header is changed and signed again, so that only it is wrong."""

    def make(city: City, lines: list[Line]) -> bytes:
        changed = Line(h=change(lines[0].h), s=lines[0].s, b=lines[0].b)
        seq = decode_header(lines[0].header).seq
        return line_text(changed) + city.sign("public", seq, digest(changed.header))

    return _page(name, reason, make)


def _member(name: str, value: str) -> Callable[[str], str]:
    return lambda header: re.sub(rf'"{name}":("[^"]*"|\d+)', f'"{name}":{value}', header)


def _reply(name: str, path: str, reason: str, make: Callable[[], Reply]) -> Message:
    def plan(city: City, asked: Asked) -> Reply:
        if asked.query.get("name", "public") != "public":
            return city.honest(asked)
        return make()

    return Message(name, path, plan, reason)


def _heads(name: str, reason: str, body: bytes) -> Message:
    return _reply(name, "/bridge/feeds", reason, lambda: Reply(body, kind=JSON))


def _stream(name: str, reason: str, make: Callable[[City], bytes]) -> Message:
    def plan(city: City, _: Asked) -> Reply:
        beat = b'{"beat":"2026-11-22T00:00:00Z"}\n'
        return Reply([(0.0, beat), (0.1, make(city)), (0.5, beat)])

    return Message(name, "/bridge/stream", plan, reason)


def _older_checkpoint(city: City, lines: list[Line]) -> bytes:
    return b"".join(map(line_text, lines)) + city.sign("public", 1, bytes(32))


def _foreign_body(_: City, lines: list[Line]) -> Line:
    return Line(h=lines[0].h, s=lines[0].s, b='{"uri":"another"}')


def _foreign_page(city: City, lines: list[Line]) -> bytes:
    foreign = Peer(key=city.key)
    line = foreign.say_bytes(KIND, new_id(), b"{}")
    header = decode_header(lines[0].header)
    raw = line.h.replace('"seq":1,', f'"seq":{header.seq},').replace("0" * 64, header.prev)
    foreign_line = Line(h=raw, s=line.s, b=line.b)
    return line_text(foreign_line) + city.sign("public", header.seq, digest(foreign_line.header))


def _many(city: City, lines: list[Line]) -> bytes:
    return line_text(lines[0]) * 600 + city.page(lines)


def _drip() -> Iterator[tuple[float, bytes]]:
    for _ in range(200):
        yield 0.2, b"{"


def _twice(line: bytes) -> bytes:
    return line.replace(b'{"h":', b'{"h":"{}","h":', 1)


def _next(city: City) -> list[Line]:
    """Return an entry that would continue the public feed, without saying it."""
    head = city.heads["public"]
    line = city.say_bytes(KIND, new_id(), b"{}")
    city.heads["public"] = head
    return [line]


def _other_feed(city: City) -> bytes:
    name = "twin:" + "q" * 32
    line = city.say_bytes(KIND, new_id(), b"{}", feed=name)
    city.heads.pop(name)
    return city.page([line], feed=name)


PAGES = [
    _page("forged by a stranger's key", "signature",
          lambda city, lines: city.page(lines, key=STRANGER)),
    _page("a checkpoint of another head", "signature", _older_checkpoint),
    _page("reordered", "chain", lambda city, lines: city.page(lines[::-1])),
    _page("gapped", "chain", lambda city, lines: city.page(lines[1:])),
    _page("replayed", "chain", lambda city, _: city.page(city.said["public"][:2])),
    _page("another body under the same header", "chain",
          lambda city, lines: line_text(_foreign_body(city, lines)) + city.page(lines[1:])),
    _page("of a foreign origin", "chain", _foreign_page),
    _page("of another feed", "chain",
          lambda city, lines: city.page(city.said["network"][:1])),
    _page("not JSON", "chain", lambda city, lines: b"<p>no</p>\n" + city.page(lines)),
    _page("not UTF-8", "chain", lambda city, lines: b'{"h":"\xff"}\n' + city.page(lines)),
    _page("a line that names its header twice", "duplicate-name",
          lambda city, lines: _twice(city.page(lines))),
    _page("a checkpoint line that names its text twice", "duplicate-name",
          lambda city, lines: city.page(lines).replace(
              b'{"checkpoint":', b'{"checkpoint":"{}","checkpoint":')),
    _page("a checkpoint without entries", "answer-refused",
          lambda city, lines: city.sign("public", 1, digest(lines[0].header))),
    _page("more entries than asked for", "too-many-entries", _many),
    _page("a line without an end", "line-too-long",
          lambda city, lines: b'{"h":"' + b"x" * 2 * MEGABYTE + b'"}\n' + city.page(lines)),
    _page("a page without an end", "page-too-large",
          lambda city, lines: b" " * 17 * MEGABYTE),
    _header("an unknown version", "chain", _member("v", "2")),
    _header("an unknown operation", "chain", _member("op", '"RUN"')),
    _header("a header that names its place twice", "duplicate-name",
            lambda h: h.replace('"v":1', '"v":1,"kind":"x"')),
    _header("a header of 5 KiB", "header-refused", lambda h: h + " " * 5120),
    _header("a revision over 2^53", "header-refused", _member("rev", str(2**63))),
    _header("a time without a zone", "header-refused", _member("time", '"2026-11-22T00:00:00"')),
    _header("a time before our age", "header-refused", _member("time", '"0001-01-01T00:00Z"')),
    _header("a kind with a null character", "header-refused", _member("kind", '"x\\\\u0000"')),
    _header("a name of a record that is none", "header-refused", _member("id", '"../../etc"')),
]  # fmt: skip

ANSWERS = [
    _reply("a gzip bomb", "/bridge/feed", "page-too-large",
           lambda: Reply(BOMB, headers={"Content-Encoding": "gzip"})),
    _reply("gzip that is none", "/bridge/feed", "packing-refused",
           lambda: Reply(b"no", headers={"Content-Encoding": "gzip"})),
    _reply("a packing nobody asked for", "/bridge/feed", "answer-refused",
           lambda: Reply(b"no", headers={"Content-Encoding": "br"})),
    _reply("a page of HTML", "/bridge/feed", "answer-refused",
           lambda: Reply(b"<h1>no</h1>", kind="text/html")),
    _reply("a redirect to the cloud's secrets", "/bridge/feed", "redirect-refused",
           lambda: Reply(b"", 302, headers={"Location": "http://169.254.169.254/latest/"})),
    _reply("a redirect to ourselves", "/bridge/feeds", "redirect-refused",
           lambda: Reply(b"", 307, headers={"Location": "/bridge/feed?name=public"})),
    _reply("a byte now and then", "/bridge/feed", "too-slow", lambda: Reply(_drip())),
    _heads("heads nested 100,000 deep", "too-deep", b'{"feeds":' + b"[" * 100_000),
    _heads("heads that name a feed twice", "duplicate-name",
           b'{"feeds":{"public":1,"public":2}}'),
    _heads("a head over 2^53", "number-refused", b'{"feeds":{"public":9223372036854775808}}'),
    _heads("a head that is no number", "number-refused", b'{"feeds":{"public":NaN}}'),
    _heads("heads of feeds for others", "unasked-feed",
           orjson.dumps({"feeds": {"twin:" + "q" * 32: 5}})),
    _stream("a stream of a feed for others", "unasked-feed",
            _other_feed),
    _stream("a stream line without an end", "line-too-long", lambda _: b"x" * 2 * MEGABYTE),
    _stream("a stream forged by a stranger's key", "signature",
            lambda city: city.page(_next(city), key=STRANGER)),
    _stream("a stream batch without entries", "answer-refused",
            lambda city: city.sign("public", 1, bytes(32))),
]  # fmt: skip


BODIES = [
    ("a body that names something twice", b'{"uri":1,"uri":2}', KIND, "duplicate-name"),
    ("a body with NaN", b'{"a":NaN}', KIND, "number-refused"),
    ("a body with a huge integer", b'{"a":9007199254740993}', KIND, "number-refused"),
    ("a deep body", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", KIND, "too-deep"),
    ("a body over 256 KiB", b'{"a":"' + b"x" * 262_144 + b'"}', KIND, "body-too-large"),
    ("a body that is a list", b"[]", KIND, "malformed-record"),
    ("a body that is no JSON", b"<b>", KIND, "not-json"),
    ("a body of wrong types", b'{"uri":5,"title":[]}', KIND, "malformed-record"),
    ("a kind no article opens", b"{}", "practices.practice-adopted", "kind-not-opened"),
]
