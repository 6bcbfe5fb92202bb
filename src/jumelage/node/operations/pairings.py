"""What the command line says about pairings, and how one is chosen."""

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from jumelage.bridge.api import Pairing, key_history, pairings
from jumelage.kit.errors import InvalidInputError

_CLOSED = {
    Pairing.State.REFUSED,
    Pairing.State.CANCELLED,
    Pairing.State.EXPIRED,
    Pairing.State.ENDED,
}


def choose(which: str, *, ending: bool = False) -> Pairing:
    """Return the pairing that *which* names: number, origin or city; empty when only one is open.

    With *ending*, pairings in force count as open.

    Raises:
        InvalidInputError: none fits, or several do.
    """
    settled = _CLOSED if ending else _CLOSED | {Pairing.State.PAIRED}
    fitting = [p for p in pairings() if p.state not in settled and _fits(p, which)]
    if not fitting:
        raise InvalidInputError(reason=gettext_lazy("no open pairing fits; see jumelage pair list"))
    if len(fitting) > 1:
        names = ", ".join(str(p.pk) for p in fitting)
        reason = gettext("several pairings are open; name one of %(names)s") % {"names": names}
        raise InvalidInputError(reason=reason)
    return fitting[0]


def _fits(pairing: Pairing, which: str) -> bool:
    names = {str(pairing.pk), pairing.origin}
    if pairing.node:
        names |= {pairing.node.slug, str(pairing.node).lower()}
    return not which or which.lower() in names


def facts(pairing: Pairing) -> dict[str, Any]:
    """Return the pairing for a script."""
    return {
        "number": pairing.pk,
        "state": pairing.state,
        "city": pairing.node.slug if pairing.node else None,
        "origin": pairing.origin or None,
        "expires": pairing.expires_at.isoformat(),
        "ended": pairing.ended_at.isoformat() if pairing.ended_at else None,
        "key": bytes(pairing.node.signing_key).hex() if pairing.node else None,
    }


def sentence(pairing: Pairing) -> str:
    """Return the pairing in one line for a person."""
    peer = str(pairing.node) if pairing.node else gettext("nobody yet")
    said = f"{pairing.pk}. {peer}: {pairing.get_state_display()}"
    changed = key_history(pairing.node)[0] if pairing.node else None
    if changed is None or not changed.number:
        return said
    since = gettext("signs with a new key since %(day)s") % {"day": f"{changed.since:%Y-%m-%d}"}
    return f"{said}, {since}"
