"""The site: standard library only; every hole is on purpose. Never reachable but from loopback.

Run as `python site.py PORT`. The holes, by address:

| address | hole |
|---|---|
| `/search?q=` | reflected script (CWE-79) |
| `/items?id=` | SQL injection (CWE-89) |
| `/read?file=` | path traversal (CWE-22) |
| `/go?to=` | open redirect (CWE-601) |
| `/ping?host=` | command injection (CWE-78) |
| `/fetch?url=` | requests in the server's name (CWE-918) |
| `/api/divide?by=` | crash on bad input (CWE-248) |
| everywhere | no policy (CWE-693), frames (CWE-1021), sniffing (CWE-430), open cookie (CWE-1004) |
"""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

INDEX = """<!doctype html><html><head><title>Planted</title></head><body>
<a href="/search?q=tram">search</a> <a href="/items?id=1">item</a>
<a href="/read?file=notes.txt">read</a> <a href="/go?to=/search?q=a">go</a>
<a href="/ping?host=localhost">ping</a> <a href="/fetch?url=http://127.0.0.1:1/">fetch</a>
<a href="/api/divide?by=2">divide</a>
<form action="/search" method="get"><input name="q"><button>Search</button></form>
</body></html>"""


def search(said: str) -> str:
    """Say back what was asked, as it came."""
    return f"<html><body><p>Results for {said}</p></body></html>"


def items(number: str) -> str:
    """Put what was asked into the statement."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE item (id INTEGER, name TEXT)")
        database.execute("INSERT INTO item VALUES (1, 'bridge'), (2, 'tram')")
        rows = database.execute(f"SELECT name FROM item WHERE id = {number}").fetchall()
    return f"<html><body>{rows}</body></html>"


def read(name: str) -> str:
    """Read any file that is named."""
    return (Path(__file__).parent / name).read_text("utf-8", "replace")


def ping(host: str) -> str:
    """Give what was asked to a shell."""
    done = subprocess.run(f"echo ping {host}", shell=True, capture_output=True, text=True)  # noqa: PLW1510
    return f"<html><body><pre>{done.stdout}</pre></body></html>"


def fetch(url: str) -> str:
    """Fetch any address."""
    with urlopen(url, timeout=3) as answer:
        return str(answer.read(2000).decode("utf-8", "replace"))


def divide(by: str) -> str:
    """Trust that it is a number, and not nought."""
    return f'{{"result": {100 / int(by)}, "tag": "{hashlib.md5(by.encode()).hexdigest()}"}}'


PAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "/search": ("q", search),
    "/items": ("id", items),
    "/read": ("file", read),
    "/ping": ("host", ping),
    "/fetch": ("url", fetch),
    "/api/divide": ("by", divide),
}


class Holes(BaseHTTPRequestHandler):
    """Answers without any protection."""

    def do_GET(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/":
            self._say(200, INDEX)
        elif parts.path == "/go":
            self._go(asked.get("to", "/"))
        elif parts.path in PAGES:
            self._answer(parts.path, asked)
        else:
            self._say(404, "nothing")

    def _answer(self, path: str, asked: dict[str, str]) -> None:
        name, page = PAGES[path]
        try:
            self._say(200, page(asked.get(name, "1")), json=path.startswith("/api/"))
        except Exception as error:  # noqa: BLE001  # tells its secrets, on purpose
            self._say(500, f"{type(error).__module__}.{type(error).__name__}: {error}")

    def _go(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status: int, text: str, *, json: bool = False) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if json else "text/html")
        self.send_header("Set-Cookie", "session=planted")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Holes).serve_forever()
