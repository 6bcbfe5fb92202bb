"""How a delivery goes, as people read it: how much, how fast, until when, what is stuck and why."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from jumelage.bridge.boundary import standing
from jumelage.bridge.freight.deliveries.limits import Limits
from jumelage.bridge.freight.deliveries.listing.files import share as listed
from jumelage.bridge.freight.deliveries.running.trouble import WORDS
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, MOVING, State
from jumelage.bridge.models import Delivery, DeliveryFile, DeliveryReceipt
from jumelage.kit import clock

LONGEST_ETA = timedelta(days=60)
"""A moment further away than this is no forecast."""
TO_MEND = frozenset({"changed", "quota", "disk", "disk-there", "error"})
"""Codes of `Delivery.stuck` that no retry mends; a person does, here or in the other city."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One delivery and what can be said of it now.

    `share` is 0 to 1 of the bytes verified at the receiver, `listed` 0 to 1 of the packing list
    while it crosses (None: it does not, or nobody counts it), `line_share` what of the line is
    used (of late while it moves, as the receipt says when it is there), `line` what the line is
    taken to carry and `limit` the lowest limit that holds now, bytes a second; None: not known,
    or no limit. `limited_there` tells that it is a limit of the other city.
    """

    delivery: Delivery
    share: float
    left: int
    remaining: timedelta | None
    ends_at: datetime | None
    line_share: float | None
    line: float | None
    limit: int | None
    why: str
    listed: float | None = None
    receipt: DeliveryReceipt | None = None
    limited_there: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.delivery.state in ACTIVE

    @property
    def began(self) -> bool:
        """Whether anything of it was ever carried."""
        if self.receipt is not None:
            return self.receipt.moved > 0
        return self.delivery.began_at is not None

    @property
    def carrier_reason(self) -> str:
        """Why this carrier was chosen, in a sentence; empty where the other city chose it."""
        from jumelage.bridge.freight.carriers.choose import Reason  # noqa: PLC0415  # heavy

        known = {reason.value: reason for reason in Reason}
        found = known.get(self.delivery.carrier_why)
        return str(found.words) if found else ""

    @property
    def seconds(self) -> float:
        """Seconds that it was being carried, pauses left out."""
        return self.delivery.carried_ms / 1000


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for every delivery of this node now."""

    is_open: bool
    limits: Limits

    @classmethod
    def now(cls, found: Iterable[Delivery]) -> "Circumstances":
        """Look, if anything of *found* could move."""
        if not any(one.state in MOVING for one in found):
            return cls(is_open=True, limits=Limits())
        limits = Limits()
        limits.reload()
        return cls(is_open=standing.is_open(), limits=limits)


def progress(
    delivery: Delivery,
    receipt: DeliveryReceipt | None = None,
    around: Circumstances | None = None,
) -> Progress:
    """Return what can be said of *delivery* now."""
    around = around or Circumstances.now([delivery])
    own = _own_limit(delivery, around)
    limit, limited_there = _lowest(delivery, own)
    left = max(0, delivery.bytes - delivery.done)
    remaining = _remaining(delivery, left)
    return Progress(
        delivery=delivery,
        share=_share(delivery),
        left=left,
        remaining=remaining,
        ends_at=clock.now() + remaining if remaining is not None else None,
        line_share=_line_share(delivery, receipt),
        line=_line(delivery, receipt),
        limit=limit,
        why=_held_back(delivery, around, own) or why(delivery),
        listed=listed(delivery),
        receipt=receipt,
        limited_there=limited_there,
    )


def _share(delivery: Delivery) -> float:
    if delivery.state == State.DELIVERED:
        return 1.0
    return min(1.0, delivery.done / delivery.bytes) if delivery.bytes else 0.0


def _remaining(delivery: Delivery, left: int) -> timedelta | None:
    """Return how long the rest takes at the rate of late; None while nothing moves."""
    if delivery.state != State.CARRYING or not delivery.rate:
        return None
    seconds = left / delivery.rate
    return timedelta(seconds=round(seconds)) if seconds < LONGEST_ETA.total_seconds() else None


def _line_share(delivery: Delivery, receipt: DeliveryReceipt | None) -> float | None:
    if receipt is not None:
        return receipt.line_share / 1000 if receipt.line_share is not None else None
    if delivery.state == State.CARRYING and delivery.line and delivery.rate:
        return min(1.0, delivery.rate / delivery.line)
    return None


def _line(delivery: Delivery, receipt: DeliveryReceipt | None) -> float | None:
    """Return what the line is taken to carry; of a delivery that is there, as its receipt tells."""
    if receipt is None:
        return delivery.line
    if not receipt.line_share or not receipt.seconds:
        return None
    return receipt.moved / receipt.seconds / receipt.line_share * 1000


def _own_limit(delivery: Delivery, around: Circumstances) -> int | None:
    if delivery.state not in MOVING:
        return None
    return around.limits.rate(delivery.peer_id, delivery.production, delivery.direction)


def _lowest(delivery: Delivery, own: int | None) -> tuple[int | None, bool]:
    """Return the limit that holds, and whether it is the receiver's."""
    there = delivery.limit_there if delivery.sends and delivery.state in MOVING else None
    if there is None or (own is not None and own <= there):
        return own, False
    return there, True


