"""What the rest of the product may ask of freight; reached as `bridge.api.freight`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jumelage.bridge.freight.deliveries.door import awake
from jumelage.bridge.freight.deliveries.limits import lift_limit, set_limit, standing_limits
from jumelage.bridge.freight.deliveries.progress import (
    Progress,
    all_progress,
    cause,
    delivered,
    deliveries,
    files,
    parts_of,
    progress,
    progress_word,
    to_mend,
)
from jumelage.bridge.freight.deliveries.receiving.room import Totals, store_totals
from jumelage.bridge.freight.deliveries.sending import gathering
from jumelage.bridge.freight.deliveries.services import (
    accept,
    cancel,
    city,
    delivery,
    pause,
    prioritise,
    refuse,
    resume,
    send,
)
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, Event, State, allows
from jumelage.bridge.models import Delivery, DeliveryFile, FreightLimit, Priority

if TYPE_CHECKING:
    from jumelage.bridge.freight.deliveries.receiving.contents import Content
    from jumelage.bridge.freight.deliveries.receiving.saving import Saved
    from jumelage.bridge.freight.store.fsck import Progress as Checked
    from jumelage.bridge.freight.store.fsck import Report

__all__ = (
    "ACTIVE",
    "ENDED",
    "Content",
    "Delivery",
    "DeliveryFile",
    "Event",
    "FreightLimit",
    "Priority",
    "Progress",
    "Report",
    "State",
    "Totals",
    "accept",
    "all_progress",
    "allows",
    "awake",
    "bring_contents_back",
    "cancel",
    "cause",
    "check_out",
    "check_store",
    "city",
    "contents",
    "delivered",
    "deliveries",
    "delivery",
    "files",
    "gathering",
    "kernel_advice",
    "lift_limit",
    "parts_of",
    "pause",
    "prioritise",
    "progress",
    "progress_word",
    "refuse",
    "release",
    "resume",
    "save_contents",
    "send",
    "set_limit",
    "standing_limits",
    "store_totals",
    "to_mend",
)


# The store needs libraries that most processes of the node never do: they are loaded when asked.


def check_out(
    delivery: Delivery,
    folder: Path,
    told: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    alone: bool = False,
) -> Path:
    """Write the files of a delivered delivery into *folder*; see `receiving.checkout`."""
    from jumelage.bridge.freight.deliveries.receiving import checkout  # noqa: PLC0415

    return checkout.check_out(delivery, folder, told, alone=alone)


def contents(delivery: Delivery) -> "Sequence[Content]":
    """Return the files of a delivered delivery, to be read verified; see `receiving.contents`."""
    from jumelage.bridge.freight.deliveries.receiving import contents as held  # noqa: PLC0415

    return held.contents(delivery)


def release(delivery: Delivery, *, by: str) -> Delivery:
    """Give up the contents of a delivered delivery; see `receiving.checkout`."""
    from jumelage.bridge.freight.deliveries.receiving import checkout  # noqa: PLC0415

    return checkout.release(delivery, by=by)


def kernel_advice() -> Sequence[str]:
    """Return the lines for /etc/sysctl.d that would make freight faster; see `carriers.tuning`."""
    from jumelage.bridge.freight.carriers import tuning  # noqa: PLC0415

    return tuning.tuning().advice


def check_store(
    *, repair: bool, told: "Callable[[Checked], None]" = lambda _progress: None
) -> "Report":
    """Look at everything the store holds; see `store.fsck`.

    References that were lost are counted anew from the deliveries; a file of them that is damaged
    only while the freight process, which has it open, does not run.
    """
    from jumelage.bridge.freight.deliveries.receiving import storing  # noqa: PLC0415
    from jumelage.bridge.freight.store import fsck  # noqa: PLC0415

    store = storing.open_store()
    needs = storing.needs if store.references.database.sound() or not awake() else None
    return fsck.check(store, repair=repair, needs=needs, progress=told)


def save_contents(folder: Path, told: Callable[[int, int], None]) -> "Saved":
    """Copy what deliveries hold here into *folder*, beside a backup; see `receiving.saving`."""
    from jumelage.bridge.freight.deliveries.receiving import saving  # noqa: PLC0415

    return saving.save(folder, told)


def bring_contents_back(folder: Path, told: Callable[[int, int], None]) -> "Saved":
    """Take what `save_contents` copied back into the store; see `receiving.saving`."""
    from jumelage.bridge.freight.deliveries.receiving import saving  # noqa: PLC0415

    return saving.bring_back(folder, told)
