"""Changes of units over time: what was decided, what it altered, and what went into what by it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Alteration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened', models.BooleanField(default=False)),
                ('closed', models.BooleanField(default=False)),
                ('was', models.JSONField(default=dict, help_text='names and kind until then, where they changed')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('merge', 'merge'), ('split', 'split'), ('rename', 'rename'), ('move', 'move'), ('close', 'close'), ('open', 'open a new unit'), ('list', 'reorganisation by a list')], max_length=8, verbose_name='what is changed')),
                ('on', models.DateField(verbose_name='valid from')),
                ('decision', models.CharField(max_length=120, verbose_name='decision')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('lines', models.JSONField()),
                ('state', models.CharField(choices=[('prepared', 'prepared'), ('carried_out', 'carried out'), ('withdrawn', 'withdrawn'), ('undone', 'undone')], default='prepared', max_length=12)),
                ('prepared_at', models.DateTimeField()),
                ('prepared_by_id', models.BigIntegerField(null=True)),
                ('prepared_by_name', models.CharField(max_length=200)),
                ('carried_out_at', models.DateTimeField(null=True)),
                ('carried_out_by_name', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(help_text='withdrawn or undone', null=True)),
                ('ended_by_name', models.CharField(blank=True, max_length=200)),
                ('ended_because', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='unit',
            name='unit_code_is_unique_in_its_vintage',
        ),
        migrations.RemoveConstraint(
            model_name='unit',
            name='unit_ends_after_it_began',
        ),
        migrations.AddField(
            model_name='succession',
            name='heir',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='succession',
            name='whole',
            field=models.BooleanField(default=True),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), fields=('vintage', 'code'), name='unit_code_is_unique_in_its_vintage'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_ends_no_earlier_than_it_began'),
        ),
        migrations.AddField(
            model_name='alteration',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alterations', to='units.unit'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['merge', 'split', 'rename', 'move', 'close', 'open', 'list'])), name='change_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['prepared', 'carried_out', 'withdrawn', 'undone'])), name='change_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carried_out_at', None), ('carried_out_by_name', ''), ('state__in', ['prepared', 'withdrawn'])), models.Q(('carried_out_at__isnull', False), ('state__in', ['carried_out', 'undone']), models.Q(('carried_out_by_name', ''), _negated=True)), _connector='OR'), name='change_carried_out_has_time_and_person'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_because', ''), ('state__in', ['prepared', 'carried_out'])), models.Q(('ended_at__isnull', False), ('state__in', ['withdrawn', 'undone']), models.Q(('ended_by_name', ''), _negated=True), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='change_ended_has_time_person_and_reason'),
        ),
        migrations.AddField(
            model_name='alteration',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alterations', to='units.change'),
        ),
        migrations.AddField(
            model_name='succession',
            name='change',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='units.change'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.UniqueConstraint(condition=models.Q(('heir', True)), fields=('predecessor',), name='succession_has_one_heir'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.CheckConstraint(condition=models.Q(('whole', False), ('heir', True), _connector='OR'), name='succession_of_the_whole_is_the_heirs'),
        ),
        migrations.AddConstraint(
            model_name='alteration',
            constraint=models.UniqueConstraint(fields=('change', 'unit'), name='alteration_is_told_once'),
        ),
    ]
