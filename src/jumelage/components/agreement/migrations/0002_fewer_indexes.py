"""Keeps two indexes of evidence instead of five, and on PostgreSQL instead of nine.

What `evidence_by_date` begins with needs no index of its own; figures and corrections are few, so
only those that are one have a place in an index; nobody asks for identifiers by their beginning.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "agreement_evidence"
BY_COLUMN = {
    "commitment_id": "agreement_evidence_commitment_id_c2cd7208",
    "corrects_id": "agreement_evidence_corrects_id_ddf74b67",
    "indicator_id": "agreement_evidence_indicator_id_94a02760",
}
BY_BEGINNING = ("agreement_evidence_uri_b9ef6c74_like", *(f"{n}_like" for n in BY_COLUMN.values()))
"""What Django adds on PostgreSQL for LIKE; a release before this one does without them as well."""


def _key(name: str, to: str) -> migrations.AlterField:
    asked = {"null": True, "blank": True} if name != "commitment" else {}
    return migrations.AlterField(
        "evidence",
        name,
        models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.DO_NOTHING,
            related_name="corrections" if name == "corrects" else "evidence",
            to=f"agreement.{to}",
            **asked,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("agreement", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # By name: on SQLite, Django would copy the whole table to drop an index of a column.
            database_operations=[
                *(
                    migrations.RunSQL(
                        f'DROP INDEX IF EXISTS "{name}"',
                        f'CREATE INDEX IF NOT EXISTS "{name}" ON "{TABLE}" ("{column}")',
                    )
                    for column, name in BY_COLUMN.items()
                ),
                *(
                    migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', migrations.RunSQL.noop)
                    for name in BY_BEGINNING
                ),
            ],
            state_operations=[
                _key("commitment", "commitment"),
                _key("indicator", "indicator"),
                _key("corrects", "evidence"),
            ],
        ),
        migrations.AddIndex(
            "evidence",
            models.Index(
                condition=models.Q(indicator__isnull=False),
                fields=["indicator"],
                name="evidence_that_counts",
            ),
        ),
        migrations.AddIndex(
            "evidence",
            models.Index(
                condition=models.Q(corrects__isnull=False),
                fields=["corrects"],
                name="evidence_that_corrects",
            ),
        ),
    ]
