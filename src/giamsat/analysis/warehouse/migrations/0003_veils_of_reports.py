"""What was decided about one report is looked up at every publication."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0002_veils")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddIndex("veil", models.Index("report_id", name="warehouse_veils_of_reports")),
    ]
