"""What the other city says: seen like one's own, changed by asking, its people without names."""

from typing import Any
from uuid import UUID

import pytest

from jumelage.bridge.api import Entry, Node
from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import (
    ChangeRequest,
    Entity,
    Playlist,
    Production,
    Seat,
    Task,
)
from jumelage.components.studio.records import EntityPlanned, PlaylistMade, SeatGiven, TaskSet
from jumelage.components.studio.services.seats import give_seat
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Client, signed_in
from tests.factories import directory, studio
from tests.factories.bridge import Peer

SECRET = "Somebody Private"


@pytest.fixture
def seat(joint: Production, there: Peer, here: Node) -> SeatGiven:
    """Return a seat of the other city, which made a shot, a task and a playlist."""
    seat = studio.seat_there(there, joint, "student", 3)
    of: dict[str, Any] = {"created_at": studio.NOON, "production": joint.uri}
    shot = EntityPlanned(uri=there.uri(), type="shot", name="sh9000", frames=24, **of)
    task = TaskSet(
        uri=there.uri(), entity=shot.uri, task_type="animation", assignees=(seat.uri,), **of
    )
    listed = PlaylistMade(uri=there.uri(), seat=seat.uri, name="theirs", **of)
    studio.arrive(there, here, seat, shot, task, listed)
    return seat


@pytest.fixture
def theirs(seat: SeatGiven, there: Peer) -> Entity:
    """Return the shot of the other city."""
    return Entity.objects.get(origin=there.origin)


def asked(body: dict[str, str]) -> ChangeRequest:
    """Return the request that an answer names."""
    return ChangeRequest.objects.get(uuid=UUID(body["change_request_id"]))


def test_put_of_what_the_other_city_owns_is_asked_for(theirs: Entity, boss: Client) -> None:
    answer = boss.put(f"data/entities/{uid(theirs.uri)}", {"name": "sh9010", "nb_frames": 24})

    assert answer.status == 202
    assert (answer.json["id"], answer.json["name"]) == (uid(theirs.uri), "sh9000")
    request = asked(answer.json)
    assert (request.target, request.changes) == (theirs.uri, {"name": "sh9010"})
    theirs.refresh_from_db()
    assert theirs.name == "sh9000"


def test_put_that_changes_nothing_asks_nothing(theirs: Entity, boss: Client) -> None:
    row = boss.get(f"data/shots/{uid(theirs.uri)}").json
    answer = boss.put(f"data/entities/{uid(theirs.uri)}", row)
    assert (answer.status, "change_request_id" in answer.json) == (200, False)
    assert not ChangeRequest.objects.exists()


def test_task_and_playlist_of_the_other_city_are_asked_for(
    theirs: Entity, boss: Client, there: Peer
) -> None:
    task, listed = (m.objects.get(origin=there.origin) for m in (Task, Playlist))
    answers = [
        boss.put(f"data/tasks/{uid(task.uri)}", {"priority": 2}),
        boss.put(f"data/playlists/{uid(listed.uri)}", {"name": "ours"}),
    ]
    assert [answer.status for answer in answers] == [202, 202]
    assert [asked(answer.json).target for answer in answers] == [task.uri, listed.uri]


def test_places_in_a_playlist_of_the_other_city_are_asked_for(theirs: Entity, boss: Client) -> None:
    listed = Playlist.objects.get(origin=theirs.origin)
    place = {"entity_id": uid(theirs.uri)}

    answer = boss.post(f"actions/playlists/{uid(listed.uri)}/add-entity", place)

    assert answer.status == 202
    assert asked(answer.json).changes == {"items": [theirs.uri]}
    listed.refresh_from_db()
    assert listed.items == []


def test_delete_of_what_the_other_city_owns_is_asked_for(
    theirs: Entity, boss: Client, there: Peer
) -> None:
    task, listed = (m.objects.get(origin=there.origin) for m in (Task, Playlist))
    addresses = (
        f"data/shots/{uid(theirs.uri)}?force=true", f"data/tasks/{uid(task.uri)}",
        f"data/playlists/{uid(listed.uri)}",
    )  # fmt: skip
    for address in addresses:
        answer = boss.ask("DELETE", address)
        assert (answer.status, answer.body) == (204, b""), (address, answer.body)
    asked_for = ChangeRequest.objects.filter(withdraws=True).values_list("target", flat=True)
    assert set(asked_for) == {theirs.uri, task.uri, listed.uri}
    assert boss.get(f"data/shots/{uid(theirs.uri)}").status == 200


def test_field_that_nobody_may_ask_for_is_refused(theirs: Entity, boss: Client) -> None:
    answer = boss.put(f"data/entities/{uid(theirs.uri)}", {"name": ""})
    assert answer.status == 400
    assert not ChangeRequest.objects.exists()


def test_the_other_citys_people_have_a_part_a_number_and_a_city(
    theirs: Entity, seat: SeatGiven, boss: Client
) -> None:
    rows = boss.get("data/persons").json
    [other] = [row for row in rows if row["id"] == uid(seat.uri)]
    assert (other["full_name"], other["email"]) == ("student 3, Baie Demo", "")
    assert (other["role"], other["phone"], other["data"]) == ("user", "", None)
    [task] = boss.get("data/tasks", {"entity_id": uid(theirs.uri)}).json
    assert task["assignees"] == [uid(seat.uri)]
    [work] = boss.get(f"data/persons/{uid(seat.uri)}/tasks").json
    assert work["id"] == task["id"]
    listed = boss.get("data/playlists").json
    assert [row["created_by"] for row in listed] == [uid(seat.uri)]


def test_own_people_are_known_here_and_their_addresses_to_coordinators_alone(
    theirs: Entity, joint: Production, producer: Person, boss: Client
) -> None:
    student = directory.person(name=SECRET)
    give_seat(production=joint, person=student, role="student", by=producer)
    program, mail = signed_in(student), producer.user.email
    seen = boss.get("data/persons").json
    assert {row["email"] for row in seen} == {mail, student.user.email, ""}
    for address in (
        "data/persons", "data/user/context", f"data/projects/{uid(joint.uri)}/team",
        "data/events/last", "data/tasks", "data/playlists",
    ):  # fmt: skip
        assert mail not in program.get(address).body.decode(), address
    assert program.get("data/persons", {"email": mail}).json == []
    assert boss.get("data/persons", {"email": student.user.email}).json[0]["full_name"] == SECRET


def test_coordinator_of_one_production_sees_no_addresses_of_another(
    film: Production, producer: Person
) -> None:
    other = studio.producer()
    studio.production(other)
    give_seat(production=film, person=other, role="artist", by=producer)
    told = signed_in(other).get("data/persons").body.decode()
    assert producer.name in told
    assert producer.user.email not in told
    team = signed_in(other).get(f"data/projects/{uid(film.uri)}/team").body.decode()
    assert producer.user.email not in team


def test_nothing_of_a_person_is_in_a_feed(
    theirs: Entity, joint: Production, producer: Person, boss: Client
) -> None:
    boss.put(f"data/entities/{uid(theirs.uri)}", {"name": "sh9010"})
    bodies = b"".join(bytes(entry.body or b"") for entry in Entry.objects.all())
    assert producer.user.email.encode() not in bodies
    assert f'"{producer.name}"'.encode() not in bodies
    assert Seat.objects.filter(production=joint).count() == 2
