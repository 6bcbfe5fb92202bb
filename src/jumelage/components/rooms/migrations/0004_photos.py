import jumelage.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0003_call_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='SentPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('photo', models.CharField(max_length=64)),
                ('city', models.CharField(max_length=32)),
                ('delivery', models.CharField(max_length=80)),
                ('sent_at', models.DateTimeField(default=jumelage.kit.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['city', 'photo'], name='photo_sent_to')],
            },
        ),
        migrations.CreateModel(
            name='TakenPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('photo', models.CharField(max_length=64)),
                ('delivery', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('kept', 'Kept'), ('refused', 'Refused')], default='waiting', max_length=8)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('looked_at', models.DateTimeField(default=jumelage.kit.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('photo', 'delivery'), name='one_try_per_delivery')],
            },
        ),
    ]
