"""What the command line says about keys, and what it asks before one is revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext

from jumelage.bridge.api import KeyFact, Node, heads, key_history, me, met_nodes, recovery_key_of
from jumelage.kit.errors import InvalidInputError

SHOWN = 16
"""Hex digits of a key that people see."""


def histories() -> Sequence[tuple[Node, Sequence[KeyFact]]]:
    """Return the keys of this node, then of every node it has met."""
    return [(node, key_history(node)) for node in (me(), *met_nodes())]


def facts(node: Node, history: Sequence[KeyFact]) -> dict[str, Any]:
    """Return the keys of *node* for a script."""
    return {
        "city": node.slug,
        "origin": node.origin,
        "recovery_key": recovery_key_of(node),
        "keys": [
            {**asdict(fact), "ends": [{"feed": f, "seq": seq} for f, seq in fact.ends]}
            for fact in history
        ],
    }


def sentence(fact: KeyFact) -> str:
    """Return one key in a line for a person."""
    mark = "*" if fact.current else " "
    return f"{mark} {fact.since:%Y-%m-%d %H:%M %Z}  {fact.key[:SHOWN]}…  {fact.reason}"


def last_valid(given: Sequence[str]) -> Mapping[str, int]:
    """Read the ends that somebody typed as `FEED=NUMBER`.

    Raises:
        InvalidInputError: one is not of that form, or a feed is named twice.
    """
    found: dict[str, int] = {}
    for text in given:
        name, _, number = text.rpartition("=")
        if not name or name in found or not (number.isascii() and number.isdigit()):
            reason = gettext("“%(text)s” is not of the form FEED=NUMBER") % {"text": text[:80]}
            raise InvalidInputError(reason=reason)
        found[name] = int(number)
    return found


def ends(asked: Mapping[str, int]) -> Sequence[tuple[str, int, int]]:
    """Return each feed of this node with its last valid entry and how many follow it here."""
    own = me().origin
    found = {head.audience: head.entries for head in heads(private=True) if head.origin == own}
    return [
        (name, asked.get(name, last), max(last - asked.get(name, last), 0))
        for name, last in found.items()
        if name != "audit"
    ]
