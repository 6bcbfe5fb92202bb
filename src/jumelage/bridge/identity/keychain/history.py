"""The keys of a node in the order they came, as people are shown them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.feeds.past.cut import ASKED_AGAIN
from jumelage.bridge.identity.keychain.chain import steps_of
from jumelage.bridge.identity.keychain.limits import REVOKED
from jumelage.bridge.identity.keychain.statements import Text
from jumelage.bridge.identity.origin import Genesis, Statement
from jumelage.bridge.models import Cut, KeyStatement, Node

REASONS = {
    "genesis": _("the node was made"),
    "rotated": _("changed as a precaution"),
    "revoked": _("the key before was in other hands"),
    "lost": _("the key before was lost"),
}


CUT_REASONS = {
    REVOKED: _("signed with a key that was revoked"),
    ASKED_AGAIN: _("asked of the city again, to be sure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFact:
    """One key of a node: from when on it signs, why, and since when this node knows it.

    `ends` says how far the feeds that this node may read had come when the key began.
    """

    number: int
    key: str
    why: str
    since: datetime
    heard_at: datetime | None = None
    decided_by: str = ""
    ends: tuple[tuple[str, int], ...] = ()
    current: bool = False

    @property
    def reason(self) -> str:
        """Why it came, in the active language."""
        return str(REASONS[self.why])


def key_history(node: Node) -> Sequence[KeyFact]:
    """Return the keys of *node*, the present one first."""
    rows = {row.number: row for row in KeyStatement.objects.filter(node=node)}
    steps = steps_of(node)
    made = msgspec.json.decode(bytes(node.genesis), type=Statement)
    facts = [
        KeyFact(
            number=0,
            key=made.signing,
            why="genesis",
            since=datetime.fromisoformat(made.created),
            current=not steps,
        )
    ]
    for step in steps:
        row = rows[step.said.number]
        facts.append(
            KeyFact(
                number=step.said.number,
                key=step.said.key,
                why=step.said.why,
                since=step.said.created,
                heard_at=row.heard_at,
                decided_by=row.decided_by,
                ends=tuple((limit.feed, limit.points[0][0]) for limit in step.limits),
                current=step is steps[-1],
            )
        )
    return facts[::-1]


def key_news(since: datetime) -> Sequence[tuple[Node, KeyFact]]:
    """Return the nodes whose change of key was heard after *since*, with their newest key."""
    heard = KeyStatement.objects.filter(heard_at__gt=since).values("node")
    return [(node, key_history(node)[0]) for node in Node.objects.filter(pk__in=heard)]


def revoked_at() -> Mapping[str, datetime]:
    """Return when this node last heard that a key of a node was revoked, by origin."""
    rows = KeyStatement.objects.filter(by=KeyStatement.By.RECOVERY).order_by("number")
    return {
        row.node_id: row.heard_at
        for row in rows
        if msgspec.json.decode(bytes(row.text), type=Text).why == "revoked"
    }


def recovery_key_of(node: Node) -> str:
    """Return the public half of the recovery key of *node*, in hex."""
    return Genesis.of(node).recovery.hex()


def cut_reason(cut: Cut) -> str:
    """Return why entries were taken back, in the active language."""
    return str(CUT_REASONS.get(cut.reason, cut.reason))


def cuts(node: Node | None = None) -> Sequence[Cut]:
    """Return what was taken back from feeds, newest first; of *node*, or of all."""
    found = Cut.objects.select_related("node").order_by("-at", "-pk")
    return list(found.filter(node=node) if node else found)
