"""Opaque tokens of the dialect: a short one for requests, a longer one that renews it.

A token is 256 random bits; the database keeps its SHA-256, so that a copy of the database opens
nothing. Both tokens of a sign-in are one family: signing out, or a renewal token that is used
after the family ended, ends all of it. A family also ends with the password it began under: its
name carries a mark of it.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from jumelage.components.studio.kitsu.errors import ExpiredTokenError, WrongTokenError
from jumelage.components.studio.models import Token
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.uris import new_id

ACCESS = timedelta(hours=1)
REFRESH = timedelta(days=14)
REMEMBERED_SECONDS = 1.0
"""How long a token is known without asking the database: an account that is closed in between, or
a seat that is taken back, can go on for that long."""
MOST_REMEMBERED = 4096

MARK = 10
"""Letters of a family's name that are the mark of a password."""
Kind = Token.Kind


@dataclass(frozen=True, slots=True)
class Pair:
    """The two tokens of a sign-in."""

    access: str
    refresh: str


_remembered: dict[bytes, tuple[float, Token]] = {}


@transaction.atomic
def issue(*, person: Person) -> Pair:
    """Begin a family of tokens of *person*; forget those of theirs that have expired."""
    Token.objects.filter(person=person, expires_at__lt=clock.now() - REFRESH).delete()
    family = new_id()[:-MARK] + password_mark(person)
    return Pair(
        _new(person, Kind.ACCESS, family, ACCESS), _new(person, Kind.REFRESH, family, REFRESH)
    )


def password_mark(person: Person) -> str:
    """Return what tells the password of *person* from their former ones, and nothing else."""
    return person.user.get_session_auth_hash()[:MARK]


def stands(token: Token) -> bool:
    """Tell whether the password of the person of *token* is still the one it began under."""
    return token.family.endswith(password_mark(token.person))


def renew(*, refresh: Token) -> str:
    """Return a new short token of the same family."""
    return _new(refresh.person, Kind.ACCESS, refresh.family, ACCESS)


def end(*, family: str) -> None:
    """End every token of *family*."""
    Token.objects.filter(family=family).delete()
    for digest, (_, token) in list(_remembered.items()):
        if token.family == family:
            _remembered.pop(digest, None)


def read(text: str, kind: str = Kind.ACCESS) -> Token:
    """Return the token *text* with its person and account.

    Raises:
        WrongTokenError: it was never issued, was ended, is of another kind, the account is
            closed, or its password is another one now.
        ExpiredTokenError: its time is over.
    """
    digest = _digest(text)
    token = _held(digest) or _stored(digest)
    if token is None or token.kind != kind:
        raise WrongTokenError
    if token.expires_at <= clock.now():
        raise ExpiredTokenError
    return token


def _held(digest: bytes) -> Token | None:
    held = _remembered.get(digest)
    return held[1] if held and time.monotonic() - held[0] < REMEMBERED_SECONDS else None


def _stored(digest: bytes) -> Token | None:
    tokens = Token.objects.select_related("person__user")
    token = tokens.filter(digest=digest.hex(), person__user__is_active=True).first()
    if token is None or not stands(token):
        _remembered.pop(digest, None)
        return None
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[digest] = (time.monotonic(), token)
    return token


def _new(person: Person, kind: str, family: str, life: timedelta) -> str:
    text, at = secrets.token_urlsafe(32), clock.now()
    Token.objects.create(
        digest=_digest(text).hex(), person=person, kind=kind, family=family,
        issued_at=at, expires_at=at + life,
    )  # fmt: skip
    return text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
