"""Photos of rooms cross by freight: what is sent, what is taken, and what a hostile city may try."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from jumelage.bridge.api import freight, open_kind, peers
from jumelage.bridge.models import Delivery
from jumelage.bridge.records import DeliveryOffered
from jumelage.components.rooms.models import SentPhoto, TakenPhoto
from jumelage.components.rooms.photos import crossing, keeping
from jumelage.components.rooms.services import change_room, withdraw_room
from jumelage.components.rooms.services.rooms import described
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from tests.bridge.freight.brought import brought
from tests.factories import rooms as make
from tests.factories.bridge import Peer

State = TakenPhoto.State


def jpeg(size: tuple[int, int] = (320, 160), kind: str = "JPEG", **more: object) -> bytes:
    """Return a picture as a node writes it, or otherwise."""
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 140)).save(out, kind, **more)
    return out.getvalue()


def hash_of(content: bytes) -> str:
    """Return what a room names."""
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def data(there: Peer, settings: Settings, tmp_path: Path) -> Path:
    """Return the node's folder, with a store of its own."""
    settings.NODE = NodeConfig(data=tmp_path)
    return tmp_path


@pytest.fixture
def opened(there: Peer) -> None:
    """Open freight to the paired city, as an annex does."""
    open_kind(kind=DeliveryOffered.kind, audience="twin", article="annex", instrument="test")


@pytest.fixture
def own(there: Peer, officer: Person) -> Resource:
    """Return a room of this city with a photo."""
    return make.room(officer, photo=keeping.keep_made(jpeg()))


@pytest.fixture
def bring(there: Peer, data: Path) -> Callable[..., Delivery]:
    """Return what lets files arrive for the rooms."""

    def made(files: dict[str, bytes], role: str = "rooms") -> Delivery:
        return brought(there, files, role=role, folder=data)

    return made


def look() -> list[str]:
    """Do what the duty and the workers do; return what became of each photo."""
    crossing.take_photos()
    for row in TakenPhoto.objects.filter(state=State.WAITING):
        crossing.take_in(delivery=row.delivery, photo=row.photo)
    return list(TakenPhoto.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.usefixtures("opened")
def test_each_city_is_sent_a_photo_once(own: Resource, there: Peer) -> None:
    other = Peer()
    other.introduce()

    assert (crossing.send_photos(), crossing.send_photos()) == (2, 0)

    made = {one.peer_id: one for one in freight.deliveries()}
    assert set(made) == {there.origin, other.origin}
    sent = made[there.origin]
    assert list(sent.sources) == [f"{own.photo}.jpg"]
    assert (sent.sent_by, sent.priority) == ("rooms", "proxy")
    assert sent.title == "Photos des salles · Photos of rooms"


@pytest.mark.usefixtures("opened")
def test_changed_photo_is_sent_anew_and_that_of_a_withdrawn_room_is_not(
    own: Resource, officer: Person
) -> None:
    crossing.send_photos()
    gone = make.room(officer, name="Gone", photo=keeping.keep_made(jpeg((9, 9))))
    withdraw_room(resource=gone, by=officer)
    assert crossing.send_photos() == 0

    photo = keeping.keep_made(jpeg((64, 64)))
    change_room(resource=own, room=replace(described(own), photo=photo), by=officer)

    assert crossing.send_photos() == 1
    assert list(SentPhoto.objects.order_by("pk").values_list("photo", flat=True))[1:] == [photo]


def test_before_an_article_opens_freight_it_waits(own: Resource) -> None:
    assert crossing.send_photos() == 0
    assert not SentPhoto.objects.exists()

    open_kind(kind=DeliveryOffered.kind, audience="twin", article="annex", instrument="test")
    assert crossing.send_photos() == 1


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("state", "why", "again"),
    [
        ("failed", "error", 1),
        ("refused", "quota", 1),
        ("refused", "person", 0),
        ("cancelled", "", 0),
        ("delivered", "", 0),
    ],
)
def test_what_did_not_arrive_is_sent_again_a_day_later_unless_a_person_stopped_it(
    state: str, why: str, again: int, own: Resource
) -> None:
    crossing.send_photos()
    Delivery.objects.update(state=state, stuck=why)

    assert crossing.send_photos() == 0
    with clock.fixed(make.NOON + timedelta(days=1, minutes=1)):
        assert crossing.send_photos() == again
    assert len(peers()) == 1