def _held_back(delivery: Delivery, around: Circumstances, limit: int | None) -> str:
    """Say what of this node lets nothing move, whatever became of the last try."""
    if delivery.state in MOVING and not around.is_open:
        return gettext("the bridge is closed")
    if limit != 0:
        return ""
    if delivery.sends:
        return gettext("a limit lets nothing leave now")
    return gettext("a limit of this city lets nothing come in now")


def why(delivery: Delivery) -> str:
    """Say in words why nothing moves, or why it ended otherwise than delivered; else nothing."""
    if delivery.stuck:
        known = WORDS.get(delivery.stuck)
        said = delivery.stuck_words
        if known is None or delivery.stuck in {"changed", "names", "list", "quota", "upload"}:
            return said or (gettext(known) if known else delivery.stuck)
        return gettext(known)
    waiting = {
        State.GATHERING: gettext("its files are being uploaded"),
        State.PACKING: gettext("its files are being read"),
        State.OFFERED: _offered(delivery),
        State.ASKING: gettext("somebody here has to accept it"),
        State.READY: gettext("it waits its turn"),
        State.CARRYING: "" if delivery.rate else gettext("nothing crosses just now"),
    }
    return waiting.get(State(delivery.state), "")


def _offered(delivery: Delivery) -> str:
    """Say how far the packing list has crossed; the sender is answered when it was read there."""
    share = listed(delivery)
    if share is not None and (share < 1 or not delivery.sends):
        return gettext("packing list: %(share)d%%") % {"share": int(share * 100)}
    if delivery.sends:
        return gettext("the other city has not answered yet")
    return gettext("its packing list is being fetched")


def deliveries(
    *, state: str = "", direction: str = "", peer: str = "", text: str = ""
) -> QuerySet[Delivery]:
    """Return the deliveries, newest first; *state* may be `active` or `ended` as well."""
    found = Delivery.objects.select_related("peer").order_by("-created_at", "uri")
    if state in {"active", "ended"}:
        found = found.filter(state__in=ACTIVE if state == "active" else ENDED)
    elif state:
        found = found.filter(state=state)
    if direction:
        found = found.filter(direction=direction)
    if peer:
        found = found.filter(peer=peer)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(production__icontains=text))
    return found


def delivered(
    *, since: datetime | None = None, production: str = "", direction: str = "", role: str = ""
) -> QuerySet[Delivery]:
    """Return what was delivered, in the order in which it was known here.

    For a duty that takes deliveries up: it keeps which it has taken (by `uri`), and looks from
    the `ended_at` of the last one (*since*, included) on. Both cities know a delivery by its URI.
    """
    found = Delivery.objects.select_related("peer").filter(state=State.DELIVERED)
    if since is not None:
        found = found.filter(ended_at__gte=since)
    if production:
        found = found.filter(production=production)
    if direction:
        found = found.filter(direction=direction)
    if role:
        found = found.filter(sent_by=role)
    return found.order_by("ended_at", "uri")


def parts_of(wholes: Collection[str]) -> QuerySet[Delivery]:
    """Return the parts of the deliveries *wholes* (URIs of the first parts), in their order.

    A delivery that was not split is its only part.
    """
    found = Delivery.objects.select_related("peer")
    return found.filter(Q(pk__in=wholes) | Q(whole__in=wholes)).order_by("created_at", "part")


def all_progress(found: Iterable[Delivery]) -> Sequence[Progress]:
    """Return what can be said of each delivery, with its receipt."""
    held = list(found)
    receipts, around = receipts_of(held), Circumstances.now(held)
    return [progress(one, receipts.get(one.uri), around) for one in held]


def receipts_of(held: Sequence[Delivery]) -> Mapping[str, DeliveryReceipt]:
    """Return the standing receipt of each delivery that has one."""
    found = DeliveryReceipt.objects.live().filter(delivery__in=[one.uri for one in held])
    return {one.delivery: one for one in found}


def progress_word() -> str:
    """Return a word that changes whenever a delivery under way moves or is stuck otherwise."""
    found = Delivery.objects.filter(state__in=ACTIVE).order_by("uri")
    names = ("state", "done", "rate", "stuck", "files_done", "priority", "uri", "direction")
    rows = [(*(getattr(one, name) for name in names), listed(one)) for one in found.only(*names)]
    return f"{zlib.crc32(repr(rows).encode()):08x}" if rows else ""


def files(delivery: Delivery, *, state: str = "", text: str = "") -> QuerySet[DeliveryFile]:
    """Return the files of *delivery* in the order of its list: `verified`, `waiting` or all."""
    found = DeliveryFile.objects.filter(delivery=delivery).order_by("number")
    if state:
        found = found.filter(verified_at__isnull=state == "waiting")
    return found.filter(path__icontains=text) if text else found


def to_mend(before: datetime | None = None) -> QuerySet[Delivery]:
    """Return what stands still until a person mends something, longest first; since *before*."""
    found = Delivery.objects.filter(state__in=ACTIVE, stuck__in=TO_MEND)
    if before is not None:
        found = found.filter(stuck_since__lte=before)
    return found.order_by("stuck_since", "uri")


def cause(delivery: Delivery) -> str:
    """Return the message identifier of why *delivery* is stuck, or words of one line as they are."""
    words = " ".join(delivery.stuck_words.split()).rstrip(".")
    return WORDS.get(delivery.stuck) or words or delivery.stuck
