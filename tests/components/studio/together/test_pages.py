"""The pages of a session, for those who are in its production."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client

from jumelage.components.studio.models import Production, ReviewSession, Seat, Task, View
from jumelage.components.studio.services.review.sessions import call_session, close_session
from jumelage.components.studio.services.versions import publish_version
from jumelage.components.studio.together.standing import role_of
from jumelage.directory.models import Person
from tests.components.studio.review.conftest import HOLES, sequence
from tests.factories import studio
from tests.factories.studio import NOON

PLACES = ("", "room/", "log/", "data.json", "log.json", "log.csv", "log.otio", "minutes.md")


@pytest.fixture
def session(film: Production, task: Task, producer: Person) -> ReviewSession:
    """Return a session with one version."""
    version = publish_version(task=task, by=producer)
    return call_session(
        production=film, name="Dailies", begins=NOON, versions=[version], by=producer
    )


def as_(person: Person) -> Client:
    """Return the browser of *person*."""
    client = Client()
    client.force_login(person.user)
    return client


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_members_see_everything_of_a_session(
    session: ReviewSession, producer: Person, place: str, language: str
) -> None:
    answer = as_(producer).get(f"/{language}/studio/sessions/{session.uri}/{place}")

    assert answer.status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_list_asks_the_same_number_of_questions(
    film: Production, producer: Person, many: int, django_assert_max_num_queries: object
) -> None:
    for number in range(many):
        at = NOON + timedelta(days=number)
        call_session(production=film, name=f"Day {number}", begins=at, by=producer)
    client = as_(producer)
    path = f"/en/studio/productions/{film.uri}/sessions/"
    client.get(path)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # a fixture
        answer = client.get(path)

    assert answer.status_code == 200
    assert answer.content.count(b"Day ") >= many


def test_member_calls_changes_and_closes_a_session(
    film: Production, task: Task, producer: Person
) -> None:
    version = publish_version(task=task, by=producer)
    client = as_(producer)
    called = client.post(
        f"/en/studio/productions/{film.uri}/sessions/call/",
        {"name": "Dailies", "begins": "2031-03-04T17:30", "versions": [version.uri]},
    )
    session = ReviewSession.objects.get()
    assert called.headers["Location"] == session.get_absolute_url()
    assert session.items == [version.uri]
    assert session.begins.isoformat() == "2031-03-04T16:30:00+00:00"  # 17:30 in Paris

    client.post(
        f"/en/studio/sessions/{session.uri}/change/",
        {"name": "Rushes", "begins": "2031-03-04T18:30", "versions": [version.uri]},
    )
    client.post(f"/en/studio/sessions/{session.uri}/close/")
    session.refresh_from_db()
    assert (session.name, session.is_open) == ("Rushes", False)


def test_session_about_nothing_is_not_called_and_loses_no_word(
    film: Production, producer: Person
) -> None:
    answer = as_(producer).post(
        f"/en/studio/productions/{film.uri}/sessions/call/",
        {"name": "Dailies", "begins": "2031-03-04T17:30"},
    )

    assert answer.status_code == 422
    assert b"Dailies" in answer.content
    assert not ReviewSession.objects.exists()


def test_ticket_is_made_for_members_only_and_not_after_the_end(
    session: ReviewSession, film: Production, producer: Person
) -> None:
    path = f"/en/studio/sessions/{session.uri}/ticket/"

    assert "ticket" in as_(producer).post(path).json()
    assert as_(studio.producer()).post(path).status_code == 404
    close_session(session=session, by=producer)
    refused = as_(producer).post(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "session-over")


def test_note_is_kept_from_the_room_and_told_as_json(
    session: ReviewSession, producer: Person
) -> None:
    told = as_(producer).post(
        f"/en/studio/sessions/{session.uri}/say/",
        {"text": "Hold it.", "first_frame": "1001"},
        headers={"Accept": "application/json"},
    )

    assert told.status_code == 200, told.content
    assert told.json() | {"uri": ""} == {
        "uri": "", "version": session.items[0], "first": 1001, "last": 1001, "decision": "",
    }  # fmt: skip


def test_session_counts_positions_and_shows_numbers(
    film: Production, task: Task, producer: Person
) -> None:
    version = sequence(task, producer)
    held = call_session(
        production=film, name="Dailies", begins=NOON, versions=[version], by=producer
    )
    client = as_(producer)
    path = f"/en/studio/sessions/{held.uri}"
    told = client.post(
        f"{path}/say/",
        {"text": "Hold it.", "first_frame": "1005", "last_frame": "1010"},
        headers={"Accept": "application/json"},
    ).json()

    (item,) = client.get(f"{path}/data.json").json()["items"]
    assert (told["first"], told["last"]) == (1003, 1005)
    assert (item["first"], item["frames"]) == (1001, 5)
    assert item["numbers"] == [list(part) for part in HOLES]
    assert "frames 1005–1010" in client.get(f"{path}/room/").content.decode()


def test_note_without_words_is_refused_in_a_sentence(
    session: ReviewSession, producer: Person
) -> None:
    told = as_(producer).post(
        f"/en/studio/sessions/{session.uri}/say/", {}, headers={"Accept": "application/json"}
    )

    assert (told.status_code, told.json()["error"]) == (422, "Write something, or decide.")


def test_entering_the_room_is_noted_in_the_log_of_views(
    session: ReviewSession, producer: Person
) -> None:
    as_(producer).get(f"/en/studio/sessions/{session.uri}/room/")

    assert View.objects.get().version == session.items[0]


def test_empty_log_is_told_in_all_three_forms(session: ReviewSession, producer: Person) -> None:
    client, place = as_(producer), f"/en/studio/sessions/{session.uri}/log"

    assert json.loads(client.get(f"{place}.json").content)["lines"] == []
    assert len(list(csv.reader(io.StringIO(client.get(f"{place}.csv").content.decode())))) == 1
    assert b"jumelage" in client.get(f"{place}.otio").content


def test_files_of_a_log_keep_their_name_and_open_in_spreadsheets(
    film: Production, producer: Person
) -> None:
    made = call_session(production=film, name="Chef-d’œuvre 日, vu", begins=NOON, by=producer)
    answer = as_(producer).get(f"/fr/studio/sessions/{made.uri}/log.csv")

    told = "attachment; filename*=utf-8''Chef-d-%C5%93uvre-%E6%97%A5-vu.csv"
    assert answer["Content-Disposition"] == told
    assert answer.content.startswith(b"\xef\xbb\xbfnumber,at,who,city,")


@pytest.mark.parametrize("role", Seat.Role.values)
def test_role_in_the_session_follows_from_the_seat(
    session: ReviewSession, film: Production, producer: Person, role: str
) -> None:
    person = studio.member(film, role, producer)
    leads = {"coordinator", "supervisor", "teacher"}
    expected = "presenter" if role in leads else "viewer" if role == "observer" else "annotator"

    assert role_of(person, session) == expected
