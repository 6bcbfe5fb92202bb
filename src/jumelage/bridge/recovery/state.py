"""How far a restore has come: one row, from the backup until everybody agrees.

restored --> asking --> taking --> (scopes, erasures) --> done: may publish
|  ^________|  a peer does not answer: again later
`--> stopped (this node wrote a feed twice)
the operator may begin a new epoch at any time: may publish; asking goes on
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from jumelage.bridge.boundary import audit, standing
from jumelage.bridge.boundary.refusals import refusal_sentence
from jumelage.bridge.erasing.services import say_unsaid
from jumelage.bridge.errors import NoIdentityError, PeerUnreachableError
from jumelage.bridge.feeds import bell
from jumelage.bridge.models import Contact, Feed, Node, Pairing, Reader, Recovery, Refusal
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.errors import NotRecoveringError, OwnForkError
from jumelage.bridge.recovery.scopes import reconcile
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError

Stage = Recovery.Stage
OWN_FORK, NO_PEER = "own-fork", "no-peer"
"""Why a recovery cannot go on by itself; of the fork, `heard` keeps the facts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one peer answered when it was asked for what this node has said."""

    city: Node
    at: datetime | None
    done: bool
    error: str


def why(recovery: Recovery) -> str:
    """Return why the recovery cannot go on by itself, in the active language; empty if it can."""
    if recovery.last_error == NO_PEER:
        return _("No joined city is known in this backup.")
    return _sentence(recovery.heard[OWN_FORK]) if recovery.last_error == OWN_FORK else ""


@transaction.atomic
def begin(*, backup_at: datetime | None, by: str) -> Recovery:
    """Publish nothing from now on: this database is older than what this node has said.

    What peers hold of our feeds is not known any more, so what is kept about readers and
    lines goes too. A recovery that was open in the backup ends.
    """
    Recovery.objects.filter(ended_at=None).update(ended_at=clock.now(), stage=Stage.DONE)
    Reader.objects.all().delete()
    Contact.objects.update(line_up=False)
    standing.begin_recovery()
    with suppress(NoIdentityError):  # the key is put back after the database
        audit.note("recovery-began", by=by, backup_at=backup_at)
    return Recovery.objects.create(began_at=clock.now(), backup_at=backup_at)


def current() -> Recovery | None:
    """Return the recovery that is open, None when this node agrees with everybody."""
    return Recovery.objects.filter(ended_at=None).order_by("-began_at").first()


def latest() -> Recovery | None:
    """Return the last recovery, open or ended."""
    return Recovery.objects.order_by("-began_at").first()


def restored_at(within: timedelta) -> datetime | None:
    """Return when this node was last restored, if that was *within* so long; else None."""
    found = latest()
    return found.began_at if found is not None and found.began_at > clock.now() - within else None


def demand() -> Recovery:
    """Return the open recovery.

    Raises:
        NotRecoveringError: there is none.
    """
    found = current()
    if found is None:
        raise NotRecoveringError
    return found


def paired() -> Sequence[Node]:
    """Return the peers that may hold what this node said, by origin."""
    return list(Node.objects.filter(pairing__state=Pairing.State.PAIRED).order_by("origin"))


def awaited() -> set[str]:
    """Return the peers that have not given back yet what they hold, by origin.

    Nothing is read from them before: their feeds speak of things this node does not know
    again yet, such as erasures they confirm.
    """
    found = current()
    if found is None:
        return set()
    return {p.origin for p in paired() if not found.heard.get(p.origin, {}).get("done")}


def missing(wanted: int) -> None:
    """Note that *wanted* more entries are to come."""
    found = demand()
    found.stage, found.wanted = Stage.TAKING, found.taken + wanted
    found.save(update_fields=["stage", "wanted"])


@transaction.atomic
def answered(peer: Node, reaches: Sequence[Reach]) -> None:
    """Note that everything *peer* holds of our feeds is here; it is a reader up to there."""
    _hear(peer, None)
    for reach in reaches:
        said = reach.said
        feed = Feed.objects.filter(node__is_self=True, name=said.feed, epoch=said.epoch).first()
        if feed is not None:
            facts = {"seq": said.seq, "at": clock.now()}
            Reader.objects.update_or_create(feed=feed, node=peer, defaults=facts)


def failed(peer: Node, error: JumelageError) -> None:
    """Note that *peer* did not answer, or not rightly; it is asked again."""
    _hear(peer, error)


def _hear(peer: Node, error: JumelageError | None) -> None:
    found = demand()
    hopeless = found.epoch_at is not None and not isinstance(error, PeerUnreachableError)
    told: dict[str, object] = {"at": clock.now().isoformat(), "done": error is None or hopeless}
    if error is not None:
        told["error"] = _facts(error)
    found.heard, found.tried_at = {**found.heard, peer.origin: told}, clock.now()
    found.save(update_fields=["heard", "tried_at"])
    transaction.on_commit(bell.ring)


def _facts(error: JumelageError) -> dict[str, str]:
    """Return what *error* says as facts, from which its sentence is made when it is shown."""
    with override("en"):
        facts = {name: str(value)[:300] for name, value in error.facts.items()}
        return {**facts, "type": type(error).__qualname__, "sentence": error.message[:300]}


def _sentence(facts: dict[str, str]) -> str:
    return refusal_sentence(Refusal(facts=facts))


def answers(recovery: Recovery) -> Sequence[Answer]:
    """Return what each paired peer has answered so far, in the active language."""
    return [_answer(peer, recovery.heard.get(peer.origin, {})) for peer in paired()]


def _answer(peer: Node, told: dict[str, Any]) -> Answer:
    at = datetime.fromisoformat(told["at"]) if told else None
    error = _sentence(told["error"]) if told.get("error") else ""
    return Answer(peer, at, bool(told.get("done")), error)


@transaction.atomic
def stopped(error: OwnForkError) -> None:
    """Note that this node wrote a feed twice: only a new epoch helps, and ends the matter."""
    found = demand()
    if found.stage == Stage.STOPPED and found.epoch_at is None:
        return
    found.stage, found.last_error = Stage.STOPPED, OWN_FORK
    found.heard = {**found.heard, OWN_FORK: _facts(error)}
    found.ended_at = clock.now() if found.epoch_at else None
    found.save(update_fields=["stage", "last_error", "ended_at", "heard"])
    audit.note("own-fork-found", by="node", **{k: str(v) for k, v in error.facts.items()})


@transaction.atomic
def conclude(peers: Sequence[Node]) -> bool:
    """End the recovery if every one of *peers* has given back what it holds; tell whether.

    Before the node may publish, erasures and withdrawals that nobody heard are said again.
    """
    found = demand()
    waiting = [peer for peer in peers if not found.heard.get(peer.origin, {}).get("done")]
    if waiting or not (peers or found.epoch_at):
        found.last_error = "" if peers else NO_PEER
        found.tried_at = clock.now()
        found.save(update_fields=["last_error", "tried_at"])
        return False
    standing.end_recovery()
    erased = say_unsaid()
    withdrawn = reconcile()
    found.stage, found.ended_at, found.last_error = Stage.DONE, clock.now(), ""
    found.withdrawn = withdrawn
    found.save(update_fields=["stage", "ended_at", "last_error", "withdrawn"])
    audit.note("recovery-ended", by="node", entries=found.taken, withdrawn=withdrawn, erased=erased)
    return True
