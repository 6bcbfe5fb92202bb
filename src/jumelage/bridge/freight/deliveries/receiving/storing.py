"""The store of this node, as the settings name it, and what deliveries need of it."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db.models import QuerySet

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, State
from jumelage.bridge.freight.store.references import Needed, Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery, Node


def open_store() -> Store:
    """Return the store that the settings name.

    Raises:
        StoreError: it cannot be used.
    """
    quota = Quota(total=settings.NODE.freight_quota * 10**9)
    return Store.open(settings.NODE.freight_store, shelf.folder() / "store", quota=quota)


def let_go(store: Store) -> None:
    """Release what deliveries hold of *store* that ended while contents were kept elsewhere."""
    reserved = store.references.reservations()
    origins = list(Node.objects.values_list("origin", flat=True))
    for names in store.references.name_pages(shelf.at_once(origins)):
        for delivery in _ended(names, origins):
            if delivery.state != State.DELIVERED or delivery.released_at is not None:
                store.release(delivery.slug)
            elif delivery.slug in reserved:
                store.references.unreserve(delivery.slug)


def _ended(names: Sequence[str], origins: Sequence[str]) -> QuerySet[Delivery]:
    """Return the deliveries of *names* (short ones) that came from *origins* and have ended.

    However many ever came: what the store holds is asked for, by primary key.
    """
    found = shelf.named(names, origins).filter(direction=Delivery.Direction.IN)
    return found.filter(state__in=ENDED)


def needs() -> Iterator[Needed]:
    """Yield what the deliveries that came here, or are coming, need of the store."""
    coming = Delivery.objects.filter(direction=Delivery.Direction.IN, released_at=None)
    for delivery in coming.filter(state__in={*ACTIVE, State.DELIVERED}).order_by("pk"):
        roots = delivery.listed.order_by("root").values_list("root", flat=True).distinct()
        yield Needed(
            name=delivery.slug,
            peer=delivery.peer_id,
            roots=[bytes.fromhex(root) for root in roots.iterator()],
            arriving=delivery.state != State.DELIVERED,
        )
