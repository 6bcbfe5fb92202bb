"""What this city says of pairs: the word about its own room, and the coordinator's decision.

Locks are taken in one order: the pair, then slots, then the feeds.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from jumelage.bridge.api import me, new_uri, publish_all
from jumelage.components.rooms.models import Answer, Occurrence, Pair, Verdict
from jumelage.components.rooms.records import (
    AnswerWord,
    PairDecided,
    RoomAnswered,
    VerdictWord,
)
from jumelage.components.rooms.states import Decision, Reason, Said, Word
from jumelage.directory.calendars import services as calendars
from jumelage.directory.calendars.errors import OverlapError
from jumelage.directory.calendars.opening import is_open
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Reservation, Resource
from jumelage.kit import clock
from jumelage.kit.uris import Uri

SOURCE = "pair"
"""What reservations for pairs say they are from."""


def locked(uri: str) -> Pair | None:
    """Return the pair *uri*; nobody else changes what is said of it until the transaction ends."""
    return Pair.objects.select_for_update().filter(uri=uri).first()


def audience(pair: Pair) -> str:
    """Return whom this city tells about *pair*: the other one of the two."""
    here, twin = (me().origin, Uri.parse(pair.twin_room_id or "").origin)
    return f"twin:{pair.origin if twin == here else twin}"


def own_room_id(pair: Pair) -> str:
    """Return the room of *pair* that is this city's; empty: neither is."""
    here = me().origin
    rooms = (pair.room_id or "", pair.twin_room_id or "")
    return next((uri for uri in rooms if uri and Uri.parse(uri).origin == here), "")


def say(pair: Pair, said: Said) -> None:
    """Say *said* of this city's room; what was said before stays, and no word goes back."""
    room, here = own_room_id(pair), me().origin
    row = Answer.objects.filter(pair=pair, room=room, origin=here).order_by("uri").first()
    held = row.words if row is not None and row.terms == pair.terms else {}
    words = _merged(held, said, final=(Word.REFUSED, Word.RELEASED))
    if row is not None and words == held:
        return
    record = RoomAnswered(
        uri=row.uri if row is not None else new_uri(),
        created_at=clock.now(),
        pair=pair.uri,
        room=room,
        terms=pair.terms,
        words=tuple(
            AnswerWord(number=int(number), **each)  # type: ignore[arg-type]  # words of the list
            for number, each in words.items()
        ),
    )
    publish_all([record], audience=audience(pair))


def rule(pair: Pair, said: Said) -> None:
    """Decide *said*, as the city that asked; no decision to release is taken back."""
    row = Verdict.objects.filter(pair=pair, origin=pair.origin).order_by("uri").first()
    held = row.words if row is not None and row.terms == pair.terms else {}
    words = _merged(held, said, final=(Decision.RELEASED,))
    if row is not None and words == held:
        return
    record = PairDecided(
        uri=row.uri if row is not None else new_uri(),
        created_at=clock.now(),
        pair=pair.uri,
        terms=pair.terms,
        words=tuple(
            VerdictWord(number=int(number), **each)  # type: ignore[arg-type]  # words of the list
            for number, each in words.items()
        ),
    )
    publish_all([record], audience=audience(pair))


def _merged(
    held: Mapping[str, Mapping[str, str]], said: Said, *, final: Collection[str]
) -> dict[str, Mapping[str, str]]:
    words = dict(held)
    for number, (word, reason) in said.items():
        if words.get(str(number), {}).get("word") not in final:
            words[str(number)] = {"word": word, "reason": reason}
    return words


def try_to_hold(room: Resource, occurrence: Occurrence, *, closed_too: bool = False) -> Reason:
    """Hold *room* for *occurrence*; return why not, or nothing when it is held.

    *closed_too*: somebody in charge opens the room although it is closed then.
    """
    span = Span(occurrence.starts_at, occurrence.ends_at)
    if room.withdrawn_at is not None:
        return Reason.UNKNOWN
    if span.start <= clock.now():
        return Reason.LATE
    if not closed_too and not is_open(room, span):
        return Reason.CLOSED
    try:
        calendars.hold(resource=room, span=span, for_uri=occurrence.uri, source=SOURCE)
    except OverlapError:
        return Reason.TAKEN
    return Reason.NOTHING


def free_moved(pair: Pair) -> Sequence[str]:
    """Free what is kept for *pair* at times that are not asked for any more; see `free`."""
    now_at = {each.uri: each.span for each in Occurrence.objects.filter(series=pair.uri)}
    kept = Reservation.objects.filter(source=SOURCE, for_uri__in=now_at)
    moved = (one for one in kept if Span(one.starts_at, one.ends_at) != now_at[one.for_uri])
    return calendars.free(for_uris=[each.for_uri for each in moved])


@transaction.atomic
def answer_for(
    pair: Pair, occurrences: Iterable[Occurrence], room: Resource, *, closed_too: bool = False
) -> None:
    """Hold *room* for *occurrences* where it can be had, and say so.

    Where all were asked or none, and one cannot be had, nothing is held.
    """
    moved = free_moved(pair)
    found = {
        occurrence: try_to_hold(room, occurrence, closed_too=closed_too)
        for occurrence in sorted(occurrences, key=lambda each: each.starts_at)
    }
    if pair.all_or_nothing and any(found.values()):
        moved = [*moved, *calendars.free(for_uris=[each.uri for each in found])]
        found = {each: reason or Reason.TOGETHER for each, reason in found.items()}
    said = {
        occurrence.number: (Word.REFUSED if reason else Word.HELD, reason)
        for occurrence, reason in found.items()
    }
    say(pair, said)
    uris = [occurrence.uri for occurrence, reason in found.items() if not reason]
    calendars.tell_busy(list(Reservation.objects.filter(resource=room, for_uri__in=uris)))
    calendars.tell_free(moved)
