from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bridge', '0010_freight_parts'),
    ]

    operations = [
        migrations.AddField(
            model_name='deliveryoffer',
            name='part',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='deliveryoffer',
            name='parts',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='deliveryoffer',
            name='whole',
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
