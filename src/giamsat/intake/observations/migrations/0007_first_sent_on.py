"""When a report first reached the level above; of those there are, the last time it did is all that is kept."""

from django.db import migrations, models

FILL = """
UPDATE observations_report SET first_sent_on = (submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
WHERE submitted_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("observations", "0006_estimates")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "report",
            "first_sent_on",
            models.DateField(
                help_text="when the level above first had it; sending it again changes nothing", null=True
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
