"""What a node says of the release it runs, what its peers said, and what waits because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import Count

from jumelage import __version__
from jumelage.bridge.models import Contact, Entry, Node, Release
from jumelage.kit import clock
from jumelage.kit.component import record_types

MOST_KINDS = 1000


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The release a node runs and the record kinds it can read."""

    product: str
    protocol: int
    kinds: list[str]


def about() -> About:
    """Return what this node says of itself."""
    return About(product=__version__, protocol=1, kinds=sorted(record_types()))


def keep(peer: Node, said: About) -> None:
    """Keep what *peer* said of the release it runs."""
    facts = {"product": said.product[:40], "kinds": said.kinds[:MOST_KINDS]}
    made = {"changed_at": clock.now(), **facts}
    Contact.objects.update_or_create(node=peer, defaults=facts, create_defaults=made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Entries that are stored and verified but not shown: this release cannot read their kind.

    `product` is the release that the city that said them runs; empty when it did not tell.
    """

    origin: str
    kind: str
    entries: int
    product: str


def waiting() -> Sequence[Waiting]:
    """Return what waits for an upgrade of this node, by city and kind."""
    rows = Entry.objects.filter(state=Entry.State.UNKNOWN).values("feed__node_id", "kind")
    counted = rows.annotate(entries=Count("pk")).order_by("feed__node_id", "kind")
    products = dict(Contact.objects.values_list("node_id", "product"))
    return [
        Waiting(
            origin=row["feed__node_id"],
            kind=row["kind"],
            entries=row["entries"],
            product=products.get(row["feed__node_id"], ""),
        )
        for row in counted
    ]


def unreadable_there() -> Mapping[str, Sequence[str]]:
    """Return by origin the kinds this node says that a peer told it cannot read yet."""
    own = set(record_types())
    said = dict(Contact.objects.exclude(kinds=[]).values_list("node_id", "kinds"))
    return {origin: sorted(own - set(kinds)) for origin, kinds in said.items() if own - set(kinds)}


def release() -> Release | None:
    """Return which release last brought the tables up to date; None before the first that tells."""
    return Release.objects.filter(pk=1).first()


def brought_up_to_date(*, oldest: str) -> None:
    """Note that this release brought the tables up to date; *oldest* can still use them."""
    Release.objects.update_or_create(pk=1, defaults={"product": __version__, "oldest": oldest})
