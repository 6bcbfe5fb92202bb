"""The list of rooms, a room with its week, and registering one."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.api import Node
from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.services import book_one
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from tests.factories import rooms as make
from tests.factories.bridge import Peer

WRITTEN = {
    "name_fr": "Salle verte",
    "name_en": "Green room",
    "what": "room",
    "capacity": "12",
    "approval": "automatic",
    "hours_0": "9:00–12:30, 14h-18h",
    "hours_2": "8.30-24",
    "equipment": ["screen", "camera"],
    "accessibility": ["step-free"],
    "holidays": "FR",
    "closures": "2026-12-24 – 2027-01-02 congés / holidays\n2026-11-30",
}


def picture(kind: str = "JPEG") -> bytes:
    """Return a picture that says where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Taken at home"
    Image.new("RGB", (2000, 1000), (90, 120, 140)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_at_any_length(
    rows: int,
    there: Peer,
    officer: Person,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        make.room(officer, name=f"Room {number}")
        make.room_there(there, name=f"Sala {number}")

    with django_assert_num_queries(8):
        answer = client.get(reverse("rooms:list"))

    assert answer.context["page"].paginator.count == 2 * rows


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Blue room", "Salle bleue"]),
        ({"q": "SALLE"}, ["Salle bleue"]),
        ({"people": "7"}, ["Salle bleue"]),
        ({"what": "desk"}, []),
        ({"what": "nonsense", "people": "many"}, ["Blue room", "Salle bleue"]),
        ({"equipment": "screen"}, []),
        ({"sort": "people"}, ["Salle bleue", "Blue room"]),
        ({"free_at": "2026-12-01T16:00"}, ["Salle bleue"]),  # seven in the morning there
        ({"free_at": "2026-12-01T17:00"}, ["Blue room", "Salle bleue"]),
        ({"free_at": "2026-12-01T18:00"}, ["Blue room"]),
        ({"free_at": "2026-12-01T03:00"}, []),
    ],
)
def test_list_answers_what_is_asked(
    asked: dict[str, str], found: list[str], room: Resource, twin_room: Resource, client: Client
) -> None:
    answer = client.get("/en/rooms/", asked)

    assert [str(each) for each in answer.context["page"]] == found


def test_list_finds_the_rooms_of_one_city(
    room: Resource, twin_room: Resource, client: Client
) -> None:
    answer = client.get("/en/rooms/", {"city": twin_room.origin})

    assert [each.uri for each in answer.context["page"]] == [twin_room.uri]


def test_room_shows_its_week_on_both_clocks(
    room: Resource, twin_room: Resource, officer: Person, client: Client
) -> None:
    make.asked(room, twin_room, officer)

    page = client.get(f"/en/rooms/rooms/{room.uri}/?week=2026-W49").content.decode()

    assert "09:00–18:00 Port Demo" in page
    assert "00:00–09:00 Baie Demo" in page
    assert page.count('class="taken busy"') == 1  # a citizen does not see what for


