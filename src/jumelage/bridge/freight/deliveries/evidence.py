"""Receipts as evidence: what was delivered and verified, for the agreement's indicators."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from jumelage.bridge.models import DeliveryReceipt
from jumelage.kit.dates import Period


def receipts(period: Period, origin: str | None) -> "QuerySet[DeliveryReceipt]":
    """Return the standing receipts of *period* (days of UTC), given by *origin* or by anybody.

    A delivery counts for the city that received and verified it.
    """
    found = DeliveryReceipt.objects.live().filter(
        received_at__date__gte=period.start, received_at__date__lt=period.end
    )
    return found.filter(origin=origin) if origin else found


def count_bytes(period: Period, origin: str | None) -> Decimal:
    """Count the bytes that were delivered and verified in *period*."""
    return Decimal(receipts(period, origin).aggregate(sum=Sum("bytes"))["sum"] or 0)


def count_deliveries(period: Period, origin: str | None) -> Decimal:
    """Count the deliveries that were verified in *period*."""
    return Decimal(receipts(period, origin).count())
