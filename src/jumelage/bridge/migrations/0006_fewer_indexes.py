"""Drops an index that each entry paid for: the unique one over feed and place begins with the feed."""

import django.db.models.deletion
from django.db import migrations, models

BY_FEED = "bridge_entry_feed_id_a253b87f"


class Migration(migrations.Migration):
    dependencies = [("bridge", "0005_freight_uploads")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # By name: on SQLite, Django would copy the whole table to drop an index of a column.
            database_operations=[
                migrations.RunSQL(
                    f'DROP INDEX IF EXISTS "{BY_FEED}"',
                    f'CREATE INDEX IF NOT EXISTS "{BY_FEED}" ON "bridge_entry" ("feed_id")',
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "entry",
                    "feed",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="bridge.feed",
                    ),
                )
            ],
        )
    ]
