import django.db.models.deletion
import jumelage.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('studio', '0001_studio'),
    ]

    operations = [
        migrations.CreateModel(
            name='MediaFile',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField()),
                ('type', models.CharField(default='application/octet-stream', max_length=100)),
                ('kept_at', models.DateTimeField(default=jumelage.kit.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='TakenDelivery',
            fields=[
                ('delivery', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('ended_at', models.DateTimeField()),
                ('files', models.PositiveIntegerField(default=0)),
                ('lacking', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name='holding',
            name='wanted',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.CharField(max_length=80)),
                ('renditions', models.JSONField(default=list)),
                ('sent_at', models.DateTimeField(default=jumelage.kit.clock.now)),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='shipments', to='studio.version')),
            ],
        ),
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('version', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preparation', serialize=False, to='studio.version')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('working', 'being prepared'), ('ready', 'ready'), ('refused', 'refused'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('worker', models.CharField(blank=True, max_length=64)),
                ('stop_asked', models.BooleanField(default=False)),
                ('facts', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField(default=jumelage.kit.clock.now)),
                ('beat_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studio.mediafile')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'beat_at'], name='preparation_state')],
            },
        ),
    ]
