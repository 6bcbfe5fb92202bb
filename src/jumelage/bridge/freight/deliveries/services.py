"""What people do with deliveries: send, accept, refuse, pause, go on, hurry, cancel."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.policy import is_open
from jumelage.bridge.errors import KindNotOpenedError
from jumelage.bridge.feeds import bell
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.freight.deliveries.states import Event, State, allows, follow
from jumelage.bridge.freight.errors import (
    DeliveryStateError,
    NothingToSendError,
    OnlyReceiverError,
    UnknownCityError,
    UnknownDeliveryError,
)
from jumelage.bridge.freight.packing import names
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery, DeliveryAnswer, DeliveryOffer, Node, Pairing, Priority
from jumelage.bridge.records.freight import DeliveryAnswered, DeliveryOffered
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.uris import Uri, new_id

LONGEST_TITLE, LONGEST_PRODUCTION, LONGEST_ROLE = 200, 80, 80


def city(name: str) -> Node:
    """Return the paired city that *name* (short name or origin) means.

    Raises:
        UnknownCityError: none, or it is not paired.
    """
    paired = Node.objects.filter(pairing__state=Pairing.State.PAIRED)
    for node in paired:
        if name in {node.slug, node.origin}:
            return node
    joined = ", ".join(sorted(node.slug for node in paired)) or "—"
    raise UnknownCityError(city=name[:80], joined=joined)


def delivery(name: str) -> Delivery:
    """Return the delivery that *name* (URI, short name or its beginning) means.

    Raises:
        UnknownDeliveryError: none, or several.
    """
    found = Delivery.objects.select_related("peer")
    exact = found.filter(uri=name).first()
    if exact is None and len(name) >= 4 and name.isalnum():
        begun = list(found.filter(uri__contains=f":{name}")[:2])
        exact = begun[0] if len(begun) == 1 else None
    if exact is None:
        raise UnknownDeliveryError(delivery=name[:80])
    return exact


def send(
    *,
    paths: Sequence[Path] | Mapping[str, Path],
    to: Node,
    by: str,
    title: str = "",
    production: str = "",
    priority: str = Priority.NORMAL,
    role: str = "",
) -> Delivery:
    """Send the files and folders *paths* to the city *to*; the freight process packs them.

    Nothing is copied: the files stay where they are until the delivery has ended. They go under
    their own names, or under the paths that are the keys of *paths*. *role* are words such as
    “studio” that the other city may read.

    Raises:
        KindNotOpenedError: no article of an agreement in force lets it be offered.
        NothingToSendError: there are no paths, or one cannot be read.
        UnsafeNameError: a key of *paths* is no path that can be delivered.
        InvalidInputError: the priority or a text is none.
    """
    demand_open(to)
    found = _found(paths)
    if not found:
        raise NothingToSendError(path="—", reason=_("no file was named"))
    said = title.strip() or _title_of(list(found))
    check_words(said, production, priority, role)
    about = {"title": said, "production": production, "priority": priority}
    made = outgoing(State.PACKING, peer=to, by=by, sent_by=role, sources=found, **about)
    with transaction.atomic():
        made.save(force_insert=True)
        audit.note("freight-sent", by=by, about=made.uri, to=to.origin, title=said)
        transaction.on_commit(bell.ring)
    return made


def outgoing(state: State, **facts: object) -> Delivery:
    """Return a delivery of this city that begins now in *state*; it is not saved yet."""
    at, uri = clock.now(), str(Uri(own_node().origin, new_id()))
    way = Delivery.Direction.OUT
    return Delivery(uri=uri, direction=way, state=state, created_at=at, changed_at=at, **facts)


def demand_open(to: Node) -> None:
    """Go on only if an article of an agreement in force lets files be offered to *to*.

    Raises:
        KindNotOpenedError: none does.
    """
    audience = f"twin:{to.origin}"
    if not is_open(DeliveryOffered, audience):
        raise KindNotOpenedError(kind=DeliveryOffered.kind, audience=audience)


def _found(paths: Sequence[Path] | Mapping[str, Path]) -> list[str] | dict[str, str]:
    """Return *paths* as they are kept until they are packed; each can be read."""
    if isinstance(paths, Mapping):
        for name in paths:
            names.check(name)
        return {name: str(_readable(path)) for name, path in paths.items()}
    return [str(_readable(path)) for path in paths]


def _readable(path: Path) -> Path:
    absolute = Path(path).absolute()
    try:
        if absolute.is_dir():
            next(absolute.iterdir(), None)
        else:
            absolute.open("rb").close()
    except OSError as error:
        raise NothingToSendError(path=path, reason=error.strerror or str(error)) from error
    return absolute


def _title_of(paths: Sequence[str]) -> str:
    first = Path(paths[0]).name or paths[0]
    more = _(" and %(n)s more") % {"n": len(paths) - 1} if len(paths) > 1 else ""
    return first.encode("utf-8", "replace").decode()[: LONGEST_TITLE - len(more)] + more


def check_words(title: str, production: str, priority: str, role: str) -> None:
    """Refuse a priority that is none, and texts that are too long or hold line breaks.

    Raises:
        InvalidInputError: one is.
    """
    if priority not in Priority.values:
        raise InvalidInputError(reason=f"“{priority[:20]}”: {', '.join(Priority.values)}")
    texts = ((title, LONGEST_TITLE), (production, LONGEST_PRODUCTION), (role, LONGEST_ROLE))
    for text, most in texts:
        if len(text) > most:
            reason = _("“%(text)s…” is longer than %(most)s characters")
            raise InvalidInputError(reason=reason % {"text": text[:40], "most": most})
        if not text.isprintable():
            raise InvalidInputError(reason=_("a title has no line breaks or control characters"))


@transaction.atomic
def move(delivery: Delivery, event: Event, **facts: object) -> Delivery:
    """Let *event* happen to *delivery*, under its lock, and write *facts* with it.

    Raises:
        DeliveryStateError: it cannot happen now.
    """
    held = Delivery.objects.select_for_update().select_related("peer").get(pk=delivery.pk)
    before = held.state
    held.state = follow(before, event)
    changed = {"state", "changed_at", *facts}
    for name, value in facts.items():
        setattr(held, name, value)
    if held.state in ENDING and held.state != before:
        held.ended_at, held.rate, held.retry_at = clock.now(), 0, None
        changed |= {"ended_at", "rate", "retry_at"}
    if held.state != before:
        held.changed_at = clock.now()
    held.save(update_fields=sorted(changed))
    transaction.on_commit(bell.ring)
    return held


ENDING = frozenset({State.DELIVERED, State.REFUSED, State.CANCELLED, State.FAILED})
CLEAR: dict[str, object] = {"stuck": "", "stuck_words": "", "stuck_since": None}


@transaction.atomic
def answer(delivery: Delivery, *, reason: str = "", detail: str = "") -> Delivery:
    """Accept an offered delivery, or refuse it for *reason*, and tell the sender.

    Raises:
        DeliveryStateError: it has ended.
        OnlyReceiverError: this city sends it.
    """
    if delivery.sends:
        raise OnlyReceiverError
    event = Event.REFUSED if reason else Event.ACCEPTED
    state = Delivery.objects.get(pk=delivery.pk).state
    if not allows(state, event):
        raise DeliveryStateError(state=State(state).label, event=event.value)
    moved = move(delivery, event, stuck=reason, stuck_words=detail[:300], stuck_since=None)
    said = DeliveryAnswer.objects.filter(delivery=delivery.uri, origin=own_node().origin).first()
    record = DeliveryAnswered(
        uri=said.uri if said else str(Uri(own_node().origin, new_id())),
        delivery=delivery.uri,
        accepted=not reason,
        reason=reason,
        detail=detail[:300],
    )
    publish(record, audience=f"twin:{delivery.peer_id}")
    return moved


@transaction.atomic
def accept(delivery: Delivery, *, by: str) -> Delivery:
    """Accept a delivery that waits for a person."""
    audit.note("freight-accepted", by=by, about=delivery.uri)
    return answer(delivery)


@transaction.atomic
def refuse(delivery: Delivery, *, by: str) -> Delivery:
    """Refuse a delivery; one that was accepted before is stopped and dropped."""
    audit.note("freight-refused", by=by, about=delivery.uri)
    return answer(delivery, reason="person")


@transaction.atomic
def pause(delivery: Delivery, *, by: str) -> Delivery:
    """Stop carrying until somebody lets it go on; nothing that arrived is lost."""
    audit.note("freight-paused", by=by, about=delivery.uri)
    return move(delivery, Event.PAUSE, stuck="person", stuck_words="", stuck_since=clock.now())


@transaction.atomic
def resume(delivery: Delivery, *, by: str) -> Delivery:
    """Let a paused delivery go on from the last verified chunk."""
    audit.note("freight-resumed", by=by, about=delivery.uri)
    return move(delivery, Event.RESUME, retry_at=None, tries=0, **CLEAR)


@transaction.atomic
def prioritise(delivery: Delivery, *, priority: str, by: str) -> Delivery:
    """Let a delivery of this city go before or after others from now on."""
    check_words("", "", priority, "")
    audit.note("freight-priority-set", by=by, about=delivery.uri, priority=priority)
    Delivery.objects.filter(pk=delivery.pk).update(priority=priority)
    delivery.priority = priority
    transaction.on_commit(bell.ring)
    return delivery


@transaction.atomic
def cancel(delivery: Delivery, *, by: str) -> Delivery:
    """Give a delivery up: the other city is told, and what is half here is dropped."""
    audit.note("freight-cancelled", by=by, about=delivery.uri)
    offered = DeliveryOffer.objects.live().filter(uri=delivery.uri).exists()
    if delivery.sends:
        if offered and allows(delivery.state, Event.CANCEL):
            withdraw(delivery.uri, audience=f"twin:{delivery.peer_id}")
        return move(delivery, Event.CANCEL, **CLEAR)
    return answer(delivery, reason="person")
