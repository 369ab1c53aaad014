"""One delivery among many waits its turn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_refused_for_report")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AlterField(
            "delivery",
            "status",
            models.CharField(
                choices=[
                    ("waiting", "waiting its turn"),
                    ("received", "received"),
                    ("accepted", "accepted"),
                    ("refused", "refused"),
                ],
                default="received",
                max_length=8,
            ),
        ),
    ]
