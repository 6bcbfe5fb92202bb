"""Counts what feeds have carried so far, and marks what the release before could not read."""

import json

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Length


def count(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the tallies from the entries; bodies that are gone count with the size they had."""
    entry, tally = apps.get_model("bridge", "Entry"), apps.get_model("bridge", "Tally")
    rows = entry.objects.values("feed_id", "kind", "op").annotate(
        entries=Count("pk"),
        bytes=Sum(Length("header")) + Sum(Length("body"), default=0),
        first_at=Min("time"),
        last_at=Max("time"),
    )
    tally.objects.bulk_create([tally(**row) for row in rows.order_by()])


def mark_erasures(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let erasures that were stored as withdrawals be applied as what they are."""
    entry = apps.get_model("bridge", "Entry")
    for row in entry.objects.filter(op="withdraw").only("pk", "header").iterator():
        if json.loads(bytes(row.header)).get("erase"):
            entry.objects.filter(pk=row.pk).update(op="erase", state="unknown")


class Migration(migrations.Migration):
    dependencies = [("bridge", "0002_promises")]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(mark_erasures, migrations.RunPython.noop, elidable=True),
    ]
