"""A restored node: what must happen before it runs, and how far its recovery is."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from jumelage.bridge import api as bridge
from jumelage.node.errors import KeyMissingError
from jumelage.node.operations.restored import marked, unmark

LOOK_SECONDS = 0.5


def begin_if_restored() -> bool:
    """Make a restored node read-only and replay the erasure ledger; tell whether it was one.

    Idempotent: the mark goes only when both are done.
    """
    folder = Path(settings.DATA)
    backup_at = marked(folder)
    if backup_at is None:
        return False
    bridge.recovery.begin(backup_at=backup_at, by="restore")
    bridge.reconcile_ledger()
    unmark(folder)
    return True


def demand_key() -> None:
    """Go on only if a node with an identity has its signing key.

    Raises:
        KeyMissingError: the key file is not in the data folder.
    """
    file = Path(settings.DATA) / "node.key"
    try:
        bridge.me()
    except bridge.NoIdentityError:
        return
    if not file.exists():
        raise KeyMissingError(file=file)


def plain(recovery: bridge.Recovery | None) -> dict[str, Any]:
    """Return the state of *recovery* for a script."""
    if recovery is None:
        return {"recovering": False}
    return {
        "recovering": recovery.ended_at is None,
        "may_publish": bridge.standing().recovering_since is None,
        "stage": recovery.stage,
        "backup_at": recovery.backup_at,
        "began_at": recovery.began_at,
        "ended_at": recovery.ended_at,
        "epoch_at": recovery.epoch_at,
        "wanted": recovery.wanted,
        "taken": recovery.taken,
        "withdrawn": recovery.withdrawn,
        "why": bridge.recovery.why(recovery),
        "cities": [
            {"city": str(one.city), "at": one.at, "done": one.done, "error": one.error}
            for one in bridge.recovery.answers(recovery)
        ],
    }


def sentences(recovery: bridge.Recovery | None) -> Sequence[str]:
    """Return the state of *recovery* in words, one line each."""
    if recovery is None:
        return [gettext("This node was never restored.")]
    told = {"taken": recovery.taken, "wanted": recovery.wanted, "withdrawn": recovery.withdrawn}
    if recovery.ended_at is not None and recovery.stage == recovery.Stage.DONE:
        head = gettext("Recovered: %(taken)s entries came back. The node may publish.")
        again = gettext("%(withdrawn)s withdrawals that nobody had heard were said again.")
        return [head % told, *([again % told] if recovery.withdrawn else [])]
    lines = [f"{one.city}: {_state_of(one)}" for one in bridge.recovery.answers(recovery)]
    if why := bridge.recovery.why(recovery):
        lines.append(why)
    if recovery.epoch_at is not None:
        head = gettext(
            "A new epoch was begun: the node may publish. What is missing is still asked for."
        )
    else:
        head = gettext("Read-only: %(taken)s of %(wanted)s entries are back.")
    return [head % told, *lines]


def reason(recovery: bridge.Recovery) -> str:
    """Return why *recovery* has not ended, in words."""
    silent = [one for one in bridge.recovery.answers(recovery) if not one.done]
    said = [one.error or f"{one.city}: {_state_of(one)}." for one in silent]
    return " ".join(filter(None, [*said, bridge.recovery.why(recovery)]))


def _state_of(answer: bridge.recovery.Answer) -> str:
    if answer.done:
        return gettext("gave back all it holds")
    return answer.error or gettext("not asked yet")


def watch(show: Callable[[bridge.Recovery], None], *, once: bool) -> None:
    """Show how far the worker of the running node is until the recovery ends.

    With *once*, until every city was asked.
    """
    while (found := bridge.recovery.current()) is not None:
        show(found)
        if once and all(one.at is not None for one in bridge.recovery.answers(found)):
            return
        time.sleep(LOOK_SECONDS)
