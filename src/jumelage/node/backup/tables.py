"""Which rows a node has, table by table: what crosses comes back from peers, the rest does not."""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connection, models

from jumelage.kit.rows import SharedRow

PASSING = frozenset({"sessions.session", "usersessions.usersession", "contenttypes.contenttype"})
"""Rows that nobody misses after a restore."""


def private() -> Iterator[type[models.Model]]:
    """Yield the tables whose rows are in backups only: no other node has them."""
    for model in apps.get_models():
        own = not issubclass(model, SharedRow) and model._meta.app_label != "bridge"
        if own and model._meta.managed and model._meta.label_lower not in PASSING:
            yield model


def counts() -> Mapping[str, int]:
    """Return the number of rows of each private table, by `app.model`."""
    held = set(connection.introspection.table_names())
    return {
        model._meta.label_lower: model._default_manager.count()
        for model in private()
        if model._meta.db_table in held
    }
