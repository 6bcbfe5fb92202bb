"""Calling both cities to a review: what is said, what is asked for, what it comes to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from jumelage.bridge.api import Node, open_kind
from jumelage.components.studio.errors import ElsewhereError
from jumelage.components.studio.models import (
    Holding,
    Production,
    ReviewSession,
    SessionHeld,
    Task,
    Version,
)
from jumelage.components.studio.models.values import Media, PlaylistItem, Stored
from jumelage.components.studio.records import (
    CopiesHeld,
    SessionCalled,
    SessionWasHeld,
    VersionPublished,
)
from jumelage.components.studio.selectors.sessions import (
    count_review_minutes,
    count_reviews,
    facts_of,
    places,
    session_by_uri,
    sessions_of,
    versions_of,
)
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.services.review.sessions import (
    call_session,
    change_session,
    close_session,
    prepare,
    state_held,
    withdraw_session,
)
from jumelage.components.studio.services.versions import publish_version
from jumelage.components.studio.together.errors import SessionOverError
from jumelage.directory.models import Person
from jumelage.kit.dates import Period
from jumelage.kit.errors import InvalidRecordError, NotAllowedError
from tests.factories import studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON

MAY = Period(date(2031, 3, 1), date(2031, 4, 1))


def shown(there: Peer, on: Task, revision: int = 1) -> VersionPublished:
    """Return the record of a version of the other city with its renditions."""
    kept = {
        name: Stored(hash=letter * 64, size=5) for name, letter in (("hd", "a"), ("light", "b"))
    }
    return VersionPublished(
        uri=there.uri(),
        created_at=NOON,
        production=on.production_id,
        task=on.uri,
        seat=there.uri(),
        revision=revision,
        media=Media(
            kind="movie", original=Stored(hash="c" * 64, size=9), frames=48, rate="24",
            first_frame=1001, renditions=kept,
        ),
    )  # fmt: skip


def called(production: Production, by: Person, **facts: Any) -> ReviewSession:  # noqa: ANN401  # of the service
    """Call a session."""
    return call_session(production=production, name="Dailies", begins=NOON, by=by, **facts)


def test_call_is_a_record_of_the_production_and_names_nobody(
    joint: Production, task: Task, producer: Person
) -> None:
    version = publish_version(task=task, by=producer)

    session = called(joint, producer, versions=[version])

    assert list(versions_of(session)) == [version]
    assert session.seat == studio.sits(producer, joint)
    assert list(sessions_of(joint)) == [session]
    assert session_by_uri(session.uri) == session


def test_version_of_another_production_is_refused(
    film: Production, task: Task, producer: Person
) -> None:
    version = publish_version(task=task, by=producer)
    other = studio.production(producer)

    with pytest.raises(ElsewhereError):
        called(other, producer, versions=[version])


def test_playlist_shows_the_newest_version_of_a_place_without_one(
    film: Production, task: Task, producer: Person
) -> None:
    publish_version(task=task, by=producer)
    newest = publish_version(task=task, by=producer)
    item = PlaylistItem(entity=task.entity_id)
    playlist = make_playlist(production=film, name="Reel", items=[item], by=producer)

    session = called(film, producer, playlist=playlist)

    assert [version.uri for version in versions_of(session)] == [newest.uri]


def test_who_called_changes_closes_and_withdraws(
    film: Production, task: Task, producer: Person
) -> None:
    first, second = (publish_version(task=task, by=producer) for _ in range(2))
    artist = studio.member(film, "artist", producer)
    session = called(film, artist, versions=[first])

    changed = change_session(session=session, changes={"items": (second.uri,)}, by=artist)
    assert list(versions_of(changed)) == [second]
    closed = close_session(session=changed, by=producer)
    assert not closed.is_open
    with pytest.raises(SessionOverError):
        change_session(session=closed, changes={"name": "Later"}, by=artist)
    withdraw_session(session=closed, by=artist)
    assert session_by_uri(session.uri) is None


@pytest.mark.parametrize("role", ["client", "observer"])
def test_who_makes_nothing_calls_nobody(film: Production, producer: Person, role: str) -> None:
    person = studio.member(film, role, producer)

    with pytest.raises(NotAllowedError):
        called(film, person)


def test_pictures_that_are_lacking_are_asked_for_once(
    here: Node, there: Peer, joint: Production, task: Task, producer: Person
) -> None:
    record = shown(there, task)
    studio.arrive(there, here, record)
    version = Version.objects.get(uri=record.uri)
    session = called(joint, producer, versions=[version])

    assert prepare(session) == 1
    assert prepare(session) == 1
    wishes = Holding.objects.get(version=version, origin=here.origin)
    assert (wishes.wanted, wishes.rev) == (["hd", "light"], 1)
    assert [place.copies for place in places(session)] == [
        {here.origin: "missing", there.origin: "missing"}
    ]


def test_each_city_is_shown_with_what_it_has(
    here: Node, there: Peer, joint: Production, task: Task, producer: Person
) -> None:
    record = shown(there, task)
    held = CopiesHeld(
        uri=there.uri(), created_at=NOON, production=joint.uri, version=record.uri,
        renditions=("light", "original"),
    )  # fmt: skip
    studio.arrive(there, here, record, held)
    session = called(joint, producer, versions=[Version.objects.get(uri=record.uri)])

    (place,) = places(session)

    assert place.copies == {here.origin: "missing", there.origin: "here"}


def test_facts_of_a_session_tell_its_host_and_frames(
    here: Node, there: Peer, joint: Production, task: Task, producer: Person
) -> None:
    record = shown(there, task)
    studio.arrive(there, here, record)
    session = called(joint, producer, versions=[Version.objects.get(uri=record.uri)])

    facts = facts_of(session)

    assert (facts.host, facts.cities) == (here.origin, (here.origin, there.origin))
    assert facts.more["items"] == [
        {"version": record.uri, "hash": "c" * 64, "first": 1001, "frames": 48, "rate": [24, 1]}
    ]


def test_session_of_the_other_city_is_hosted_there(
    here: Node, there: Peer, joint: Production
) -> None:
    seat = studio.seat_there(there, joint)
    record = SessionCalled(
        uri=there.uri(), created_at=NOON, production=joint.uri, seat=seat.uri, name="Fog",
        begins=NOON,
    )  # fmt: skip
    studio.arrive(there, here, seat, record)

    session = session_by_uri(record.uri)

    assert session is not None
    assert facts_of(session).host == there.origin


def test_held_session_is_stated_without_few_people_and_counted(
    joint: Production, producer: Person, here: Node, there: Peer
) -> None:
    open_kind(kind=SessionWasHeld.kind, audience="public", article="annex", instrument="test")
    session = called(joint, producer)
    people = {here.origin: 6, there.origin: 2}
    day = date(2031, 3, 4)

    state_held(session=session.uri, day=day, minutes=10, people=people, said=3)
    state_held(session=session.uri, day=day, minutes=42, people=people, said=7)
    state_held(session=session.uri, day=day, minutes=42, people=people, said=7)

    stated = SessionHeld.objects.get()
    assert stated.people == {here.origin: 6, there.origin: None}
    assert (stated.minutes, stated.said, stated.rev) == (42, 7, 2)
    assert count_reviews(MAY, None) == count_reviews(MAY, here.origin) == 1
    assert count_review_minutes(MAY, None) == 42
    assert count_reviews(MAY, there.origin) == 0


def test_held_session_is_not_stated_before_an_article_opens_it(
    joint: Production, producer: Person, here: Node
) -> None:
    session = called(joint, producer)

    held = state_held(
        session=session.uri, day=date(2031, 3, 4), minutes=10, people={here.origin: 9}, said=0
    )

    assert held is None


@pytest.mark.parametrize(
    "fields",
    [{"people": {"a" * 32: 4}}, {"people": {"b" * 32: 9}}, {"minutes": -1}, {"said": -1}],
)
def test_statement_that_tells_of_few_people_or_cannot_be_is_refused(
    fields: dict[str, Any],
) -> None:
    good: dict[str, Any] = {
        "uri": f"jumelage:{'a' * 32}:{'b' * 26}",
        "created_at": datetime(2031, 3, 4, tzinfo=UTC),
        "held_on": date(2031, 3, 4),
        "minutes": 3,
        "cities": ("a" * 32,),
    }
    with pytest.raises(InvalidRecordError):
        SessionWasHeld(**{**good, **fields})


def test_sessions_are_found_by_name_and_state(film: Production, producer: Person) -> None:
    first = called(film, producer)
    later = call_session(
        production=film, name="Evening", begins=NOON + timedelta(hours=5), by=producer
    )
    close_session(session=first, by=producer)

    assert [each.name for each in sessions_of(film)] == ["Evening", "Dailies"]
    assert list(sessions_of(film, state="open")) == [later]
    assert [each.name for each in sessions_of(film, text="dail")] == ["Dailies"]
    assert [each.name for each in sessions_of(film, sort="name")] == ["Dailies", "Evening"]
