"""Receipts: this node's signed word to an owner that it dropped what the owner had erased."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from jumelage.bridge.boundary.standing import standing
from jumelage.bridge.erasing.copies import drop, remaining
from jumelage.bridge.feeds.write import publish_all
from jumelage.bridge.models import Erasure, ErasureReceipt, Node, Pairing
from jumelage.bridge.records.erasure import ErasureReceipted
from jumelage.kit.component import Provenance
from jumelage.kit.uris import Uri, new_id

logger = logging.getLogger(__name__)
MOST = 500
"""Receipts a run; the next run follows at once."""


def give_receipts() -> int:
    """Publish the receipts that are due to paired cities; return how many were given.

    A receipt is only given when no body and no row of the record is left. Idempotent.
    """
    paired = Pairing.objects.filter(state=Pairing.State.PAIRED).values("node_id")
    due = Erasure.objects.filter(receipt_due=True, origin__in=paired).order_by("erased_at")[:MOST]
    erasures = list(due)
    if not erasures or standing().recovering_since is not None:
        return 0
    gone = _demand_gone(erasures)
    by_owner: dict[str, list[Erasure]] = defaultdict(list)
    for erasure in gone:
        by_owner[erasure.origin].append(erasure)
    return sum(_give(owner, rows) for owner, rows in by_owner.items())


def _demand_gone(erasures: Sequence[Erasure]) -> list[Erasure]:
    """Return the *erasures* of which nothing is left; drop once more what is."""
    left = remaining([erasure.uri for erasure in erasures])
    for erasure in erasures:
        if erasure.uri in left:
            said = (erasure.origin, erasure.feed, erasure.seq, erasure.rev, erasure.erased_at)
            drop(erasure.uri, Provenance(*said), {erasure.kind})
    left = remaining(left) if left else set()
    for uri in left:
        logger.error("a copy of %s is still here after it was erased; no receipt is given", uri)
    return [erasure for erasure in erasures if erasure.uri not in left]


@transaction.atomic
def _give(owner: str, erasures: Sequence[Erasure]) -> int:
    here = Node.objects.get(is_self=True).origin
    uris = [erasure.uri for erasure in erasures]
    given = set(
        ErasureReceipt.objects.filter(erased__in=uris, origin=here).values_list("erased", flat=True)
    )
    fresh = [erasure for erasure in erasures if erasure.uri not in given]
    publish_all([_receipt(here, erasure) for erasure in fresh], audience=f"twin:{owner}")
    Erasure.objects.filter(uri__in=uris).update(receipt_due=False)
    return len(fresh)


def _receipt(here: str, erasure: Erasure) -> ErasureReceipted:
    return ErasureReceipted(
        uri=str(Uri(here, new_id())),
        erased=erasure.uri,
        feed=erasure.feed,
        epoch=erasure.epoch,
        seq=erasure.seq,
        applied_at=erasure.erased_at,
    )


def given(uris: Sequence[str]) -> Mapping[tuple[str, str], ErasureReceipt]:
    """Return the standing receipts for the records *uris*, by record and holder."""
    rows = ErasureReceipt.objects.live().filter(erased__in=uris)
    return {(row.erased, row.origin): row for row in rows}
