"""Leaving a partnership step by step, and what the command line says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext, gettext_lazy, ngettext

from jumelage.bridge.api import Node, leaving, met_nodes, peers
from jumelage.kit.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What was done: the bundle, the erasures, and whether the pairing is ended."""

    city: str
    bundle: Path | None
    erased: int
    waiting: int
    ended: bool
    kept: int


def partner(which: str) -> Node:
    """Return the joined city that *which* names: its short name, name or origin.

    Raises:
        InvalidInputError: no joined city fits.
    """
    for node in peers():
        if which.lower() in {node.slug, node.origin, str(node).lower()}:
            return node
    known = [node.slug for node in met_nodes()]
    reason = (
        gettext_lazy("that city is not joined with this one any more")
        if which in known
        else gettext_lazy("no joined city is called so; see jumelage pair list")
    )
    raise InvalidInputError(reason=reason)


def leave(
    node: Node, *, bundle: Path | None, erase: Sequence[str] | None, days: int, by: str
) -> Departure:
    """Keep, erase and end, as far as it can be done now; run again, it goes on.

    *erase* names kinds of records, all when it is empty; None erases nothing. The pairing is
    ended when *node* has confirmed every erasure, or has had *days* to do so.
    """
    if bundle:
        leaving.keep_bundle(node, bundle)
    erased = 0 if erase is None else leaving.erase_for(node, erase, by=by)
    waiting = leaving.unanswered(node, patience=timedelta(days=days))
    if not waiting:
        leaving.end(node, by=by)
    return Departure(
        city=str(node),
        bundle=bundle,
        erased=erased,
        waiting=len(waiting),
        ended=not waiting,
        kept=leaving.kept_of(node),
    )


def lines(done: Departure) -> list[str]:
    """Return what was done, in words."""
    found = []
    if done.bundle:
        found.append(
            gettext("Everything both cities said is kept in %(to)s.") % {"to": done.bundle}
        )
    if done.erased:
        told = ngettext(
            "%(count)s record for that city alone is erased.",
            "%(count)s records for that city alone are erased.",
            done.erased,
        )
        found.append(told % {"count": done.erased})
    if not done.ended:
        told = ngettext(
            "%(city)s has not confirmed %(count)s erasure yet.",
            "%(city)s has not confirmed %(count)s erasures yet.",
            done.waiting,
        )
        again = gettext("Run the command again later, or with --now to end the pairing anyway.")
        return [*found, told % {"city": done.city, "count": done.waiting}, again]
    told = ngettext(
        "The pairing with %(city)s is ended; %(count)s record of it is kept here as history.",
        "The pairing with %(city)s is ended; %(count)s records of it are kept here as history.",
        done.kept,
    )
    return [*found, told % {"city": done.city, "count": done.kept}]
