from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("studio", "0007_bytes_of_originals")]

    operations = [
        migrations.AddField(
            model_name="production",
            name="vendors",
            field=models.JSONField(default=list),
        ),
    ]
