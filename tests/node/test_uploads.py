"""Large uploads by a plain form: straight to the disk, and only for who may."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jumelage.bridge.api import freight
from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Delivery, Node
from jumelage.bridge.records import DeliveryOffered
from jumelage.directory.models import Person
from jumelage.node.uploads.form import FormUploads
from jumelage.node.uploads.multipart import BrokenFormError, End, Multipart, Part, boundary
from jumelage.shell.bridge_pages.freight.passes import make_pass
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

MARK = b"----jumelage"
KIND = b"multipart/form-data; boundary=" + MARK
BIG = bytes(range(256)) * 20_000


def body(fields: list[tuple[str, str | None, bytes]]) -> bytes:
    """Return a form as browsers write it: name, name of the file, content."""
    parts = []
    for name, file, content in fields:
        more = f'; filename="{file}"' if file is not None else ""
        head = f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'
        parts.append(b"--" + MARK + b"\r\n" + head.encode() + content + b"\r\n")
    return b"".join(parts) + b"--" + MARK + b"--\r\n"


def cut(data: bytes, sizes: Iterator[int]) -> Iterator[bytes]:
    """Yield *data* in pieces of *sizes*."""
    while data:
        size = max(1, next(sizes, len(data)))
        yield data[:size]
        data = data[size:]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.just("f é"), st.binary(max_size=60))),
    st.lists(st.integers(1, 40)),
)
def test_form_reads_alike_however_it_is_cut(
    fields: list[tuple[str, str | None, bytes]], sizes: list[int]
) -> None:
    tricky = [(name, file, content + b"\r\n--" + MARK[:-1]) for name, file, content in fields]
    form, read = Multipart(MARK), []  # type: tuple[Multipart, list[tuple[str, str | None, bytes]]]
    for piece in cut(body(tricky), iter(sizes)):
        for event in form.feed(piece):
            if isinstance(event, Part):
                read.append((event.name, event.file, b""))
            elif not isinstance(event, End):
                read[-1] = (*read[-1][:2], read[-1][2] + event)
    assert read == tricky
    assert form.over


@pytest.mark.parametrize("data", [b"--" + MARK + b"xx", b"--" + MARK + b"\r\n" + b"x" * 20_000])
def test_what_is_no_form_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFormError):
        list(Multipart(MARK).feed(data))
    with pytest.raises(BrokenFormError):
        boundary(b"text/plain")


@pytest.fixture
def peer(transactional_db: None, tmp_path: Path, settings: Settings) -> Peer:
    """Return the other city, paired with this node."""
    settings.DATA = tmp_path
    here = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    found = Peer()
    found.introduce()
    kind, instrument = DeliveryOffered.kind, f"jumelage:{here.origin}:x"
    open_kind(kind=kind, audience="twin", article="annex", instrument=instrument)
    return found


@pytest.fixture
def delivery(peer: Peer) -> Delivery:
    """Return a delivery for which files are uploaded now."""
    city = Node.objects.get(origin=peer.origin)
    return freight.gathering.begin(to=city, by="person:1", title="Dailies")


async def _elsewhere(*_: Any) -> None:  # noqa: ANN401  # an ASGI application
    message = "an upload was passed on"
    raise AssertionError(message)


def post(delivery: Delivery, data: bytes, **headers: bytes) -> tuple[int, str]:
    """Send a form to the application in pieces of 64 KB; return the status and where it leads."""
    told: dict[str, Any] = {}
    pieces = list(cut(data, iter([65536] * (len(data) // 65536 + 1))))
    names = {"content-type": KIND, "content-length": str(len(data)).encode(), **headers}
    scope = {
        "type": "http", "method": "POST", "path": f"/freight/uploads/{delivery.slug}/",
        "headers": [(name.replace("_", "-").encode(), value) for name, value in names.items()],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:  # noqa: ANN401  # an ASGI message
        told.update(message)

    asyncio.run(FormUploads(_elsewhere)(scope, receive, send))
    place = dict(told.get("headers", [])).get(b"location", b"").decode()
    return told["status"], place


def shown(delivery: Delivery, person: Person) -> bytes:
    """Return the pass that the page gives *person*."""
    return make_pass(delivery, person).encode()


def test_files_and_folders_go_straight_to_the_disk(delivery: Delivery) -> None:
    form = body([
        ("csrfmiddlewaretoken", None, b"x"),
        ("pass", None, shown(delivery, directory.person("officer"))),
        ("files", "", b""),
        ("files", "day 1/plate é.mov", BIG), ("files", "day 1/.DS_Store", b"no"),
        ("files", "notes.txt", b""),
    ])  # fmt: skip
    status, place = post(delivery, form)

    assert (status, place) == (303, f"/en/bridge/deliveries/{delivery.slug}/gather/")
    found = [(one.path, one.size, one.whole) for one in freight.gathering.gathered(delivery)]
    assert found == [("day 1/plate é.mov", len(BIG), True), ("notes.txt", 0, True)]
    assert (Path(delivery.folder) / "files/day 1/plate é.mov").read_bytes() == BIG
    assert Delivery.objects.get().bytes == len(BIG)


@pytest.mark.parametrize("role", ["member", "observer", "coordinator"])
def test_who_may_not_writes_nothing(delivery: Delivery, role: str, tmp_path: Path) -> None:
    forms = [
        body([("pass", None, shown(delivery, directory.person(role))), ("files", "a", BIG)]),
        body([("pass", None, b"forged:pass"), ("files", "a", BIG)]),
        body([("files", "a", BIG)]),
        body([("pass", None, b"x" * 3000), ("files", "a", BIG)]),
    ]
    before = set(tmp_path.rglob("*"))
    assert [post(delivery, form)[0] for form in forms] == [403] * 4
    assert set(tmp_path.rglob("*")) == before


def test_a_pass_is_for_one_delivery(delivery: Delivery, peer: Peer) -> None:
    city = Node.objects.get(origin=peer.origin)
    other = freight.gathering.begin(to=city, by="person:1", title="Other")
    form = body([("pass", None, shown(other, directory.person("officer"))), ("files", "a", b"x")])
    assert post(delivery, form)[0] == 403
    assert freight.gathering.gathered(delivery) == []


def test_no_room_is_said_before_anything_is_written(delivery: Delivery, settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, freight_quota=1)
    secret = shown(delivery, directory.person("officer"))
    form = body([("pass", None, secret), ("files", "a", BIG)])
    status, _place = post(delivery, form, **{"content-length": b"2000000000"})

    assert status == 303
    assert freight.gathering.gathered(delivery) == []
    assert "2000000000" in Delivery.objects.get().stuck_words


def test_broken_off_leaves_nothing_half(delivery: Delivery) -> None:
    secret = shown(delivery, directory.person("officer"))
    form = body([("pass", None, secret), ("files", "a", b"whole"), ("files", "b", BIG)])
    assert post(delivery, form[:-70_000])[0] == 400
    assert [one.path for one in freight.gathering.gathered(delivery)] == ["a"]
    assert post(delivery, form, **{"content-length": b""})[0] == 411


def test_unsafe_name_is_told_on_the_page(delivery: Delivery, tmp_path: Path) -> None:
    secret = shown(delivery, directory.person("officer"))
    form = body([("pass", None, secret), ("files", "../../evil", b"x")])
    assert post(delivery, form)[0] == 303
    assert "evil" in Delivery.objects.get().stuck_words
    assert not list(tmp_path.rglob("evil"))
