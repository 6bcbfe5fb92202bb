"""Files between the two cities of a joint production: proxies first, originals when wanted.

What crosses travels by freight under `<id of the version>/...`. The other city keeps a file only
if a version of that production names its hash, and says which it keeps (`copies-held`).
"""

import logging
import mimetypes
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction

from jumelage.bridge.api import (
    BridgeError,
    Node,
    freight,
    me,
    new_uri,
    peers,
    publish_all,
    send_files,
)
from jumelage.components.studio.models import (
    Holding,
    MediaFile,
    Production,
    Shipment,
    TakenDelivery,
    Version,
)
from jumelage.components.studio.records import CopiesHeld
from jumelage.components.studio.services.media import keeping
from jumelage.components.studio.services.saying import audience, voice
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.uris import Uri

logger = logging.getLogger(__name__)
ROLE = "studio"
ORIGINAL = "original"
MOST_AT_ONCE = 50
GONE = frozenset({freight.State.REFUSED, freight.State.CANCELLED, freight.State.FAILED})
FIRST_REST, LONGEST_REST = timedelta(hours=1), timedelta(days=1)
"""After which a file that did not arrive is sent again: the first time, and at most."""
LOOK_AGAIN = timedelta(seconds=60)
"""After which a delivery whose versions were not known yet is looked at again."""


def named(version: Version) -> Mapping[str, Any]:
    """Return what *version* says of its files by name: the original and each rendition."""
    if version.media is None:
        return {}
    return {ORIGINAL: version.media["original"], **version.media["renditions"]}


def held_here(version: Version) -> tuple[str, ...]:
    """Return the names of those files of *version* that are kept here, whole."""
    return tuple(sorted(name for name, told in named(version).items() if _is_whole(told["hash"])))


def _is_whole(hash_: str) -> bool:
    kept = MediaFile.objects.filter(pk=hash_).first()
    if kept is None or not keeping.path_of(hash_).is_file():
        return False
    if kept.type != keeping.LISTING:
        return True
    return keeping.are_here({frame.hash for frame in keeping.frames_of(kept)})


@transaction.atomic
def say_held(version: Version, wanted: Iterable[str] | None = None) -> Holding:
    """Say which files of *version* this city keeps, and would like to have."""
    known = Holding.objects.live().filter(version=version, origin=me().origin).first()
    names = held_here(version)
    wishes = known.wanted if wanted is None and known else wanted or ()
    record = CopiesHeld(
        uri=known.uri if known else new_uri(),
        created_at=known.created_at if known else clock.now(),
        production=version.production_id,
        version=version.uri,
        renditions=names,
        wanted=tuple(sorted(set(wishes) - set(names))),
    )
    if known is None or CopiesHeld.of(known) != record:
        publish_all([record], audience=audience(version.production))
    return Holding.objects.get(uri=record.uri)


def other_city(production: Production) -> Node | None:
    """Return the paired city that *production* is made with, or None."""
    here = me().origin
    others = [origin for origin in production.cities if origin != here]
    return next((node for node in peers() if node.origin in others), None)


def ship(version: Version) -> Sequence[Shipment]:
    """Send what the other city should have of *version* and was not sent: proxies, then originals.

    The original goes when the other city wants it, or when the production says `always`.

    Raises:
        BridgeError: no agreement lets files cross, or the city is not paired.
    """
    city = other_city(version.production)
    if city is None or version.origin != me().origin or version.withdrawn_at is not None:
        return []
    theirs = Holding.objects.live().filter(version=version, origin=city.origin).first()
    there = set(theirs.renditions) if theirs else set()
    wanted = set(theirs.wanted) if theirs else set()
    if version.production.data.get("originals") == "always":
        wanted.add(ORIGINAL)
    names = [n for n in held_here(version) if n not in there | _not_now(version)]
    proxies = [name for name in names if name != ORIGINAL]
    batches = [
        (proxies, "proxy"),
        ([ORIGINAL] if ORIGINAL in set(names) & wanted else [], "normal"),
    ]
    return [_send(version, city, batch, priority) for batch, priority in batches if batch]


def _sent(version: Version) -> Sequence[tuple[Shipment, freight.Delivery]]:
    """Return what was sent of *version* and is still known, in two queries however much it is.

    Of a delivery that was split, the part that did not arrive, if there is one.
    """
    sent = list(version.shipments.all())
    known: dict[str, freight.Delivery] = {}
    for part in freight.parts_of([one.delivery for one in sent]):
        whole = part.whole or part.uri
        if whole not in known or part.state in GONE:
            known[whole] = part
    return [(one, known[one.delivery]) for one in sent if one.delivery in known]


def _under_way(version: Version) -> set[str]:
    """Return the names of files that may still arrive, or have."""
    runs = [one for one, delivery in _sent(version) if delivery.state not in GONE]
    return {name for one in runs for name in one.renditions}


def _not_now(version: Version) -> set[str]:
    """Return the names of files that may still arrive, have, or did not so lately that it is early."""
    held: set[str] = set()
    ended: dict[str, list[datetime]] = defaultdict(list)
    for one, delivery in _sent(version):
        if delivery.state not in GONE:
            held.update(one.renditions)
            continue
        for name in one.renditions:
            ended[name].append(delivery.ended_at or one.sent_at)
    now = clock.now()
    return held | {name for name, at in ended.items() if max(at) + _rest(len(at)) > now}


def _rest(times: int) -> timedelta:
    """Return how long a file that did not arrive so many *times* is left alone."""
    return min(FIRST_REST * (1 << min(times - 1, 10)), LONGEST_REST)


