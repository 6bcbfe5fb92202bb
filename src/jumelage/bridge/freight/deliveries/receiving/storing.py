"""The store of this node, as the settings name it."""

from django.conf import settings

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.store.references import Quota
from jumelage.bridge.freight.store.store import Store


def open_store() -> Store:
    """Return the store that the settings name.

    Raises:
        StoreError: it cannot be used.
    """
    quota = Quota(total=settings.NODE.freight_quota * 10**9)
    return Store.open(settings.NODE.freight_store, shelf.folder() / "store", quota=quota)
