"""Hypothesis strategies for the studio's records, whose fields depend on each other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from jumelage.components.studio.models.values import (
    ChecklistItem,
    Colour,
    Media,
    PlaylistItem,
    Stored,
    Stroke,
    WordDefinition,
)
from jumelage.components.studio.records import (
    AnnotationDrawn,
    ChangeAnswered,
    ChangeRequested,
    CommentMade,
    CopiesHeld,
    EntityPlanned,
    PlaylistMade,
    ProductionOpened,
    SeatGiven,
    SessionCalled,
    SessionWasHeld,
    TaskSet,
    UsageStated,
    VersionPublished,
)
from jumelage.components.studio.records.usage import Figures
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

ORIGINS = ("a" * 32, "b" * 32)
POOL = tuple(str(Uri(origin, letter * 26)) for origin in ORIGINS for letter in "abc")
pool = st.sampled_from(POOL)
words = st.sampled_from(["", "Night", "L’heure bleue", "𝄞"])
named = st.sampled_from(["Night", "L’heure bleue", "sh010"])
slugs = st.sampled_from(["todo", "wip", "night-work"])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
days = st.none() | st.dates()
frames = st.none() | st.integers(0, 5000)
plain = st.none() | st.booleans() | st.integers(-9, 9) | st.just(0.5) | words
facts = st.dictionaries(named, plain, max_size=2)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
stored = st.builds(Stored, hash=hashes, size=st.integers(0, 10**9), type=words)
media = st.builds(
    Media,
    kind=st.sampled_from(["movie", "picture", "sequence", "file"]),
    original=stored,
    width=st.integers(0, 4096),
    frames=st.integers(0, 4096),
    seconds=st.sampled_from([0.0, 1.5]),
    sound=st.booleans(),
    colour=st.none() | st.builds(Colour, input=words),
    renditions=st.dictionaries(st.sampled_from(["hd", "light"]), stored, max_size=2),
)
definitions = st.builds(
    WordDefinition,
    family=st.sampled_from(["task-type", "status", "asset-type", "department"]),
    slug=slugs,
    name=named,
    order=st.integers(0, 9),
    facts=facts,
)
strokes = st.builds(
    Stroke,
    tool=st.sampled_from(["pen", "arrow", "text"]),
    points=st.lists(st.just((0.25, 0.5)), max_size=2).map(tuple),
    text=words,
)


def _few(strategy: Built, most: int = 2) -> Built:
    return st.lists(strategy, max_size=most).map(tuple)


def _seat_beside(uri: str) -> str:
    """Return a seat of the city that owns *uri*."""
    return str(Uri(Uri.parse(uri).origin, "d" * 26))


def _other(uri: str) -> str:
    """Return a record of the other city."""
    origin = ORIGINS[Uri.parse(uri).origin == ORIGINS[0]]
    return str(Uri(origin, "e" * 26))


def productions(uri: Built) -> Built:
    """Return productions."""
    return st.builds(
        ProductionOpened,
        uri=uri,
        created_at=instants,
        name=named,
        type=st.sampled_from(["short-film", "class-exercise", "vfx-show", "other"]),
        rate=st.sampled_from(["24", "24000/1001"]),
        opened_to=st.sampled_from(["", ORIGINS[1]]),
        starts=days,
        words=_few(definitions, 3),
        data=facts,
    )


def seats(uri: Built) -> Built:
    """Return seats."""
    return st.builds(
        SeatGiven,
        uri=uri,
        created_at=instants,
        production=pool,
        role=st.sampled_from(["student", "teacher"]),
        number=st.integers(1, 99),
        organisation=st.none() | pool,
    )


def entities(uri: Built) -> Built:
    """Return shots and assets."""
    return st.builds(
        EntityPlanned,
        uri=uri,
        created_at=instants,
        production=pool,
        type=st.sampled_from(["episode", "sequence", "shot", "asset"]),
        name=named,
        description=words,
        parent=st.none(),
        frames=frames,
        frame_in=frames,
        cast=st.dictionaries(pool, st.integers(0, 9), max_size=2),
        canceled=st.booleans(),
        data=facts,
    )


def tasks(uri: Built) -> Built:
    """Return tasks."""
    return st.builds(
        TaskSet,
        uri=uri,
        created_at=instants,
        production=pool,
        entity=pool,
        task_type=slugs,
        status=slugs,
        assignees=_few(pool),
        estimate=frames,
        due=days,
        priority=st.integers(0, 9),
    )


def _said_by_a_seat(record: Callable[..., Any], **fields: Built) -> Callable[[Built], Built]:
    def build(uri: Built) -> Built:
        return uri.flatmap(
            lambda known: st.builds(
                record,
                uri=st.just(known),
                created_at=instants,
                production=pool,
                seat=st.just(_seat_beside(known)),
                **fields,
            )
        )

    return build


decisions = st.sampled_from([("", ""), ("wip", ""), ("done", "approved"), ("retake", "retake")])


def comments(uri: Built) -> Built:
    """Return comments with and without a status."""
    return decisions.flatmap(
        lambda given: _said_by_a_seat(
            CommentMade,
            task=pool,
            text=words,
            status=st.just(given[0]),
            decision=st.just(given[1]),
            checklist=_few(st.builds(ChecklistItem, text=words, checked=st.booleans())),
            reply_to=st.none() | pool,
            for_client=st.booleans(),
            pinned=st.booleans(),
        )(uri)
    )


versions = _said_by_a_seat(
    VersionPublished,
    task=pool,
    revision=st.integers(1, 5),
    position=st.integers(1, 3),
    name=named,
    media=st.none() | media,
    trouble=st.sampled_from(["", "damaged"]),
)


def holdings(uri: Built) -> Built:
    """Return what a city keeps."""
    names = _few(st.sampled_from(["hd", "original"]))
    return st.builds(
        CopiesHeld, uri=uri, created_at=instants, production=pool, version=pool, renditions=names
    )


annotations = _said_by_a_seat(
    AnnotationDrawn,
    version=pool,
    hash=hashes,
    first_frame=st.integers(0, 50),
    last_frame=st.integers(51, 99),
    drawing=_few(strokes),
    comment=st.just("") | pool,
)
playlists = _said_by_a_seat(
    PlaylistMade,
    name=named,
    items=_few(st.builds(PlaylistItem, entity=pool, version=st.none() | pool)),
    for_client=st.booleans(),
)


def requests(uri: Built) -> Built:
    """Return requests about records of the other city."""
    changed = st.dictionaries(named, plain | _few(pool), min_size=1, max_size=2)
    return uri.flatmap(
        lambda known: _said_by_a_seat(
            ChangeRequested, target=st.just(_other(known)), changes=changed, reason=words
        )(st.just(known))
    )


def answers(uri: Built) -> Built:
    """Return answers to the other city."""
    return uri.flatmap(
        lambda known: st.builds(
            ChangeAnswered,
            uri=st.just(known),
            created_at=instants,
            production=pool,
            request=st.just(_other(known)),
            accepted=st.booleans(),
            reason=st.sampled_from(["trusted", "decided", "impossible"]),
            seat=st.none() | st.just(_seat_beside(known)),
            note=words,
        )
    )


counts = st.integers(0, 9999)
told = st.builds(
    Figures,
    people=st.integers(5, 999),
    sessions=counts,
    minutes=counts,
    versions=counts,
    notes=counts,
)
months = st.dates().map(lambda day: f"{day:%Y}-{day:%m}").filter(lambda month: len(month) == 7)
withheld = st.builds(Figures)
categories = st.sampled_from(["company", "student", "guest", "other"])


def usages(uri: Built) -> Built:
    """Return stated months; few people are withheld."""
    return st.builds(
        UsageStated,
        uri=uri,
        created_at=instants,
        month=months,
        figures=st.dictionaries(categories, told | withheld, max_size=3),
    )


sessions = _said_by_a_seat(
    SessionCalled,
    name=named,
    begins=instants,
    items=_few(pool),
    playlist=st.just("") | pool,
    closed_at=st.none() | instants,
)


def held_sessions(uri: Built) -> Built:
    """Return sessions that were held; few people are withheld."""
    return st.builds(
        SessionWasHeld,
        uri=uri,
        created_at=instants,
        held_on=st.dates(),
        minutes=st.integers(0, 600),
        cities=st.just(ORIGINS),
        people=st.dictionaries(st.sampled_from(ORIGINS), st.none() | st.integers(5, 99)),
        said=counts,
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    ProductionOpened: productions,
    SeatGiven: seats,
    EntityPlanned: entities,
    TaskSet: tasks,
    CommentMade: comments,
    VersionPublished: versions,
    CopiesHeld: holdings,
    AnnotationDrawn: annotations,
    PlaylistMade: playlists,
    ChangeRequested: requests,
    ChangeAnswered: answers,
    UsageStated: usages,
    SessionCalled: sessions,
    SessionWasHeld: held_sessions,
}