@transaction.atomic
def _send(version: Version, city: Node, names: Sequence[str], priority: str) -> Shipment:
    paths: dict[str, Path] = {}
    for name in names:
        paths |= _paths(version, name)
    delivery = send_files(
        paths=paths,
        to=city,
        by=ROLE,
        title=f"{version.name or version.task} {version}"[:200],
        production=version.production.name[:80],
        priority=priority,
        role=ROLE,
    )
    return Shipment.objects.create(version=version, delivery=delivery.uri, renditions=list(names))


def slug_of(version: Version) -> str:
    """Return the first part of the paths under which files of *version* travel."""
    return Uri.parse(version.uri).id


def _paths(version: Version, name: str) -> dict[str, Path]:
    """Return the files of one rendition by the path they travel under."""
    hash_ = str(named(version)[name]["hash"])
    kept = MediaFile.objects.get(pk=hash_)
    lead = f"{slug_of(version)}/{name}"
    if kept.type == keeping.LISTING:
        frames = {
            f"{lead}/{PurePosixPath(frame.name).name}": keeping.path_of(frame.hash)
            for frame in keeping.frames_of(kept)
        }
        return {f"{lead}.json": keeping.path_of(hash_), **frames}
    suffix = f".{version.extension}" if name == ORIGINAL and version.extension else ""
    return {lead + (suffix or mimetypes.guess_extension(kept.type) or ""): keeping.path_of(hash_)}


def ship_quietly(version: Version) -> None:
    """Send what can be sent now; what cannot be is tried again by the duty."""
    try:
        ship(version)
    except JumelageError as error:
        logger.info("files of %s do not go yet: %s", version.uri, error.message)


def share_original(*, version: Version, by: Person) -> None:
    """Let both cities have the original of *version*: send it, or ask the other city for it."""
    voice(by, "studio.share-original", version)
    if version.origin == me().origin:
        city = other_city(version.production)
        if city and ORIGINAL in held_here(version) and ORIGINAL not in _under_way(version):
            _send(version, city, [ORIGINAL], "normal")
        return
    say_held(version, wanted=[ORIGINAL])


def send_wanted() -> int:
    """Send what the other city wants and what could not be sent before; a duty."""
    here, sent = me().origin, 0
    if not peers():
        return 0
    asked = Holding.objects.live().exclude(origin=here).exclude(wanted=[]).values("version")
    waiting = Version.objects.live().filter(origin=here, shipments=None)
    waiting = waiting.exclude(media=None).exclude(production__opened_to="")
    wanted = Version.objects.live().filter(origin=here, pk__in=asked)
    for version in [*waiting[:MOST_AT_ONCE], *wanted[:MOST_AT_ONCE]]:
        try:
            sent += len(ship(version))
        except BridgeError as error:
            logger.info("files do not go yet: %s", error.message)
            return sent
    return sent


def take_deliveries() -> int:
    """Let a worker take in what arrived for the studio; a duty."""
    from jumelage.components.studio.services.media.tasks import take_in as task  # noqa: PLC0415

    taken = TakenDelivery.objects.filter(lacking=False).values("delivery")
    arrived = freight.delivered(direction=freight.Delivery.Direction.IN, role=ROLE)
    fresh = arrived.filter(released_at=None).exclude(pk__in=taken)
    count = 0
    for delivery in fresh[:MOST_AT_ONCE]:
        marked, new = TakenDelivery.objects.get_or_create(
            delivery=delivery.uri, defaults={"ended_at": clock.now(), "lacking": True}
        )
        if new or marked.ended_at < clock.now() - LOOK_AGAIN:
            TakenDelivery.objects.filter(pk=marked.pk).update(ended_at=clock.now())
            task.enqueue(delivery.uri)
            count += 1
    return count


def take_in(uri: str) -> None:
    """Keep the files of a delivery that versions of their sender name, and say so."""
    delivery = freight.delivery(uri)
    touched: dict[str, Version] = {}
    files, lacking = 0, False
    for content in freight.contents(delivery):
        version = _version_of(content.path, delivery.peer_id)
        if version is None or version.media is None:
            lacking = True
        elif _take(content, version):
            files += 1
            touched[version.uri] = version
    for version in touched.values():
        say_held(version)
    marked = {"ended_at": clock.now(), "files": files, "lacking": lacking}
    TakenDelivery.objects.update_or_create(delivery=uri, defaults=marked)


def _version_of(path: str, origin: str) -> Version | None:
    slug = path.partition("/")[0]
    found = Version.objects.live().filter(origin=origin, uri=str(Uri(origin, slug)))
    return found.select_related("production").first()


def _take(content: "freight.Content", version: Version) -> bool:
    """Keep *content* if *version* names it; tell whether it did."""
    wanted = {told["hash"]: told for told in named(version).values()}
    name = content.path.partition("/")[2]
    draft = keeping.scratch() / "content"
    try:
        hash_ = content.write(draft)
        if hash_ in wanted:
            kind = wanted[hash_].get("type") or "application/octet-stream"
        elif name.startswith(f"{ORIGINAL}/") and hash_ in _frames_wanted(version):
            kind = "application/octet-stream"
        else:
            logger.warning("%s is none of the files of %s", content.path, version.uri)
            return False
        keeping.settle(draft, hash_, content.size, kind)
        return True
    finally:
        draft.unlink(missing_ok=True)
        draft.parent.rmdir()


def _frames_wanted(version: Version) -> set[str]:
    """Return the hashes of the frames of a sequence, whose listing came before them."""
    listing = MediaFile.objects.filter(pk=named(version)[ORIGINAL]["hash"]).first()
    if listing is None or listing.type != keeping.LISTING:
        return set()
    return {frame.hash for frame in keeping.frames_of(listing)}
