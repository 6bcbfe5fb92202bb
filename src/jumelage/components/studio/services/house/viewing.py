"""The log of views: what is written when something is given out, and how long it is kept."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F

from jumelage.components.studio.models import Category, GuestLink, Version, View
from jumelage.components.studio.selectors.house.access import category_of
from jumelage.directory.models import Person
from jumelage.kit import clock

PAUSE = timedelta(minutes=10)
"""A longer one begins a new view."""
SELDOM = timedelta(seconds=20)
"""A movie is fetched in many parts; the row is not written for each."""
UNLOGGED = frozenset({"thumbnail", "waveform"})
"""Small pictures in lists, and sound as a line: no frame can be studied in them."""


def note_view(
    *,
    version: Version,
    what: str,
    name: str = "",
    person: Person | None = None,
    guest: GuestLink | None = None,
) -> View | None:
    """Note that *person* or *guest* was given *what* (`View.What`) of *version*."""
    if name in UNLOGGED or (person is None and guest is None):
        return None
    now = clock.now()
    same = View.objects.filter(
        version=version.uri, what=what, name=name, person=person, guest=guest
    )
    going_on = same.filter(last_at__gt=now - PAUSE).order_by("-last_at").first()
    if going_on is None:
        return View.objects.create(
            production=version.production_id,
            version=version.uri,
            what=what,
            name=name,
            person=person,
            guest=guest,
            category=Category.GUEST if guest or person is None else category_of(person),
            first_at=now,
            last_at=now,
        )
    if now - going_on.last_at >= SELDOM:
        View.objects.filter(pk=going_on.pk).update(last_at=now, requests=F("requests") + 1)
    return going_on


def note_file(
    *, version: Version, name: str, person: Person | None = None, guest: GuestLink | None = None
) -> View | None:
    """Note that somebody was given the file of *version* called *name*."""
    what = View.What.ORIGINAL if name == "original" else View.What.RENDITION
    return note_view(version=version, what=what, name=name, person=person, guest=guest)


def forget_old_views() -> int:
    """Delete the views that are older than the node keeps them; return how many. A duty."""
    days = settings.NODE.studio_view_days
    if days == 0:
        return 0
    old = View.objects.filter(last_at__lt=clock.now() - timedelta(days=days))
    return old.delete()[0]
