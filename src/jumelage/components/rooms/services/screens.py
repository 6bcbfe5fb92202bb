"""Screens of windows: made, signed in by their link, taken back; what they tell of themselves."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from jumelage.bridge.api import me
from jumelage.components.rooms.errors import StrangeScreenError, UnnamedScreenError
from jumelage.components.rooms.models import Cause, Interruption, OpenDay, Screen
from jumelage.components.rooms.selectors.windows import Pane, own
from jumelage.components.rooms.services.evidence import state_session
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock

SECRET_BYTES = 32
LONGEST_NAME = 60
BEAT = timedelta(seconds=15)
"""How often a screen tells that it is there."""
MISSED = timedelta(seconds=60)
"""Without a word for so long a screen was off."""
LONGEST_TOLD = timedelta(days=3)
MOST_TOLD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An interruption as the screen saw it."""

    began_at: datetime
    ended_at: datetime
    cause: Cause


@transaction.atomic
def make_screen(*, pane: Pane, name: str, by: Person) -> tuple[Screen, str]:
    """Make a screen of this city's room and return it with the secret of its link.

    The secret is shown once; the node keeps a digest.

    Raises:
        UnnamedScreenError: it has no name to tell it by.
    """
    ensure(by, "rooms.change-window", own(pane))
    given = " ".join(name.split())[:LONGEST_NAME]
    if not given:
        raise UnnamedScreenError
    secret = secrets.token_urlsafe(SECRET_BYTES)
    screen = Screen.objects.create(
        window=pane.first.uri, name=given, link_digest=digest(secret), made_by=by
    )
    return screen, secret


@transaction.atomic
def revoke_screen(*, screen: Screen, pane: Pane, by: Person) -> Screen:
    """Take back the link of *screen*; whatever browser shows it goes dark at its next word."""
    ensure(by, "rooms.change-window", own(pane))
    screen.revoked_at = screen.revoked_at or clock.now()
    screen.cookie_digest = ""
    screen.save(update_fields=["revoked_at", "cookie_digest"])
    return screen


@transaction.atomic
def sign_in(*, secret: str) -> tuple[Screen, str]:
    """Return the screen whose link holds *secret*, and what its cookie is to hold from now on.

    A cookie given before is void: one browser is the screen at any time.

    Raises:
        StrangeScreenError: there is no such link, or it was taken back.
    """
    found = Screen.objects.valid().select_for_update().filter(link_digest=digest(secret)).first()
    if found is None:
        raise StrangeScreenError
    cookie = secrets.token_urlsafe(SECRET_BYTES)
    found.cookie_digest, found.opened_at = digest(cookie), clock.now()
    found.save(update_fields=["cookie_digest", "opened_at"])
    return found, cookie


def screen_of(cookie: str) -> Screen | None:
    """Return the screen whose browser holds *cookie*, or None."""
    if not cookie:
        return None
    return Screen.objects.valid().filter(cookie_digest=digest(cookie)).first()


@transaction.atomic
def keep_devices(*, screen: Screen, microphone: bool, camera: bool) -> Screen:
    """Keep what the screen sends, for when it comes back."""
    screen.microphone, screen.camera = microphone, camera
    screen.save(update_fields=["microphone", "camera"])
    return screen


@transaction.atomic
def take_beat(*, screen: Screen, open_seconds: float, told: Sequence[Told]) -> None:
    """Note that *screen* lives, for how long the other room came since its last word, what was not.

    Time passes no faster for a screen than for its node: more is not counted.
    """
    now = clock.now()
    last = screen.seen_at or now
    for each in told[:MOST_TOLD]:
        if each.began_at < each.ended_at <= now and each.ended_at - each.began_at < LONGEST_TOLD:
            _note(screen, each)
    if now - last > MISSED and not _explained(screen, last, now):
        _note(screen, Told(began_at=last, ended_at=now, cause=Cause.SCREEN))
    _count(screen, max(0.0, min(open_seconds, (now - last + BEAT).total_seconds())), now)
    screen.seen_at = now
    screen.save(update_fields=["seen_at"])


def _note(screen: Screen, told: Told) -> None:
    Interruption.objects.get_or_create(
        screen=screen,
        began_at=told.began_at,
        defaults={
            "window": screen.window,
            "ended_at": told.ended_at,
            "cause": told.cause,
        },
    )


def _explained(screen: Screen, start: datetime, end: datetime) -> bool:
    """Tell whether the screen itself told of most of that time (a reload keeps what it saw)."""
    rows = Interruption.objects.filter(screen=screen, began_at__lt=end, ended_at__gt=start)
    seconds = sum(
        (min(row.ended_at, end) - max(row.began_at, start)).total_seconds() for row in rows
    )
    return seconds * 2 > (end - start).total_seconds()


def _count(screen: Screen, seconds: float, now: datetime) -> None:
    row, _ = OpenDay.objects.select_for_update().get_or_create(
        window=screen.window, day=now.date(), defaults={"first_at": now, "last_at": now}
    )
    row.seconds = min(row.seconds + seconds, (now - row.first_at + BEAT).total_seconds())
    row.last_at = now
    row.save(update_fields=["seconds", "last_at"])


def state_days() -> int:
    """State on the bridge how long windows were open, each day; return how many days were said.

    The city that opened the window first says it, from its own screen's word (a duty).
    """
    said, now = 0, clock.now()
    for row in OpenDay.objects.filter(last_at__gt=now - timedelta(days=7)).order_by("day"):
        if not row.is_news(now) or not row.window.startswith(f"jumelage:{me().origin}:"):
            continue
        of_day = Interruption.objects.filter(window=row.window, began_at__date=row.day)
        state_session(
            session=row.window,
            is_window=True,
            began_at=row.first_at,
            ended_at=row.last_at,
            minutes=round(row.seconds / 60),
            people={},
            calls=0,
            interruptions=of_day.count(),
        )
        OpenDay.objects.filter(pk=row.pk).update(stated_at=now)
        said += 1
    return said


def digest(secret: str) -> str:
    """Return what is kept of *secret*; it is long and random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
