"""A request that ended with a dismissed warning was withdrawn, not accepted; those there are already say so too."""

from django.db import migrations, models
from django.db.models import Q

STATES = ["asked", "answered", "returned", "closed", "withdrawn"]
ENDED = ["closed", "withdrawn"]
MARK = """
UPDATE early_warning_explanationrequest AS request SET state = 'withdrawn' FROM early_warning_verdict AS verdict
WHERE verdict.warning_id = request.warning_id AND verdict.kind = 'dismissed' AND request.state = 'closed'
"""
HELP = "how many acts it has seen: one from a page read before the last is refused"


class Migration(migrations.Migration):
    dependencies = [("early_warning", "0002_changed_figures")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "warning", "acts", models.PositiveSmallIntegerField(default=0, help_text=HELP)
        ),
        migrations.AlterField(
            "explanationrequest",
            "state",
            models.CharField(
                choices=[
                    ("asked", "waiting for the unit"),
                    ("answered", "answered"),
                    ("returned", "answer returned"),
                    ("closed", "closed"),
                    ("withdrawn", "withdrawn with the warning"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("explanationrequest", "request_state_is_known"),
        migrations.RemoveConstraint("explanationrequest", "request_closed_has_person_and_time"),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "explanationrequest",
            models.CheckConstraint(name="request_state_is_known", condition=Q(state__in=STATES)),
        ),
        migrations.AddConstraint(
            "explanationrequest",
            models.CheckConstraint(
                name="request_closed_has_person_and_time",
                condition=Q(state__in=ENDED, closed_by__isnull=False, closed_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(closed_by=None, closed_at=None)),
            ),
        ),
    ]
