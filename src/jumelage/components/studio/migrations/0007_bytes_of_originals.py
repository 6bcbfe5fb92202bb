"""Counts the bytes of each original once: to read every listing again took too long."""

import contextlib

from django.db import migrations, models

from jumelage.components.studio.services.media.keeping import bytes_of


def count(apps, _editor):
    """Say how many bytes there are of each original; of one that is not here, none."""
    preparation = apps.get_model("studio", "Preparation")
    for held in preparation.objects.select_related("original").iterator(chunk_size=500):
        with contextlib.suppress(OSError):
            held.bytes = bytes_of(held.original)
            held.save(update_fields=["bytes"])


class Migration(migrations.Migration):

    dependencies = [("studio", "0006_review_sessions")]

    operations = [
        migrations.AddField(
            model_name="preparation",
            name="bytes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
    ]
