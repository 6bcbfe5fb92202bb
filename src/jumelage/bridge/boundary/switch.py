"""The kill switch, as people throw it: noted, and felt at once by every process."""

from django.db import transaction

from jumelage.bridge.boundary import audit, standing
from jumelage.bridge.models import Standing


@transaction.atomic
def close_bridge(*, by: str, reason: str) -> Standing:
    """Close the bridge: nothing leaves this node and nothing enters it until it is opened.

    The city's own site goes on; what is written meanwhile waits in the feeds. Closing a
    closed bridge changes nothing.
    """
    found = standing.standing()
    if found.closed_at is not None:
        return found
    audit.note("bridge-closed", by=by, reason=reason)
    return standing.close(by=by, reason=reason)


@transaction.atomic
def open_bridge(*, by: str) -> Standing:
    """Open the bridge again; both sides catch up by themselves."""
    if standing.standing().closed_at is None:
        return standing.standing()
    audit.note("bridge-opened", by=by)
    return standing.reopen()
