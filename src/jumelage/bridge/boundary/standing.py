"""Whether this node speaks and listens: the kill switch, and the silence after a restore."""

from django.db import connection, transaction

from jumelage.bridge.errors import BridgeClosedError, RecoveringError
from jumelage.bridge.feeds import bell
from jumelage.bridge.models import Standing
from jumelage.kit import clock


def standing() -> Standing:
    """Return the standing of this node; one that never changed is open and is not stored."""
    return Standing.objects.filter(pk=1).first() or Standing(pk=1)


def is_open() -> bool:
    """Tell whether records may leave and enter now."""
    found = standing()
    return found.closed_at is None and found.recovering_since is None


def ensure_open() -> None:
    """Let nothing cross while the kill switch is thrown.

    Raises:
        BridgeClosedError: it is.
    """
    if standing().closed_at is not None:
        raise BridgeClosedError


def ensure_may_write() -> None:
    """Let nothing be published before a restored node has reconciled with its peers.

    Raises:
        RecoveringError: it has not.
    """
    with connection.cursor() as cursor:  # once a publication: the ORM took as long as an entry
        cursor.execute("SELECT 1 FROM bridge_standing WHERE recovering_since IS NOT NULL")
        if cursor.fetchone():
            raise RecoveringError


def close(*, by: str, reason: str) -> Standing:
    """Throw the kill switch: nothing leaves and nothing enters; the city's own site goes on."""
    return _change(closed_at=clock.now(), closed_by=by, reason=reason)


def reopen() -> Standing:
    """Let records cross again; what was written meanwhile follows by itself."""
    return _change(closed_at=None, closed_by="", reason="")


def begin_recovery() -> Standing:
    """Publish nothing from now on: this database is older than what this node has said."""
    return _change(recovering_since=clock.now())


def end_recovery() -> Standing:
    """Publish again: the node has taken back what it said and agrees with its peers."""
    return _change(recovering_since=None)


@transaction.atomic
def _change(**facts: object) -> Standing:
    changed, _ = Standing.objects.update_or_create(pk=1, defaults=facts)
    transaction.on_commit(bell.ring)
    return changed
