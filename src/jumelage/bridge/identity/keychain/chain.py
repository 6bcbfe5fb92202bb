"""The key statements of each node as this database keeps them, and what follows from new ones."""

import base64
from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge.boundary import audit
from jumelage.bridge.feeds import bell
from jumelage.bridge.identity.keychain.introduction import chain_of
from jumelage.bridge.identity.keychain.limits import enforce
from jumelage.bridge.identity.keychain.statements import (
    Signed,
    Step,
    current_key,
    follow,
    merge,
    with_openings,
)
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.models import KeyStatement, Node
from jumelage.kit import clock


def steps_of(node: Node) -> list[Step]:
    """Return the verified key statements of *node*, oldest first."""
    chain = chain_of(node)
    return follow(Genesis.of(node), chain) if chain else []


def keys_of(node: Node) -> list[bytes]:
    """Return every key that has signed for *node*, the present one first."""
    former = [step.key for step in reversed(steps_of(node))]
    return list(dict.fromkeys([bytes(node.signing_key), *former, Genesis.of(node).check()]))


def keep(node: Node, step: Step, *, decided_by: str = "") -> KeyStatement:
    """Keep one verified statement of *node* in place of any other of its number."""
    by = KeyStatement.By.RECOVERY if step.by_recovery else KeyStatement.By.FORMER
    facts = {
        "text": step.signed.text,
        "by": by,
        "signature": step.signed.signature,
        "proof": step.signed.proof,
        "limits": [
            {"salt": base64.b64encode(limit.salt).decode(), "text": limit.text.decode()}
            for limit in step.signed.limits
        ],
    }
    fresh = {**facts, "decided_by": decided_by[:200], "heard_at": clock.now()}
    row, _made = KeyStatement.objects.update_or_create(
        node=node, number=step.said.number, defaults=facts, create_defaults=fresh
    )
    return row


@transaction.atomic
def adopt(node: Node, offered: Sequence[Signed]) -> bool:
    """Believe what *offered* proves about the keys of *node*; tell whether its key changed.

    Saying the same again changes nothing. Entries that a revoked key signed beyond its limits
    are taken back in the same transaction.

    Raises:
        KeyStatementError: it proves nothing, or contradicts what is held.
    """
    row = Node.objects.select_for_update().get(pk=node.pk)
    genesis, held = Genesis.of(row), steps_of(row)
    steps = with_openings(merge(genesis, held, offered), offered)
    changed = [step.signed.text for step in steps] != [step.signed.text for step in held]
    if changed:
        _replace(row, held, steps)
        _tell(row, steps[-1])
    for step in steps:
        keep(row, step)
    enforce(row, steps)
    node.signing_key = row.signing_key = current_key(genesis, steps)
    row.save(update_fields=["signing_key"])
    return changed


def _replace(node: Node, held: Sequence[Step], steps: Sequence[Step]) -> None:
    """Drop the held statements that *steps* contradict: a former key signed them alone."""
    known = {step.signed.text for step in steps}
    gone = [step.said.number for step in held if step.signed.text not in known]
    KeyStatement.objects.filter(node=node, number__in=gone).delete()


def _tell(node: Node, last: Step) -> None:
    """Let the people of this node see it, and every process look again."""
    if Node.objects.filter(is_self=True).exists():
        facts = {"number": last.said.number, "why": last.said.why, "key": last.said.key}
        audit.note("key-changed", by=f"node:{node.origin}", about=node.origin, **facts)
    transaction.on_commit(bell.ring)
