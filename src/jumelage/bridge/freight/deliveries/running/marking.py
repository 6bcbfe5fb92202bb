"""Marks the files whose contents are verified and durable at the receiver, at both ends."""

from collections.abc import Sequence

from django.db.models import F

from jumelage.bridge.freight.deliveries.states import ACTIVE
from jumelage.bridge.models import Delivery, DeliveryFile
from jumelage.kit import clock

AT_ONCE = 5_000
"""Roots asked for in one question to the database."""


def mark(uri: str, roots: Sequence[str], *, held: bool = False) -> None:
    """Mark the files of the delivery *uri* with the contents *roots* as verified.

    *held*: the receiver had them before. A delivery that has ended counts its files itself.
    """
    at = clock.now()
    for first in range(0, len(roots), AT_ONCE):
        files = DeliveryFile.objects.filter(
            delivery=uri, root__in=roots[first : first + AT_ONCE], verified_at=None
        )
        if marked := files.update(verified_at=at, held=held):
            moving = Delivery.objects.filter(pk=uri, state__in=ACTIVE)
            moving.update(files_done=F("files_done") + marked)
