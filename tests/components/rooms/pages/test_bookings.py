"""Booking a room in each city on one page, deciding, giving back, calendars to take away."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jumelage.components.rooms.calls.standing import title_of
from jumelage.components.rooms.models import Booking, Occurrence, Pair
from jumelage.components.rooms.services import book_one, state_session
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from tests.components.rooms.pages.conftest import browser
from tests.factories import directory
from tests.factories import rooms as make
from tests.factories.bridge import Peer

WEEKLY = {"repeat": "weekly", "until": "2026-12-22"}


def typed(room: Resource, twin_room: Resource, **changes: str) -> dict[str, str]:
    """Return what somebody types to book both rooms at five in this city."""
    return {
        "room": room.uri,
        "twin_room": twin_room.uri,
        "day": "2026-12-01",
        "hour": "17:00",
        "zone": "Europe/Paris",
        "minutes": "60",
        "whole": "all",
        "purpose": "review",
        "engine": "any",
        "repeat": "once",
        "title": "Dailies",
        "do": "preview",
        **changes,
    }


def test_pair_is_booked_and_confirmed_without_javascript(
    room: Resource, twin_room: Resource, there: Peer, as_officer: Client
) -> None:
    seen = as_officer.post("/en/rooms/book/", typed(room, twin_room, **WEEKLY))
    assert [row.is_free for row in seen.context["preview"].rows] == [True] * 4

    made = as_officer.post("/en/rooms/book/", typed(room, twin_room, **WEEKLY, do="book"))

    booking = Booking.objects.get()
    assert made["Location"] == f"/en/rooms/bookings/{booking.uri}/"
    page = as_officer.get(made["Location"])
    assert [row.word for row in page.context["rows"]] == ["held here, waiting for Baie Demo"] * 4
    assert page.context["broken"] == "Baie Demo"  # no line has been seen yet

    make.arrive(there, make.answered_there(there, Pair.objects.get(), twin_room.uri))
    make.do_duties()
    page = as_officer.get(made["Location"])
    assert [row.word for row in page.context["rows"]] == ["booked in both cities"] * 4
    assert page.context["broken"] == ""


def test_preview_names_odd_weeks_odd_hours_and_conflicts(
    here: object, there: Peer, officer: Person, as_officer: Client
) -> None:
    ours, theirs = make.room(officer), make.room_there(there)
    taken = make.plan(starts=make.MEETING.replace(2027, 3, 14, 2), minutes=60)
    book_one(room=ours, plan=taken, by=officer)

    seen = as_officer.post(
        "/en/rooms/book/",
        typed(ours, theirs, day="2027-03-14", hour="02:30", repeat="weekly", until="2027-03-28"),
    )

    rows = seen.context["preview"].rows
    assert [list(row.conflicts) for row in rows] == [["Salle bleue is taken"], [], []]
    assert [list(row.marks) for row in rows] == [
        [],
        ["the clocks are 8 h apart that week"],
        [
            "02:30 does not exist that day: the clocks jump over it",
        ],
    ]
    assert "You ask for all or nothing" in seen.content.decode()


def test_hour_that_exists_twice_is_marked(
    here: object, there: Peer, officer: Person, as_officer: Client
) -> None:
    ours, theirs = make.room(officer), make.room_there(there)

    seen = as_officer.post("/en/rooms/book/", typed(ours, theirs, day="2027-10-31", hour="02:30"))

    [row] = seen.context["preview"].rows
    assert list(row.marks) == ["02:30 exists twice that day: the first is meant"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"hour": "17:05"}, {"hour": ["Rooms are booked by whole quarters of an hour."]}),
        ({"day": "soon"}, {"day": ["Enter a valid date."]}),
        ({"repeat": "weekly"}, {"until": ["Say the last day of what is repeated."]}),
        (
            {"repeat": "weekly", "until": "2026-11-01"},
            {"until": ["The last day is before the first."]},
        ),
        (
            {"open_title": "on", "title": ""},
            {"title": ["There is nothing to tell: write what you call it."]},
        ),
        (
            {"invited": "nobody@example.org"},
            {"invited": ["No account of this city has: nobody@example.org."]},
        ),
        ({"invited": "not an address"}, {"invited": ["Enter a valid email address."]}),
        (
            {"repeat": "weekly", "until": "2099-01-01"},
            {"__all__": ["This repetition cannot be read: it has more than 260 times."]},
        ),
        (
            {"do": "book", "day": "2026-11-01"},
            {"__all__": ["This time has passed. Choose one that is to come."]},
        ),
        (
            {"do": "book", "hour": "09:00"},
            {"__all__": ["Not every time can be had: 2026-12-01 09:00-10:00 (Europe/Paris)."]},
        ),
    ],
)
def test_bad_booking_is_told_and_kept(
    changes: dict[str, str],
    wrong: dict[str, list[str]],
    room: Resource,
    twin_room: Resource,
    as_officer: Client,
) -> None:
    answer = as_officer.post("/en/rooms/book/", typed(room, twin_room, **changes))

    assert answer.status_code == 422
    assert answer.context["form"].errors == wrong
    told = {"title": "Dailies", **changes}
    assert answer.context["form"]["title"].value() == told["title"]
    assert not Booking.objects.exists()


def test_suggested_hour_is_taken_into_the_form(
    room: Resource, twin_room: Resource, as_officer: Client
) -> None:
    incomplete = typed(room, twin_room, hour="", do="suggest", repeat="weekly")

    seen = as_officer.post("/en/rooms/book/", incomplete)

    assert "have no office hour in common" in seen.content.decode()
    first = seen.context["suggested"].hours[0]
    assert first.value == "2026-12-01T17:00"
    taken = as_officer.post(
        "/en/rooms/book/", typed(room, twin_room, choose=first.value, hour="", do="")
    )
    assert taken.context["form"]["hour"].value() == "17:00"
    assert taken.context["preview"].is_bookable is True


@pytest.mark.parametrize("choose", ["", "T", "2026-12-01", "soonTlater"])
def test_suggestion_that_is_none_is_told(
    choose: str, room: Resource, twin_room: Resource, as_officer: Client
) -> None:
    answer = as_officer.post("/en/rooms/book/", typed(room, twin_room, choose=choose, do=""))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {"day", "hour"}


def test_calendars_are_taken_away(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client, client: Client
) -> None:
    booking = make.asked(room, twin_room, officer, title="Dailies")
    uri = Occurrence.objects.get().uri

    one = as_officer.get(f"/en/rooms/times/{uri}/calendar.ics").content.decode()
    assert "SUMMARY:Dailies" in one
    assert "BEGIN:VTIMEZONE" in one
    assert f"/en/rooms/calls/{uri}/" in one.replace("\r\n ", "")
    assert one == as_officer.get(f"/en/rooms/times/{uri}/calendar.ics").content.decode()
    assert as_officer.get(f"/en/rooms/bookings/{booking.uri}/calendar.ics").status_code == 200
    taken = client.get(f"/en/rooms/rooms/{room.uri}/taken.ics").content.decode()
    assert "BEGIN:VEVENT" in taken
    assert "Dailies" not in taken
    busy = client.get(f"/en/rooms/rooms/{room.uri}/free-busy.ics").content.decode()
    assert "FREEBUSY" in busy


def test_rule_of_a_calendar_file_ends_in_utc(
    room: Resource, twin_room: Resource, as_officer: Client
) -> None:
    made = as_officer.post("/en/rooms/book/", typed(room, twin_room, **WEEKLY, do="book"))

    told = as_officer.get(f"{made['Location']}calendar.ics").content.decode()

    assert "RRULE:FREQ=WEEKLY;UNTIL=20261222T225959Z;INTERVAL=1\r\n" in told


def test_secret_address_is_renewed_and_the_old_one_stops(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client, client: Client
) -> None:
    make.asked(room, twin_room, officer, title="Dailies")
    assert "You have no such address yet." in as_officer.get("/en/rooms/calendar/").content.decode()

    as_officer.post("/en/rooms/calendar/")
    first = "/en" + as_officer.get("/en/rooms/calendar/").context["address"].partition("/en")[2]
    assert "SUMMARY:Dailies" in client.get(first).content.decode()
    as_officer.post("/en/rooms/calendar/")

    assert client.get(first).status_code == 404
    assert client.get("/en/rooms/calendar/nothing.ics").status_code == 404


def test_free_times_are_booked_without_the_others(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    book_one(room=room, plan=make.plan(), by=officer)

    as_officer.post("/en/rooms/book/", typed(room, twin_room, **WEEKLY, whole="free", do="book"))

    pair = Pair.objects.get()
    assert [time["number"] for time in pair.times] == [2, 3, 4]


@pytest.mark.parametrize("rows", [1, 3])
def test_bookings_cost_the_same_at_any_length(
    rows: int,
    room: Resource,
    twin_room: Resource,
    officer: Person,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    as_officer = browser(officer)
    for number in range(rows):
        starts = make.MEETING.replace(day=1 + number)
        make.asked(room, twin_room, officer, plan=make.plan(starts=starts))

    with django_assert_num_queries(9):
        answer = as_officer.get("/en/rooms/bookings/")

    assert answer.context["page"].paginator.count == rows


def test_bookings_answer_what_is_asked(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    make.asked(room, twin_room, officer, title="Dailies")

    def found(**asked: str) -> list[str]:
        page = as_officer.get("/en/rooms/bookings/", asked).context["rows"]
        return [row.title for row in page]

    assert found() == found(q="daily"[:3]) == found(when="all", state="asked") == ["Dailies"]
    assert found(when="past") == found(q="other") == found(state="confirmed") == []
    with clock.fixed(make.NOON.replace(month=12, day=30)):
        assert found(when="past") == ["Dailies"]


def test_chosen_times_are_given_back_after_asking_once(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    plan = make.plan(rule="FREQ=WEEKLY;COUNT=3")
    booking = make.asked(room, twin_room, officer, plan=plan)
    address = f"/en/rooms/bookings/{booking.uri}/release/"

    assert as_officer.post(address, {}).status_code == 302  # nothing chosen, nothing done
    assert "cannot be undone" in as_officer.post(address, {"number": ["2"]}).content.decode()
    assert make.states(booking.uri) == ["asked"] * 3
    as_officer.post(address, {"number": ["2", "x", "99"], "sure": "1"})

    assert make.states(booking.uri) == ["asked", "released", "asked"]


def test_other_city_asks_and_somebody_here_decides(
    there: Peer, twin_room: Resource, officer: Person, as_officer: Client, as_member: Client
) -> None:
    ours = make.room(officer, approval="by-hand")
    asked = make.asked_there(there, ours, twin_room.uri, title=Bilingual(en="Pitch"))
    make.arrive(there, asked)
    address = f"/en/rooms/asked/{asked.uri}/"

    listed = as_member.get("/en/rooms/asked/").content.decode()
    assert ("Pitch" in listed, address in listed) == (True, False)
    assert address in as_officer.get("/en/rooms/asked/").content.decode()
    assert as_member.get(address).status_code == 404
    assert as_officer.get(address).context["waits"] is True
    as_officer.post(address, {"number-1": "held"})

    assert Occurrence.objects.get().twin_word == "held"
    again = as_officer.post(address, {"number-1": "refused"})
    assert again.status_code == 422
    assert "Somebody has answered this already." in again.content.decode()


def test_who_takes_a_room_back_is_told_whose_booking_it_is(
    there: Peer, room: Resource, twin_room: Resource, as_officer: Client
) -> None:
    asked = make.asked_there(there, room, twin_room.uri, title=Bilingual(en="Pitch"))
    make.arrive(there, asked)
    occurrence = Occurrence.objects.get()

    answer = as_officer.post(f"/en/rooms/bookings/{asked.uri}/release/", {"number": ["1"]})

    page = " ".join(answer.content.decode().split())
    assert f"{Pair.objects.get().node} asked for these times" in page
    assert title_of(occurrence) == "Pitch"


def test_refusal_is_told_to_the_other_city(
    there: Peer, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    ours = make.room(officer, approval="by-hand")
    asked = make.asked_there(there, ours, twin_room.uri)
    make.arrive(there, asked)

    as_officer.post(f"/en/rooms/asked/{asked.uri}/", {"number-1": "refused"})

    assert make.own_words(asked.uri, ours.origin) == {"1": "refused"}
    page = as_officer.get(f"/en/rooms/bookings/{asked.uri}/").context["rows"]
    assert [row.word for row in page] == ["refused in Port Demo: the city refused it"]


def test_booking_is_for_who_booked_is_invited_or_runs_the_room(
    room: Resource, twin_room: Resource, officer: Person, as_member: Client, member: Person
) -> None:
    guest = directory.person("member")
    booking = make.asked(room, twin_room, member, invited=[guest])
    address = f"/en/rooms/bookings/{booking.uri}/"

    seen = {
        name: browser(person).get(address).status_code
        for name, person in {
            "who booked": member,
            "invited": guest,
            "runs the room": officer,
            "another": directory.person("member"),
        }.items()
    }

    assert seen == {"who booked": 200, "invited": 200, "runs the room": 200, "another": 404}


def test_booking_is_renamed_and_more_are_invited(
    room: Resource, twin_room: Resource, member: Person, as_member: Client
) -> None:
    guest = directory.person("member")
    booking = make.asked(room, twin_room, member)
    address = f"/en/rooms/bookings/{booking.uri}/change/"

    bad = as_member.post(address, {"title": "Dailies", "invited": "nobody@example.org"})
    assert (bad.status_code, bad.context["form"]["title"].value()) == (422, "Dailies")
    as_member.post(address, {"title": "Dailies", "invited": guest.user.email})

    booking.refresh_from_db()
    assert booking.title == "Dailies"
    assert [each.person for each in booking.invitations.all()] == [guest]


def test_report_says_what_each_city_stated(
    room: Resource, twin_room: Resource, officer: Person, as_officer: Client
) -> None:
    booking = make.asked(room, twin_room, officer)
    time = Occurrence.objects.get(series=booking.uri)
    address = f"/en/rooms/times/{time.uri}/report/"
    assert "No city has stated anything" in as_officer.get(address).content.decode()

    state_session(
        session=time.uri,
        began_at=time.starts_at,
        ended_at=time.ends_at,
        minutes=58,
        people={room.origin: 7, twin_room.origin: 2},
        round_trip=151,
    )

    page = as_officer.get(address).content.decode()
    assert "one to four people: withheld" in page
    assert "151 ms" in page
