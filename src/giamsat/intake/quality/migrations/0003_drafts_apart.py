"""Scores of figures that were not sent stand apart from those of figures that were."""

from django.db import migrations, models

NAME = "report_is_scored_once"
KEY = ["unit", "form_code", "period_key", "basis", "draft"]


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_weight_assessed")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "reportscore",
            "draft",
            models.BooleanField(default=False, help_text="of figures the unit has not sent"),
        ),
        migrations.RemoveConstraint("reportscore", NAME),
        migrations.AddConstraint("reportscore", models.UniqueConstraint(fields=KEY, name=NAME)),
        migrations.AlterModelOptions(
            "reportscore", {"ordering": ["period_key", "form_code", "unit_id", "basis", "draft"]}
        ),
    ]
