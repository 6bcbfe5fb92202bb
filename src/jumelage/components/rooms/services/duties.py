"""What the node does by itself about pairs: answer, decide, carry out.

The three duties look at rows, so that a cut line, a stopped node or a lost bell only makes them
later; each is idempotent, and quick when there is nothing to do.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jumelage.bridge.api import NoIdentityError, me
from jumelage.components.rooms.models import Occurrence, Pair
from jumelage.components.rooms.selectors.asked import own, unanswered
from jumelage.components.rooms.services.words import (
    SOURCE,
    answer_for,
    free_moved,
    locked,
    own_room_id,
    rule,
    say,
)
from jumelage.components.rooms.states import OVER, Decision, Reason, State, Word, verdicts
from jumelage.directory.calendars import services as calendars
from jumelage.directory.models import Reservation, Resource
from jumelage.kit import clock


def answer_asked() -> int:
    """Answer for the rooms of this city that are given at once; return how many pairs.

    Rooms over which somebody decides by hand wait for `answer`.
    """
    return sum(map(_answer, _series(unanswered(_here(), by_hand=False))))


@transaction.atomic
def _answer(uri: str) -> int:
    pair = locked(uri)
    room = Resource.objects.filter(uri=own_room_id(pair)).first() if pair else None
    waiting = list(unanswered(_here(), by_hand=False).filter(series=uri))
    if pair is None or room is None or not waiting:
        return 0
    answer_for(pair, waiting, room)
    return 1


def decide() -> int:
    """Decide what this city asked and what can be decided; return for how many pairs."""
    ours = own(_here()).filter(room__uri__startswith=f"jumelage:{_here()}:")
    late = Pair.objects.filter(uri=OuterRef("series"), answer_by__lte=clock.now())
    ready = Q(state__in=[State.HELD, *OVER]) | Q(Exists(late), state=State.ASKED)
    undone = Q(decision=Decision.CONFIRMED, state__in=OVER)
    return sum(map(_decide, _series(ours.filter(Q(ready, decision="") | undone))))


@transaction.atomic
def _decide(uri: str) -> int:
    pair = locked(uri)
    if pair is None:
        return 0
    said = verdicts(
        Occurrence.objects.filter(series=uri),
        all_or_nothing=pair.all_or_nothing,
        late=pair.answer_by <= clock.now(),
    )
    if not said:
        return 0
    rule(pair, said)
    settle_rooms(pair)
    return 1


def carry_out() -> int:
    """Confirm and give back this city's rooms as the records say; return how many pairs."""
    here = _here()
    kept = Reservation.objects.filter(for_uri=OuterRef("uri"), source=SOURCE)
    held = kept.filter(state=Reservation.State.HELD)
    moved = kept.exclude(starts_at=OuterRef("starts_at"), ends_at=OuterRef("ends_at"))
    first, second = (Q(**{f"{room}__uri__startswith": f"jumelage:{here}:"}) for room in ROOMS)
    unsaid = (first & Q(word=Word.HELD)) | (second & Q(twin_word=Word.HELD))
    due = (
        Q(Exists(held), state=State.CONFIRMED)
        | (Q(state__in=OVER) & (unsaid | Q(Exists(kept))))
        | Q(Exists(moved))
    )
    return sum(map(_carry_out, _series(own(here).filter(due)))) + _forget_orphans()


ROOMS = ("room", "twin_room")


@transaction.atomic
def _carry_out(uri: str) -> int:
    pair = locked(uri)
    if pair is not None:
        settle_rooms(pair)
    return 1


def settle_rooms(pair: Pair) -> None:
    """Make this city's reservations for *pair* what the records say."""
    over: dict[int, tuple[str, Reason]] = {}
    lost: list[str] = []
    for each in Occurrence.objects.filter(series=pair.uri):
        if each.state == State.CONFIRMED:
            calendars.confirm(for_uri=each.uri)
        if each.state in OVER:
            lost.append(each.uri)
            if own_word(each) == Word.HELD:
                over[each.number] = (Word.RELEASED, Reason(each.reason))
    if over:
        say(pair, over)
    calendars.tell_free([*calendars.free(for_uris=lost), *free_moved(pair)])


def own_word(occurrence: Occurrence) -> str:
    """Return what this city said of its own room."""
    is_first = (occurrence.room_id or "").startswith(f"jumelage:{_here()}:")
    return occurrence.word if is_first else occurrence.twin_word


@transaction.atomic
def _forget_orphans() -> int:
    """Give back what is kept for occurrences that no record asks for any more."""
    asked = Occurrence.objects.filter(uri=OuterRef("for_uri"))
    left = Reservation.objects.filter(source=SOURCE).exclude(Exists(asked))
    uris = set(left.values_list("for_uri", flat=True))
    calendars.tell_free(calendars.free(for_uris=uris))
    return len(uris)


def _series(occurrences: Iterable[Occurrence]) -> list[str]:
    return sorted({occurrence.series for occurrence in occurrences})


def _here() -> str:
    try:
        return me().origin
    except NoIdentityError:
        return ""
