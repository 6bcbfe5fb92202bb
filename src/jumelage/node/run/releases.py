"""Which release may use the tables of a node."""

import re

from django.conf import settings
from django.db import connection

from jumelage import __version__
from jumelage.bridge import api as bridge
from jumelage.node.errors import NewerDatabaseError

OLDEST_RELEASE = "0.1.0"
"""The oldest release that can use the tables as this one leaves them.

Raise it with a migration that an older release could not write to: a column without a default
in the database, a table it uses that is gone.
"""


def refuse_newer() -> None:
    """Go on only if this release can use the tables as they are.

    Raises:
        NewerDatabaseError: a later release brought them up to date, in a way this one cannot use.
    """
    if bridge.Release._meta.db_table not in connection.introspection.table_names():
        return
    found = bridge.release()
    if found is not None and _order(found.oldest) > _order(__version__):
        raise NewerDatabaseError(
            product=found.product, oldest=found.oldest, here=__version__, folder=settings.DATA
        )


def note(*, changed: bool) -> None:
    """Note that the tables are as this release leaves them, when it *changed* them or is the first."""
    if changed or bridge.release() is None:
        bridge.brought_up_to_date(oldest=OLDEST_RELEASE)


def _order(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])
