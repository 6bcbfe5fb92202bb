"""Photos of rooms between the cities: this city's are sent by freight, the others' are taken.

A photo travels as `<SHA-256>.jpg`. The room names the hash in its own record, so that what arrives
is only looked at when a room of its sender waits for it, and only kept when it is what was named.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction

from jumelage.bridge.api import (
    BridgeError,
    Node,
    NoIdentityError,
    freight,
    me,
    peers,
    send_files,
)
from jumelage.components.rooms.models import SentPhoto, TakenPhoto
from jumelage.components.rooms.photos import keeping
from jumelage.components.rooms.services import tasks
from jumelage.directory.models import Resource
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual

logger = logging.getLogger(__name__)
ROLE = "rooms"
TITLE = Bilingual(fr="Photos des salles", en="Photos of rooms")
MOST_AT_ONCE = 50
"""Photos in one delivery; one with more is none of a node's own making."""
MOST_DELIVERIES = 200
"""Of a city, the newest ones: an older photo has been taken, or its room has another by now."""
SEND_AGAIN = timedelta(days=1)
LOOK_AGAIN = timedelta(minutes=10)
MOST_TRIES = 3
"""Then it is the file that ends those who read it."""
FORGET_AFTER = timedelta(hours=1)
"""A room may get the photo back that it had a moment ago."""
AT_ONCE = 64 * 1024
"""Bytes read at a time."""


def send_photos() -> int:
    """Send each paired city the photos of this city's rooms it was not sent; a duty."""
    return sum(map(_send, peers()))


def _send(city: Node) -> int:
    photos = unsent(city)[:MOST_AT_ONCE]
    if not photos:
        return 0
    try:
        _ship(photos, city)
    except BridgeError as error:
        logger.info("photos of rooms do not go yet: %s", error.message)
        return 0
    return len(photos)


@transaction.atomic
def _ship(photos: Sequence[str], city: Node) -> None:
    delivery = send_files(
        paths={_name(photo): keeping.path_of(photo) for photo in photos},
        to=city,
        by=ROLE,
        title=f"{TITLE.fr} · {TITLE.en}",
        priority=freight.Priority.PROXY,
        role=ROLE,
    )
    SentPhoto.objects.bulk_create(
        SentPhoto(photo=photo, city=city.origin, delivery=delivery.uri) for photo in photos
    )


def unsent(city: Node) -> list[str]:
    """Return the photos of this city's rooms that *city* was not sent, in order."""
    ours = Resource.objects.live().filter(origin=me().origin).exclude(photo="")
    named = set(ours.values_list("photo", flat=True))
    sent = list(SentPhoto.objects.filter(city=city.origin, photo__in=named))
    known = freight.Delivery.objects.in_bulk([one.delivery for one in sent])
    gone = {one.photo for one in sent if _stands(one, known.get(one.delivery))}
    return [photo for photo in sorted(named - gone) if keeping.is_here(photo)]


def _stands(sent: SentPhoto, delivery: freight.Delivery | None) -> bool:
    """Tell whether it need not be sent again: it may arrive, a person stopped it, or it is early."""
    bad = {freight.State.FAILED, freight.State.REFUSED}
    if delivery is not None and (delivery.state not in bad or delivery.stuck == "person"):
        return True
    return sent.sent_at > clock.now() - SEND_AGAIN


def take_photos() -> int:
    """Let a worker look at each photo that came and that a room of its sender names; a duty."""
    return sum(_ask_for(delivery, photo) for delivery, photo in _arrived())


def _arrived() -> Iterator[tuple[str, str]]:
    """Yield the deliveries that hold a file for a photo that is lacking here, and the photo."""
    for origin, photos in _lacking().items():
        came = freight.delivered(direction=freight.Delivery.Direction.IN, role=ROLE)
        came = came.filter(peer=origin, released_at=None, files__lte=MOST_AT_ONCE)
        newest = came.order_by("-ended_at").values("pk")[:MOST_DELIVERIES]
        names = {_name(photo): photo for photo in photos}
        found = freight.DeliveryFile.objects.filter(delivery__in=newest, path__in=names)
        for delivery, path in found.values_list("delivery", "path"):
            yield delivery, names[path]


def _lacking() -> dict[str, set[str]]:
    """Return the photos that rooms of other cities name and that are not here, by their origin."""
    found: dict[str, set[str]] = defaultdict(set)
    theirs = Resource.objects.live().exclude(origin=_here()).exclude(photo="")
    for origin, photo in theirs.values_list("origin", "photo"):
        if not keeping.is_here(photo):
            found[origin].add(photo)
    return found


@transaction.atomic
def _ask_for(delivery: str, photo: str) -> bool:
    row, new = TakenPhoto.objects.select_for_update().get_or_create(photo=photo, delivery=delivery)
    over = row.state == TakenPhoto.State.REFUSED or row.tries >= MOST_TRIES
    if over or not (new or row.looked_at < clock.now() - LOOK_AGAIN):
        return False
    row.state, row.tries, row.looked_at = TakenPhoto.State.WAITING, row.tries + 1, clock.now()
    row.save()
    tasks.take_photo.enqueue(delivery, photo)
    return True


def take_in(*, delivery: str, photo: str) -> None:
    """Keep the file that *delivery* brought for *photo*, if a room of its sender still names it.

    Whatever is wrong with it is logged; it is looked at again where that could help.
    """
    row = TakenPhoto.objects.filter(delivery=delivery, photo=photo)
    try:
        kept = _take(freight.delivery(delivery), photo)
    except keeping.PhotoRefusedError as error:
        logger.warning("a photo in %s is left: %s", delivery, error.message)
        row.update(state=TakenPhoto.State.REFUSED)
    except (JumelageError, OSError) as error:
        logger.warning("a photo in %s cannot be looked at: %s", delivery, error)
    else:
        if kept:
            row.update(state=TakenPhoto.State.KEPT)
        else:
            row.delete()


def _take(delivery: freight.Delivery, photo: str) -> bool:
    """Keep the photo; False: no room names it any more."""
    theirs = Resource.objects.live().filter(origin=delivery.peer_id, photo=photo)
    if not theirs.exists():
        return False
    content = next(one for one in freight.contents(delivery) if one.path == _name(photo))
    with content.open() as file:
        keeping.keep_theirs(iter(lambda: file.read(AT_ONCE), b""), photo)
    return True


def forget_photos() -> int:
    """Delete the photos of other cities that no room has any more; return how many (a duty)."""
    named = Resource.objects.live().exclude(photo="").values("photo")
    old = TakenPhoto.objects.filter(looked_at__lt=clock.now() - FORGET_AFTER)
    left = old.exclude(photo__in=named)
    kept = left.filter(state=TakenPhoto.State.KEPT).values_list("photo", flat=True)
    for photo in set(kept):
        keeping.path_of(photo).unlink(missing_ok=True)
    return left.delete()[0]


def _name(photo: str) -> str:
    return f"{photo}.jpg"


def _here() -> str:
    try:
        return me().origin
    except NoIdentityError:
        return ""