def test_own_booking_is_named_in_the_week(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    made = make.asked(room, twin_room, officer, title="Dailies")

    page = as_officer.get(f"/en/rooms/rooms/{room.uri}/?week=2026-W49").content.decode()

    assert page.count('class="taken held"') == 1
    assert f'href="/en/rooms/bookings/{made.uri}/">held for a booking: Dailies' in page


@pytest.mark.parametrize("week", ["2026-W99", "9999-W52", "0000-W01", "x", "2026-W", "²-W1"])
def test_week_that_is_none_is_this_week(week: str, room: Resource, client: Client) -> None:
    answer = client.get(f"/en/rooms/rooms/{room.uri}/", {"week": week})

    assert answer.context["week"].first.isoformat() == "2026-11-23"


def test_room_is_registered_changed_and_withdrawn_without_javascript(
    here: Node, as_officer: Client, client: Client
) -> None:
    photo = SimpleUploadedFile("room.jpg", picture(), "image/jpeg")

    made = as_officer.post("/en/rooms/new/", {**WRITTEN, "photo": photo})

    room = Resource.objects.get()
    assert made["Location"] == f"/en/rooms/rooms/{room.uri}/"
    assert room.hours[-1] == {"day": 2, "opens": "08:30", "closes": "24:00"}
    assert [each["first"] for each in room.closures] == ["2026-11-30", "2026-12-24"]
    assert room.closures[1]["reason"] == {"fr": "congés", "en": "holidays"}
    kept = client.get(f"/en/rooms/rooms/{room.uri}/photo.jpg")
    with Image.open(io.BytesIO(b"".join(kept.streaming_content))) as seen:  # type: ignore[attr-defined]
        assert seen.size == (1600, 800)
        assert not seen.getexif()

    form = as_officer.get(f"/en/rooms/rooms/{room.uri}/change/").context["form"]
    again = {name: form[name].value() or "" for name in form.fields if name != "photo"}
    as_officer.post(f"/en/rooms/rooms/{room.uri}/change/", {**again, "capacity": "9"})
    changed = Resource.objects.get()
    assert (changed.capacity, changed.photo) == (9, room.photo)
    assert (changed.hours, changed.closures) == (room.hours, room.closures)

    as_officer.post(f"/en/rooms/rooms/{room.uri}/withdraw/")
    assert client.get(f"/en/rooms/rooms/{room.uri}/photo.jpg").status_code == 404
    assert "took this room" in client.get(f"/en/rooms/rooms/{room.uri}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "wrong"),
    [
        ({"name_fr": "", "name_en": ""}, "name_fr", "Write this in French or in English."),
        ({"capacity": "0"}, "capacity", "Ensure this value is greater than or equal to 1."),
        ({"hours_0": "noon"}, "hours_0", "“noon” is not written like 9:00–12:30."),
        (
            {"hours_0": "18-9"},
            "hours_0",
            "“18-9” does not end after it begins, on the same day.",
        ),
        ({"hours_0": "9:07-10"}, "hours_0", "Rooms open and close at whole quarters of an hour."),
        ({"hours_0": "9-12, 11-13"}, "hours_0", "Two of these hours overlap."),
        (
            {"hours_0": "", "hours_2": ""},
            "hours_0",
            "Say when the room is open, on one day at least.",
        ),
        (
            {"closures": "Christmas"},
            "closures",
            "“Christmas” is not written like 2026-12-24 or 2026-12-24 – 2027-01-02.",
        ),
        (
            {"closures": "2026-12-24 – 2026-12-01"},
            "closures",
            "“2026-12-24 – 2026-12-01” ends before it begins, or is longer than a year.",
        ),
    ],
)
def test_bad_facts_of_a_room_are_told_and_kept(
    typed: dict[str, str], field: str, wrong: str, here: Node, as_officer: Client
) -> None:
    answer = as_officer.post("/en/rooms/new/", {**WRITTEN, **typed})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [wrong]}
    assert answer.context["form"]["name_en"].value() == {**WRITTEN, **typed}["name_en"]
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"no picture", "The photo is refused: it is not a JPEG, PNG or WebP picture."),
        (picture()[:900], "The photo is refused: the picture is broken."),
    ],
)
def test_bad_photo_is_refused(content: bytes, wrong: str, here: Node, as_officer: Client) -> None:
    photo = SimpleUploadedFile("room.jpg", content, "image/jpeg")

    answer = as_officer.post("/en/rooms/new/", {**WRITTEN, "photo": photo})

    assert answer.context["form"].errors == {"photo": [wrong]}


def test_booked_room_is_not_withdrawn(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    make.asked(room, twin_room, officer)

    answer = as_officer.post(f"/en/rooms/rooms/{room.uri}/withdraw/")

    assert answer.status_code == 422
    assert "still booked 1 times" in answer.content.decode()


def test_free_at_looks_at_what_is_taken(
    room: Resource, twin_room: Resource, officer: Person, client: Client
) -> None:
    start = make.NOON + timedelta(days=2)
    taken = make.plan(starts=start.replace(hour=10, tzinfo=None), minutes=30)
    book_one(room=room, plan=taken, by=officer)

    asked = {"free_at": "2026-11-24T09:30"}

    assert list(client.get("/en/rooms/", asked).context["page"]) == []


def test_photo_of_the_other_city_is_shown_there(there: Peer, client: Client) -> None:
    room = make.room_there(there, photo="a" * 64)

    page = client.get(f"/en/rooms/rooms/{room.uri}/").content.decode()

    assert f'href="http://127.0.0.1:1/en/rooms/rooms/{room.uri}/"' in page
    assert f"{room.uri}/photo.jpg" not in page


def test_a_room_without_closing_time_is_open_day_and_night(officer: Person, client: Client) -> None:
    day_and_night = [Hours(day=day, opens="00:00", closes="24:00") for day in range(7)]
    make.room(officer, name="Booth", hours=day_and_night)

    assert "open day and night" in client.get("/en/rooms/").content.decode()


def test_members_find_the_way_into_what_is_on_but_not_what_it_is_about(
    room: Resource, officer: Person, as_member: Client, client: Client
) -> None:
    book_one(room=room, plan=make.plan(), title="Secret", by=officer)
    address, begins = reverse("rooms:list"), Occurrence.objects.get().starts_at

    with clock.fixed(begins - timedelta(minutes=50)):
        seen, outside = as_member.get(address), client.get(address)

    [told] = seen.context["going_on"]
    assert reverse("rooms:call", args=[told.occurrence.uri]) in seen.text
    assert "Secret" not in seen.text
    assert "/calls/" not in outside.text
    for away in (timedelta(hours=-2), timedelta(hours=1)):
        with clock.fixed(begins + away):
            assert not as_member.get(address).context["going_on"]
