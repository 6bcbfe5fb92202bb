"""The store of this node, as the settings name it, and what deliveries need of it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q, QuerySet

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, State
from jumelage.bridge.freight.store.references import Needed, Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery
from jumelage.kit.uris import Uri


def open_store() -> Store:
    """Return the store that the settings name.

    Raises:
        StoreError: it cannot be used.
    """
    quota = Quota(total=settings.NODE.freight_quota * 10**9)
    return Store.open(settings.NODE.freight_store, shelf.folder() / "store", quota=quota)


def let_go(store: Store) -> None:
    """Release what deliveries hold of *store* that ended while contents were kept elsewhere."""
    names = store.references.all_names()
    ended = Delivery.objects.filter(direction=Delivery.Direction.IN, state__in=ENDED)
    given_up = ended.filter(~Q(state=State.DELIVERED) | Q(released_at__isnull=False))
    for name in names & _names(given_up):
        store.release(name)
    for name in set(store.references.reservations()) & _names(ended):
        store.references.unreserve(name)


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


def _names(deliveries: QuerySet[Delivery]) -> set[str]:
    return {Uri.parse(uri).id for uri in deliveries.values_list("uri", flat=True)}
