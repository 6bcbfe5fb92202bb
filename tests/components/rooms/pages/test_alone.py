"""A room of this city alone: booking it, and keeping it for what a calendar file says."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jumelage.components.rooms.models import Pair
from jumelage.directory.models import Person, Resource
from tests.components.rooms.pages.test_bookings import typed
from tests.factories import rooms as make
from tests.factories.bridge import Peer


def test_room_of_this_city_is_booked_alone(
    room: Resource, twin_room: Resource, as_officer: Client
) -> None:
    alone = {**typed(room, twin_room), "twin_room": ""}

    suggested = as_officer.post("/en/rooms/book/", {**alone, "hour": "", "do": "suggest"})
    assert suggested.context["suggested"].hours[0].value == "2026-12-01T09:00"
    seen = as_officer.post("/en/rooms/book/", alone)
    assert "the room is free" in seen.content.decode()
    made = as_officer.post("/en/rooms/book/", {**alone, "do": "book"})

    assert not Pair.objects.exists()
    page = as_officer.get(made["Location"])
    assert [row.word for row in page.context["rows"]] == ["booked"]
    asked = as_officer.post(f"{made['Location']}release/", {"number": "1"})
    assert "The room is given back" in asked.content.decode()


def test_room_alone_waits_for_who_decides_over_it(
    there: Peer, officer: Person, as_member: Client
) -> None:
    room = make.room(officer, approval="by-hand")

    made = as_member.post("/en/rooms/book/", {**typed(room, room, do="book"), "twin_room": ""})

    [row] = as_member.get(made["Location"]).context["rows"]
    assert row.word == "held, waiting for who decides over the room"


def test_calendar_file_takes_the_room_and_again_changes_nothing(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client, as_member: Client
) -> None:
    booking = make.asked(room, twin_room, officer)
    address, name = f"/en/rooms/rooms/{room.uri}/import/", "room.ics"
    kept = as_officer.get(f"/en/rooms/bookings/{booking.uri}/calendar.ics").content
    later = kept.replace(b"20261201T", b"20261202T")

    def told(content: bytes) -> list[str]:
        given = SimpleUploadedFile(name, content, "text/calendar")
        answer = as_officer.post(address, {"calendar": given}, follow=True)
        assert answer.redirect_chain == [(f"/en/rooms/rooms/{room.uri}/", 302)]
        return [str(message) for message in answer.context["messages"]]

    assert told(later) == ["Read: 1 added, 0 given back, 0 as before."]
    assert told(later) == ["Read: 0 added, 0 given back, 1 as before."]
    assert told(kept) == [
        "Read: 0 added, 1 given back, 0 as before.",
        "1 time was taken already and stays so: 2026-12-01 17:00-18:00 (Europe/Paris)",
    ]
    broken = as_officer.post(address, {"calendar": SimpleUploadedFile(name, b"no calendar")})
    assert broken.status_code == 422
    assert "it is no iCalendar file" in broken.content.decode()
    assert as_member.get(address).status_code == 404
