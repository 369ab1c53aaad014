"""A refused delivery knows which report it was sent for."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *(
            migrations.AddField(
                "delivery", name, models.CharField(max_length=length, blank=True, default="")
            )
            for name, length in (("form_code", 16), ("period_key", 8), ("basis", 12))
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["form_code", "period_key", "basis"],
                name="delivery_refused_for_report",
                condition=Q(status="refused"),
            ),
        ),
    ]
