"""The secret address under which somebody's calendar program reads their bookings."""

import secrets

from django.db import transaction

from jumelage.components.rooms.models import Feed
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure, may
from jumelage.kit import clock

BYTES = 24
"""Of chance in a secret: nobody finds one by trying."""


@transaction.atomic
def renew_feed(*, by: Person) -> Feed:
    """Give *by* a new secret address; the one before, if any, stops at once."""
    ensure(by, "rooms.own-feed")
    fresh = {"secret": secrets.token_urlsafe(BYTES), "made_at": clock.now()}
    feed, _new = Feed.objects.update_or_create(person=by, defaults=fresh)
    return feed


def feed_under(secret: str) -> Feed | None:
    """Return the address *secret*, while the person it is of may have one."""
    feed = Feed.objects.select_related("person").filter(secret=secret).first()
    return feed if feed and may(feed.person, "rooms.own-feed") else None
