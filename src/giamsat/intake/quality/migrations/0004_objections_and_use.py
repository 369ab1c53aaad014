"""Objections to parts of scores, and how often the data of a report was used on a day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("quality", "0003_drafts_apart"),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_code', models.CharField(max_length=16)),
                ('period_key', models.CharField(max_length=8)),
                ('basis', models.CharField(max_length=12)),
                ('part', models.CharField(choices=[('rules', 'rules passed'), ('register', 'agrees with the register of files'), ('samples', 'verified samples true'), ('stability', 'not corrected after locking'), ('required', 'required cells filled'), ('children', 'units below have reported'), ('attachments', 'attachments and signatures present'), ('unique', 'nothing twice'), ('codes', 'codes valid'), ('formats', 'formats, units and dates right'), ('agreement', 'same fact equal across forms'), ('timeliness', 'on time'), ('freshness', 'register kept up to date'), ('connector', 'connector alive'), ('use', 'really used')], max_length=12)),
                ('share_seen', models.DecimalField(decimal_places=6, max_digits=7)),
                ('reason', models.TextField()),
                ('filename', models.CharField(blank=True, max_length=255)),
                ('content', models.BinaryField(default=b'')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('raised_at', models.DateTimeField()),
                ('raised_by_id', models.BigIntegerField()),
                ('raised_by_name', models.CharField(max_length=200)),
                ('due_on', models.DateField(help_text='when the level above is to have answered')),
                ('state', models.CharField(choices=[('open', 'awaiting an answer'), ('upheld', 'assessment upheld'), ('corrected', 'assessment corrected')], default='open', max_length=9)),
                ('share_set', models.DecimalField(decimal_places=6, max_digits=7, null=True)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by_id', models.BigIntegerField(null=True)),
                ('answered_by_name', models.CharField(blank=True, max_length=200)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('unit', 'form_code', 'period_key', 'basis', 'part'), name='objection_is_open_once_for_a_part'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'upheld', 'corrected'])), name='objection_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by_name', ''), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), models.Q(('answered_by_name', ''), _negated=True)), _connector='OR'), name='objection_answered_has_words_time_and_person'), models.CheckConstraint(condition=models.Q(('share_set', None), models.Q(('share_set__range', (0, 1)), ('state', 'corrected')), _connector='OR'), name='objection_sets_a_share_only_when_corrected'), models.CheckConstraint(condition=models.Q(models.Q(('filename', ''), ('sha256', ''), ('size', 0)), models.Q(models.Q(('filename', ''), _negated=True), ('size__gt', 0), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='objection_file_is_kept_whole')],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_code', models.CharField(max_length=16)),
                ('period_key', models.CharField(max_length=8)),
                ('basis', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('views', models.PositiveIntegerField(default=0)),
                ('decisions', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'ordering': ['unit', 'form_code', 'period_key', 'basis', 'day'],
                'indexes': [models.Index(fields=['day'], name='use_by_day')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'form_code', 'period_key', 'basis', 'day'), name='use_is_counted_once_a_day')],
            },
        ),
    ]