def test_photo_that_came_is_shown_on_the_list_and_the_page(
    there: Peer, bring: Callable[..., Delivery], client: Client
) -> None:
    content = jpeg()
    room = make.room_there(there, name="Fog room", photo=hash_of(content))
    address = f"/en/rooms/rooms/{room.uri}/"
    assert "Its photo is shown by" in client.get(address).content.decode()
    bring({f"{room.photo}.jpg": content})

    assert look() == ["kept"]

    page = client.get(address).content.decode()
    assert 'alt="Photo of Fog room"' in page
    assert "Its photo is shown by" not in page
    assert f'src="{address}photo.jpg?' in client.get("/en/rooms/").content.decode()
    kept = client.get(f"{address}photo.jpg")
    assert b"".join(kept.streaming_content) == content  # type: ignore[attr-defined]  # a file
    assert crossing.take_photos() == 0


def test_a_worker_is_asked_once(
    there: Peer,
    bring: Callable[..., Delivery],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    room = make.room_there(there, photo=hash_of(jpeg()))
    bring({f"{room.photo}.jpg": jpeg()})

    with django_capture_on_commit_callbacks(execute=True):
        assert (crossing.take_photos(), crossing.take_photos()) == (1, 0)

    assert DBTaskResult.objects.count() == 1


WRONG = {
    "other bytes": (None, jpeg((5, 5))),
    "no picture": (b"<script>alert(1)</script>", None),
    "broken": (jpeg()[:600], None),
    "another format": (jpeg(kind="PNG"), None),
    "wider than kept": (jpeg((1601, 10)), None),
    "says more": (jpeg(comment=b"read this"), None),
    "too large": (jpeg() + bytes(keeping.LARGEST_KEPT), None),
}


@pytest.mark.parametrize("case", WRONG)
def test_hostile_file_is_left(
    case: str,
    there: Peer,
    bring: Callable[..., Delivery],
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    content, instead = WRONG[case]
    photo = hash_of(content or jpeg())
    room = make.room_there(there, photo=photo)
    bring({f"{photo}.jpg": instead or content or b""})

    assert look() == ["refused"]

    assert not keeping.is_here(photo)
    assert "is left" in caplog.text
    assert "Its photo is shown by" in client.get(f"/en/rooms/rooms/{room.uri}/").content.decode()
    with clock.fixed(make.NOON + timedelta(days=2)):
        assert crossing.take_photos() == 0


def test_only_a_room_of_the_sender_lets_a_file_in(
    there: Peer, officer: Person, bring: Callable[..., Delivery]
) -> None:
    other = Peer()
    other.introduce()
    content, unnamed = jpeg(), jpeg((7, 7))
    make.room_there(other, name="Another city’s", photo=hash_of(content))
    make.room(officer, name="Ours", photo=hash_of(unnamed))
    files = {f"{hash_of(each)}.jpg": each for each in (content, unnamed)}
    bring(files)
    bring(files, role="studio")

    assert look() == []
    assert not keeping.is_here(hash_of(content))
    assert not keeping.is_here(hash_of(unnamed))

    make.room_there(there, photo=hash_of(content))
    assert look() == ["kept"]


def test_delivery_of_more_files_than_a_node_sends_is_not_looked_at(
    there: Peer, bring: Callable[..., Delivery]
) -> None:
    room = make.room_there(there, photo=hash_of(jpeg()))
    made = bring({f"{room.photo}.jpg": jpeg()})
    Delivery.objects.filter(pk=made.pk).update(files=crossing.MOST_AT_ONCE + 1)

    assert look() == []


def test_damaged_contents_are_looked_at_three_times(
    there: Peer, bring: Callable[..., Delivery], data: Path
) -> None:
    room = make.room_there(there, photo=hash_of(jpeg()))
    bring({f"{room.photo}.jpg": jpeg()})
    for blob in (data / "freight" / "store" / "blobs").rglob("*"):
        if blob.is_file():
            blob.write_bytes(b"damage")

    tried = []
    for hours in range(5):
        with clock.fixed(make.NOON + timedelta(hours=hours)):
            tried.append(crossing.take_photos())
            row = TakenPhoto.objects.get()
            crossing.take_in(delivery=row.delivery, photo=row.photo)

    assert tried == [1, 1, 1, 0, 0]
    assert not keeping.is_here(room.photo)


def test_photo_no_room_has_any_more_is_deleted_and_comes_back_from_the_store(
    there: Peer, bring: Callable[..., Delivery]
) -> None:
    first, second = jpeg(), jpeg((50, 50))
    listed = make.listed_there(there, photo=hash_of(first))
    make.arrive(there, listed)
    bring({f"{hash_of(first)}.jpg": first})
    look()
    assert crossing.forget_photos() == 0

    make.arrive(there, replace(listed, photo=hash_of(second)), rev=2)
    assert crossing.forget_photos() == 0
    TakenPhoto.objects.update(looked_at=clock.now() - timedelta(hours=2))
    assert crossing.forget_photos() == 1
    assert not keeping.is_here(hash_of(first))

    make.arrive(there, listed, rev=3)
    assert look() == ["kept"]
