from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_about_units")]

    operations = [
        migrations.AlterField(
            "notice",
            "page",
            models.CharField(
                choices=[
                    ("entry", "reports to send"),
                    ("report", "a report"),
                    ("request", "a request for explanation"),
                    ("calendar", "the reporting calendar"),
                ],
                max_length=20,
                verbose_name="leads to",
            ),
        ),
    ]
