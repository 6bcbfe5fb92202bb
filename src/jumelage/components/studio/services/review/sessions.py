"""Calling both cities to a review, changing and closing it, and having its pictures in time."""

import base64
import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.db import transaction

from jumelage.bridge.api import KindNotOpenedError, me, publish
from jumelage.components.studio.models import (
    Playlist,
    Production,
    ReviewSession,
    SessionHeld,
    Version,
)
from jumelage.components.studio.records import SessionCalled, SessionWasHeld
from jumelage.components.studio.records.usage import FEW
from jumelage.components.studio.selectors.sessions import PROXIES, near_sessions, versions_of
from jumelage.components.studio.services.media.crossing import (
    held_here,
    named,
    say_held,
    ship_quietly,
)
from jumelage.components.studio.services.saying import (
    put,
    revise,
    same_production,
    take_back,
    voice,
)
from jumelage.components.studio.together.errors import SessionOverError
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.uris import Uri

logger = logging.getLogger(__name__)
CHANGEABLE = frozenset({"name", "items", "playlist", "begins"})


@transaction.atomic
def call_session(
    *,
    production: Production,
    name: str,
    begins: datetime,
    by: Person,
    versions: Sequence[Version] = (),
    playlist: Playlist | None = None,
) -> ReviewSession:
    """Call both cities to look at *versions*, or at *playlist*, together; this city is the host.

    What this city or the other lacks of their pictures is asked for at once.

    Raises:
        ElsewhereError: a version or the playlist belongs to another production.
    """
    held = voice(by, "studio.call-session", production)
    same_production(production, playlist, *versions)
    record = SessionCalled(
        uri=held.new_uri(),
        created_at=clock.now(),
        production=production.uri,
        seat=held.seat,
        name=name.strip(),
        begins=begins,
        items=() if playlist else tuple(version.uri for version in versions),
        playlist=playlist.uri if playlist else "",
    )
    session = put(held, ReviewSession, [record])[0]
    transaction.on_commit(lambda: prepare(session))
    return session


@transaction.atomic
def change_session(*, session: ReviewSession, changes: dict[str, Any], by: Person) -> ReviewSession:
    """Say *session* again with *changes*, fields of `SessionCalled`.

    Raises:
        SessionOverError: it is closed.
    """
    held = voice(by, "studio.change-session", session)
    if not session.is_open:
        raise SessionOverError
    changed = revise(held, session, changes, CHANGEABLE)
    transaction.on_commit(lambda: prepare(changed))
    return changed


@transaction.atomic
def close_session(*, session: ReviewSession, by: Person) -> ReviewSession:
    """Close *session*; what was said in it stays. Idempotent."""
    held = voice(by, "studio.change-session", session)
    if session.closed_at is not None:
        return session
    return revise(held, session, {"closed_at": clock.now()}, frozenset({"closed_at"}))


@transaction.atomic
def withdraw_session(*, session: ReviewSession, by: Person) -> None:
    """Take *session* back, as if nobody had been called."""
    take_back(voice(by, "studio.change-session", session), session)


def prepare(session: ReviewSession) -> int:
    """Send and ask for what the cities lack of the pictures of *session*; return how many.

    Each city does its own half: it sends what it made, and asks for what the other made.
    """
    if not session.production.is_joint:
        return 0
    here, asked = me().origin, 0
    for version in versions_of(session):
        if version.origin == here:
            ship_quietly(version)
        else:
            asked += _ask(version)
    return asked


def _ask(version: Version) -> bool:
    """Ask for the pictures of *version*, once; tell whether they were lacking."""
    lacking = {name for name in named(version) if name in PROXIES} - set(held_here(version))
    if lacking:
        held = version.holdings.live().filter(origin=me().origin).first()
        say_held(version, wanted=lacking | set(held.wanted if held else ()))
    return bool(lacking)


def prepare_sessions() -> int:
    """Have the pictures of the sessions that are near; return how many are lacking. A duty."""
    return sum(prepare(session) for session in near_sessions()[:50])


def state_held(
    *, session: str, day: date, minutes: int, people: Mapping[str, int], said: int
) -> SessionHeld | None:
    """State that this city hosted *session* (a URI): counts only; again when they have grown.

    *people* by city; nothing is told of one to four. None: no article opens it.
    """
    uri = held_uri(session)
    known = SessionHeld.objects.filter(uri=uri).first()
    record = SessionWasHeld(
        uri=uri,
        created_at=known.created_at if known else clock.now(),
        held_on=day,
        minutes=minutes,
        cities=tuple(sorted(people)),
        people={city: count if count >= FEW else None for city, count in sorted(people.items())},
        said=said,
    )
    if known is None or SessionWasHeld.of(known) != record:
        try:
            with transaction.atomic():
                publish(record)
        except KindNotOpenedError:
            return None
    return SessionHeld.objects.get(uri=uri)


def held_uri(session: str) -> str:
    """Return the URI of the statement about *session*; it says nothing to who does not know that."""
    secret = blake2b(f"held {session}".encode(), digest_size=16).digest()
    name = base64.b32encode(secret).decode().rstrip("=").lower()
    return str(Uri(me().origin, name))
