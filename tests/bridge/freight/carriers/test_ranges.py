"""Parcels by HTTPS ranges: served from a real web server, fetched by the receiver."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.base import Figures, Session, Unlimited
from jumelage.bridge.freight.carriers.ranges import Stretch, pull
from jumelage.bridge.freight.errors import FrameError, SessionUnknownError
from tests.bridge.freight.carriers.ends import HOST, SECRET, Shelf, Tray, some_parcels

PARCELS = some_parcels(30, 20_000)
SESSION = Session(bytes(16), SECRET, HOST, 0, 0, bytes(32))


@given(data=st.data(), sizes=st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_any_range_is_the_same_part_of_the_whole(data: st.DataObject, sizes: list[int]) -> None:
    parcels = [bytes([i]) * size for i, size in enumerate(sizes)]
    whole, stretch = b"".join(parcels), Stretch(Shelf(parcels))
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first, len(whole) - 1))
    assert b"".join(stretch.pieces(first, last)) == whole[first : last + 1]


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (2, 1), (0, 10**9)])
def test_range_that_does_not_exist_is_refused(first: int, last: int) -> None:
    with pytest.raises(FrameError):
        Stretch(Shelf(PARCELS)).pieces(first, last)


@pytest.fixture
def url() -> Iterator[str]:
    stretch = Stretch(Shelf(PARCELS))

    class Serving(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answered = 0

        def do_GET(self) -> None:
            asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"])
            assert asked
            first, last = int(asked[1]), int(asked[2])
            Serving.answered += 1
            if self.path == "/gone":
                self.send_error(410)
                return
            if Serving.answered == 2:
                self.send_error(503)  # once: it is tried again
                return
            self.send_response(206)
            self.send_header("Content-Length", str(last - first + 1))
            self.end_headers()
            for piece in stretch.pieces(first, last):
                self.wfile.write(piece)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Serving) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


def fetch(url: str, tray: Tray) -> Figures:
    with httpx.Client() as client:
        return pull(
            url, client, Arrival(SESSION, tray), pace=Unlimited(), progress=lambda _: None,
            stop=threading.Event(), streams=3,
        )  # fmt: skip


def test_every_parcel_is_fetched(url: str) -> None:
    tray = Tray(PARCELS, damaged={4})
    done = fetch(f"{url}/parcels", tray)
    assert tray.whole
    assert (done.carrier, done.parcels) == ("https", 30)


def test_session_that_is_gone_is_said(url: str) -> None:
    with pytest.raises(SessionUnknownError):
        fetch(f"{url}/gone", Tray(PARCELS))


def test_failure_of_the_taking_is_raised(url: str) -> None:
    failure = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        fetch(f"{url}/parcels", Tray(PARCELS, failure=failure))
