"""What the rules find at night in reports that were sent, or in the want of one."""

import django.contrib.postgres.fields
import django.core.serializers.json
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("quality", "0004_objections_and_use"), ("units", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="LaterFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="units.unit")),
                ("form_code", models.CharField(max_length=16)),
                ("period_key", models.CharField(max_length=8)),
                ("basis", models.CharField(default="own", max_length=12)),
                ("rule_code", models.CharField(max_length=16)),
                ("rule_version", models.PositiveSmallIntegerField()),
                ("check_name", models.CharField(max_length=20)),
                (
                    "severity",
                    models.CharField(
                        choices=[("E", "blocks"), ("W", "needs an explanation"), ("I", "informs")], max_length=1
                    ),
                ),
                (
                    "cell_keys",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=64), default=list, size=None),
                ),
                ("facts", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["-severity", "-period_key", "form_code", "rule_code", "id"]},
        ),
        migrations.AddConstraint(
            "laterfinding",
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis", "check_name", "cell_keys"],
                condition=Q(gone_at=None),
                name="later_finding_stands_once",
            ),
        ),
        migrations.AddConstraint(
            "laterfinding",
            models.CheckConstraint(
                condition=Q(severity__in=["W", "I"]), name="later_finding_never_blocks"
            ),
        ),
        migrations.AddIndex(
            "laterfinding",
            models.Index(fields=["unit"], condition=Q(gone_at=None), name="later_finding_that_stands"),
        ),
    ]
